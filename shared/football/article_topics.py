"""Topic classification of articles by whole words, so that `winger` does not match `win`."""

import re

from shared.football.articles import ArticleKind
from shared.football.team import fold

_PHRASES = {
    ArticleKind.INJURY: (
        "injury, injuries, injured, injures, sidelined, hamstring, concussion, metatarsal, ruled out, out for",
        "out until, fitness test, fitness doubt, will miss, set to miss, to miss, misses out, returns to training",
        "back in training, blesse, blessee, blesses, blessure, blessures, forfait, forfaits, indisponible",
        "indisponibles, ischio, ischios, entorse, dechirure, ligaments, sur le flanc, infirmerie, absent pour",
        "de retour a l entrainement",
    ),
    ArticleKind.SUSPENSION: (
        "suspended, suspension, suspensions, banned, match ban, red card, red carded, sent off, yellow cards",
        "suspendu, suspendue, suspendus, exclu, exclus, carton rouge, cartons rouges, commission de discipline",
    ),
    ArticleKind.TRANSFER: (
        "transfer, transfers, loan, loaned, bid, signing, signings, signs, sign, joins from, set to join",
        "release clause, agree deal, agrees deal, transfert, transferts, mercato, recrue, recrues, signe, signature",
        "clause liberatoire",
    ),
    ArticleKind.PREVIEW: (
        "preview, team news, predicted lineups, predicted line ups, probable line ups, kick off time, ahead of",
        "avant match, compo probable, compos probables, composition probable, compositions probables",
        "groupe convoque, sur quelle chaine, a quelle heure, conference de presse",
    ),
    ArticleKind.FORM: (
        "win, wins, won, beat, beats, beaten, defeat, defeats, defeated, draw, draws, lose, loses, lost, unbeaten",
        "thrash, thrashed, victory, victories, winless, victoire, victoires, defaite, defaites, bat, battu, battus",
        "gagne, gagnent, perd, s incline, s impose, invaincu, invaincus, match nul, serie de, corrige, renverse",
    ),
}
"""Folded words and phrases in French and English; the first matching topic counts."""
_PATTERNS = {kind: re.compile(rf"\b(?:{'|'.join(', '.join(lines).split(', '))})\b") for kind, lines in _PHRASES.items()}
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def classify(title: str, extract: str) -> ArticleKind:
    """The topic of an article by its title, else by its extract.

    >>> classify("Blessé, Mbappé absent", "")
    <ArticleKind.INJURY: 'injury'>
    """
    for text in (title, extract):
        words = _BETWEEN_WORDS.sub(" ", fold(text))
        for kind, pattern in _PATTERNS.items():
            if pattern.search(words):
                return kind
    return ArticleKind.OTHER
