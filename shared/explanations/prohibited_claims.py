"""Detects prohibited claims: better chances of winning, safe bets, betting as income.

They are misleading under article L121-4 15° of the Code de la consommation and articles D.320-2 and D.320-9 of the Code
de la sécurité intérieure. The rules match words, not meaning: denials (`no bet is guaranteed`) are rejected too, except
in a legal notice.
"""

import re
from dataclasses import dataclass
from unicodedata import category, combining, normalize

from shared.explanations.legal_notice import LEGAL_NOTICE

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнɡıαεορυικτνηβϲєʟ0134578@$€",
    "aeopcyxijsdhlkmtbhgiaeopuiktvnbceloieastbase",
)
"""Maps letters of other scripts, digits and symbols to the Latin letters that they resemble."""
_LETTER = re.compile(r"[^\W\d_]")
_SPACED_WORD = re.compile(r"(?<!\w)\w(?:[ .'\-_*]\w){3,}(?!\w)")
"""A word with separated letters."""

_WIN = r"(?:gagner\w*|gagne[zs]?|gagnant\w*|remporter\w*|emporter\w*|win|wins|winning|won)"
_SURELY = r"(?:forcement|certainement|surement|assurement|surely|certainly|definitely|undoubtedly|inevitably)"
_BET = r"(?:paris?|mises?|prono\w*|combine\w*|tickets?|cotes?|tips?|bets?|picks?|wagers?|tuyaux?|coups?)"
_YOUR = r"(?:vos|tes|ses|les|leurs?|votre|ton|nos|your|the|his|their|our|my|mes|user\w*)"
_GAIN = r"(?:gains?|benefices?|profits?|revenus?|rendements?|winnings?|returns?|earnings?|wins?|victoires?|victory)"

_RULES = {
    "safe bet": (
        rf"{_BET} (?:\w+ ){{0,2}}(?:sure?s?|surs|fiables a 100|infaillibles?|imperdables?|gagnants? assures?)",
        r"(?:sure|safe|banker|cert|surefire|sure fire) (?:bets?|things?|wins?|picks?|tips?|winners?|profits?)",
        rf"(?:valeur|placement|investissement)s? sure?s?(?: {_BET})?",
        r"coups? surs?|a coup sur|a tous les coups|banker of the day|dead cert\w*|a shoo in",
        r"\block(?:s|ed in)?(?: of the (?:day|week))?\b",
        r"(?:foolproof|fool proof|bulletproof|unbeatable|infallible|fail safe|failsafe|can ?not miss|can ?t miss)",
        r"infaillib\w*|imperdab\w*|immanquab\w*",
    ),
    "no risk": (
        r"sans (?:aucune? |le moindre |prendre (?:de |aucun )?)?risques?|zero risques?|risques? zero|aucun risque",
        r"risk ?free|(?:no|zero|without(?: any)?|free of|free from) risks?|riskless|risques? nuls?|nothing to lose",
        r"rien a perdre",
    ),
    "cannot lose": (
        r"(?:can ?not|can ?t|could ?n ?t|never|wo ?n ?t|will not|impossible to|unable to) (?:ever )?(?:lose|fail)",
        r"(?:peu\w+|pouv\w+|pourr\w+) (?:pas|plus|jamais|rien) (?:perdre|echouer|rater)",
        r"impossibles? (?:de|a) (?:perdre|rater)",
        r"(?:ne |n ?)?(?:perd\w*|perd\w+) jamais|jamais (?:perdant\w*|perdre)|loss ?proof|toujours gagnant\w*",
        rf"always (?:a )?{_WIN}|(?:gagne\w*|remporte\w*) (?:toujours|a chaque fois)|win every (?:time|bet|day)",
    ),
    "guarantee": (
        r"garant\w*|guarant\w*|warranted",
        rf"(?:{_GAIN}|reussite|succes) (?:\w+ )?(?:assure\w*|certaine?s?|surs?|sures?|acquise?s?)",
        rf"(?:assured|certain|sure) (?:\w+ )?(?:{_GAIN}|success)|success (?:is )?assured",
    ),
    "certainty": (
        rf"(?:certaine?s?|sure?s?|surs|assuree?s?) (?:de|d|a|qu\w*) (?:\w+ ){{0,2}}{_WIN}",
        rf"(?:certain|sure|bound|destined|guaranteed|assured|set in stone) (?:to|of) (?:\w+ )?{_WIN}",
        rf"(?:va|vont|will|would|shall|should) (?:\w+ )?{_SURELY} (?:\w+ )?{_WIN}",
        rf"(?:gagnera|gagneront|remportera|l emportera) (?:\w+ )?{_SURELY}|{_SURELY} (?:\w+ )?gagn\w+",
        rf"{_SURELY} (?:going to )?{_WIN}|victoires? (?:\w+ )?(?:certaine|assuree|acquise|inevitable|garantie)s?",
        r"(?:sans (?:aucun |le moindre |l ombre d un )?doute|aucun doute)",
        r"no doubt|without (?:a |any )?doubt|beyond doubt",
        r"(?:100|cent|hundred) ?(?:%|pour ?cent|percent|per cent) (?:\w+ )?"
        rf"(?:sure?|surs?|safe|fiables?|certain|{_WIN})",
        r"a 100 ?%|100 ?(?:%|percent|pour ?cent) (?:win|success|reussite|accura)\w*|c est (?:plie|dans la poche)",
        r"in the bag|a done deal|foregone conclusion|joue d avance",
    ),
    "raises chances": (
        rf"(?:augment|amelior|maximis|optimis|accroi|accrui|multipli|doubl|tripl|boost|renforc|decupl)\w* (?:\w+ )?"
        rf"{_YOUR} (?:\w+ )?(?:chances?|gains?|probabilites? de gagner|benefices?|profits?|mises?)",
        r"(?:increas|improv|rais|boost|maximi[sz]|multipl|enhanc|doubl|tripl|grow|better)\w* (?:\w+ )?"
        rf"{_YOUR} (?:\w+ )?(?:chances?|odds|winnings?|profits?|earnings?|returns?|money|stakes?)",
        r"(?:plus|davantage|mettez toutes les|toutes les) (?:de )?chances? (?:de gagner|de remporter|de son cote|"
        r"de votre cote)|(?:better|higher|more|greater|best) (?:chances?|odds) (?:of|to|at) (?:win\w*|profit\w*)",
        r"(?:increas|improv|rais|boost)\w* (?:\w+ )?chances? of winning|win more (?:often|bets|money)",
        r"gagne(?:z|r)? (?:plus|davantage)(?: souvent)?",
    ),
    "easy money": (
        r"argent (?:\w+ )?(?:facile|gratuit|rapide)s?|gains? (?:faciles?|rapides?)|fric facile",
        r"(?:easy|free|quick|fast) (?:money|cash|profits?|win\w*|gains?)|money for nothing",
        r"(?:gagne\w*|faire|faites|se faire) (?:\w+ )?(?:de l )?(?:argent|fric|thune|pactole)",
        r"(?:make|making|earn|earning|win|print) (?:\w+ )?(?:money|cash|fortune)|get rich|rich quick",
        r"(?:devenir|devenez|rendre|rend) (?:\w+ )?riches?|s enrichir|enrichi(?:ssez|r|ssement)\w*|jackpots?",
        r"faire fortune|faites fortune",
    ),
    "an income": (
        r"(?<!est )(?<!sont )(?<!etait )(?<!etaient )(?<!soit )(?<!etre )(?<!ete )(?<!deja )\brevenus?\b",
        r"incomes?|salaires?|rente mensuelle|complement de salaire|second salaire|paychecks?",
        r"(?:make|earn|earning|making) (?:a|your|their) living|living (?:from|off) (?:bet|gambl|tip)\w*",
        r"(?:vivre|vivez|vit) (?:\w+ )?(?:des|de ses|de vos|du) (?:paris|jeu|pronos\w*)|gagne(?:r|z)? (?:sa|votre) vie",
        r"(?:investi\w*|invest(?:ing|ment)?) (?:\w+ )?(?:sans perte|rentable)|rendement (?:mensuel|fixe)",
    ),
    "winning back": (
        r"se refaire|(?:vous|te|me) refaire|refaites vous|(?:recuper|regagn|ratrap|rattrap|compens|effac)\w* "
        r"(?:\w+ )?(?:vos|tes|ses|les|leurs|mes) (?:pertes?|mises?)",
        r"(?:win|get|earn) (?:\w+ ){0,2}back (?:your|what|all|the)",
        r"(?:recoup|recover|chase|chasing|recovering|recouping) "
        r"(?:\w+ )?(?:your|the|their|his|my)?(?: \w+)? ?loss(?:es)?|win (?:it|your money|your losses) (?:all )?back",
    ),
    "beats bookmakers": (
        r"(?:batt\w+|bats?|bat|vainc\w+|domin\w+|ruin\w+|plum\w+|depass\w+) (?:\w+ )?"
        r"(?:les |le |l |des )?(?:bookmakers?|bookies?|books?|operateurs?|parieurs?|marche)",
        r"(?:beat|beats|beating|outsmart\w*|outplay\w*|crush\w*|destroy\w*|defeat\w*|outwit\w*) (?:\w+ )?"
        r"(?:the |your |all )?(?:bookmakers?|bookies?|books?|market|odds|house|operators?)",
    ),
    "secret": (
        r"(?:match\w*|rencontres?) (?:truque|arrange|achete)\w*|fixed match\w*|fixed games?|insider (?:tips?|info\w*)",
        r"(?:systeme|methode|strategie|formule|technique|martingale|algorithme)s? (?:\w+ )?(?:gagnante?s?|secrete?s?|"
        r"miracles?|imparable|magiques?)",
        r"(?:winning|secret|magic|miracle|proven) (?:\w+ )?(?:systems?|methods?|strateg\w+|formulas?|algorithms?)",
        r"(?:infos?|informations?|tuyaux?) (?:secrete?s?|exclusi\w+ du vestiaire|d initie\w*)|"
        r"(?:paris?|pronos\w*|tickets?) gagnants?|winning (?:bets?|tips?|picks?|tickets?)",
        r"doubl(?:ez|er|e|ing|ed)? (?:votre|ta|la|your|the|my|sa) (?:mise|bankroll|money|stake|capital|argent)",
    ),
}
_PATTERNS = {
    name: re.compile("|".join(rf"(?:(?<!\w){rule}(?!\w))" for rule in rules)) for name, rules in _RULES.items()
}
_DENIED = re.compile(
    r"(?:\b(?:ne|n|pas|aucune?|jamais|ni|sans|nul|no|not|never|nor|neither|none|nothing|without|nobody|cannot)\b"
    r"(?! only| seulement| que)(?: \w+){0,4} ?)$"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A prohibited claim in a text."""

    rule: str
    text: str
    start: int  # offset in characters


def find_claims(text: str, *, legal: bool = False) -> tuple[Claim, ...]:
    """Finds prohibited claims in a French or English text, in order of position.

    The literal warning of the arrêté is exempt. In a legal notice (`legal`) denied claims are allowed.

    >>> [claim.rule for claim in find_claims("A guaranteed win")]
    ['guarantee']
    """
    text = text.replace(LEGAL_NOTICE, " " * len(LEGAL_NOTICE))
    plain, offsets = _fold_with_offsets(text)
    claims: dict[int, Claim] = {}
    for spelled, where in ((plain, offsets), _join_spaced_letters(plain, offsets)):
        for rule, pattern in _PATTERNS.items():
            for match in pattern.finditer(spelled):
                if legal and _DENIED.search(spelled[: match.start()]):
                    continue
                start, end = where[match.start()], where[match.end() - 1] + 1
                claims.setdefault(start, Claim(rule, text[start:end], start))
    return tuple(claims[start] for start in sorted(claims))


def fold(text: str) -> str:
    """Normalizes a text for comparison: lower case, no accents, look-alikes replaced, single spaces.

    >>> fold("Pаris  SÛR!")
    'paris sur '
    """
    return _fold_with_offsets(text)[0]


def _fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text, and the original offset of each of its characters."""
    letters: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        if category(char) in {"Cf", "Cc", "Mn"} and char not in "\n\t\r":  # invisible
            continue
        for part in normalize("NFKD", char.casefold()):
            if combining(part):
                continue
            folded = part if part.isalnum() or part == "%" else _fold_punctuation(part, text, offset)
            if folded == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(folded)
            offsets.append(offset)
    plain = "".join(letters)
    return re.sub(r"\S+", lambda word: _replace_lookalikes(word[0]), plain), offsets


def _fold_punctuation(char: str, text: str, offset: int) -> str:
    """Keeps a look-alike symbol between two letters; any other punctuation becomes a space."""
    inside = 0 < offset < len(text) - 1 and text[offset - 1].isalnum() and text[offset + 1].isalnum()
    return char if inside and char in "@$€" else " "


def _replace_lookalikes(word: str) -> str:
    """Replaces look-alikes in a word; numbers are unchanged."""
    return word.translate(_LOOKALIKES) if _LETTER.search(word) else word


def _join_spaced_letters(plain: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Joins words with separated letters."""
    letters: list[str] = []
    where: list[int] = []
    last = 0
    for match in _SPACED_WORD.finditer(plain):
        letters += plain[last : match.start()]
        where += offsets[last : match.start()]
        joined = [(plain[i], offsets[i]) for i in range(match.start(), match.end()) if plain[i] != " "]
        letters += [letter for letter, _ in joined]
        where += [place for _, place in joined]
        last = match.end()
    letters += plain[last:]
    where += offsets[last:]
    return "".join(letters), where
