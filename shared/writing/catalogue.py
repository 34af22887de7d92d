"""Every text that people read, in French and in English."""

from enum import StrEnum


class Language(StrEnum):
    """A language that we speak."""

    FR = "fr"
    EN = "en"


LEGAL_NOTICE = (
    "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
    "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
)
"""The warning of the decree of 29 July 2022, word for word; it is never translated or shortened."""

_TEXTS: dict[str, tuple[str, str]] = {
    "unknown_match": ("Ce match est inconnu.", "This match is unknown."),
    "unknown_route": ("Cette adresse n'existe pas.", "This address does not exist."),
    "unknown_method": (
        "Cette méthode n'est pas possible à cette adresse.",
        "This method is not possible at this address.",
    ),
    "unknown_competition": (
        "La compétition {code} est inconnue ; les codes sont {codes}.",
        "Competition {code} is unknown; the codes are {codes}.",
    ),
    "no_standings": ("Il n'y a pas encore de classement pour {code}.", "There is no table for {code} yet."),
    "no_prediction": (
        "Aucune prévision n'est publiée pour ce match : il est trop lointain, ou nous n'en savons pas assez.",
        "No forecast is published for this match: it is too far away, or we do not know enough of it.",
    ),
    "dates_reversed": (
        "date_from doit précéder date_to, de 366 jours au plus.",
        "date_from must come before date_to, by at most 366 days.",
    ),
    "unavailable": (
        "Le service est indisponible un instant ; réessayez bientôt.",
        "The service is unavailable for a moment; please try again soon.",
    ),
    "unexpected": (
        "Une erreur inattendue s'est produite ; elle nous est signalée.",
        "Something unexpected went wrong; we have been told.",
    ),
    "demo": (
        "Démonstration : cette ligue, ses clubs, ses résultats et ses cotes sont inventés.",
        "Demonstration: this league, its clubs, results and prices are invented.",
    ),
    "computed_table": (
        "Classement calculé d'après les résultats ; les points retirés par les jurys n'y figurent pas.",
        "Table worked out from results; points taken away by juries are not in it.",
    ),
    "scores_as_of": (
        "Scores connus à la dernière mise à jour, pas en direct.",
        "Scores as of the last update, not live.",
    ),
    "not_chosen_yet": (
        "Les paris de ce jour ne sont pas encore choisis ; ils le sont à 6 h 45, heure de Paris.",
        "The picks of this day are not chosen yet; they are chosen at 06:45 Paris time.",
    ),
    "no_match": ("Aucun match ce jour-là.", "No match on this day."),
    "too_late": (
        "Aucun pari : les matchs du jour avaient commencé quand le choix a été fait.",
        "No pick: the day's matches had begun when the choice was made.",
    ),
    "no_prices": (
        "Aucun pari : pas de cotes fiables et récentes sur les matchs du jour.",
        "No pick: no reliable and recent prices on the day's matches.",
    ),
    "no_value": (
        "Nous ne proposons que les paris qui valent leur prix, et d'une compétition seulement les meilleurs.",
        "We only propose bets that are worth their price, and only the best of each competition.",
    ),
    "held": (
        "Aucun pari : les seules cotes intéressantes sont trop belles pour être vraies et attendent une vérification.",
        "No pick: the only interesting prices are too good to be true and await a check.",
    ),
    "forecast": (
        "{home} – {away} : {home} {p_home}, nul {p_draw}, {away} {p_away}. "
        "Buts attendus : {home} {goals_home}, {away} {goals_away}.",
        "{home} v {away}: {home} {p_home}, draw {p_draw}, {away} {p_away}. "
        "Expected goals: {home} {goals_home}, {away} {goals_away}.",
    ),
    "by_prices": (
        "Ces probabilités partent des cotes du match, marge des bookmakers retirée.",
        "These probabilities start from the match's prices, with the bookmakers' margin taken out.",
    ),
    "by_ratings": (
        "Aucune cote n'étant connue, ces probabilités viennent des seuls résultats passés : elles sont moins sûres.",
        "No price being known, these probabilities come from past results alone: they are less certain.",
    ),
    "worth_it": (
        "À la cote de {price}, « {outcome} » a une espérance de {value} par euro misé, avant tout aléa.",
        'At a price of {price}, "{outcome}" has an expected value of {value} per unit staked, before any luck.',
    ),
    "factor_ratings": (
        "D'après les seuls résultats passés : {home} {p_home}, nul {p_draw}, {away} {p_away}",
        "By past results alone: {home} {p_home}, draw {p_draw}, {away} {p_away}",
    ),
    "factor_goals": ("Plus de 2,5 buts : {over}", "More than 2.5 goals: {over}"),
    "factor_both_score": ("Les deux équipes marquent : {both}", "Both teams score: {both}"),
    "risk_miss": (
        "Cette issue n'arrive pas dans {miss} des cas.",
        "This outcome fails to happen in {miss} of cases.",
    ),
    "risk_price": (
        "La cote a été relevée le {day} à {time} (heure de Paris) ; elle a pu changer depuis.",
        "The price was read on {day} at {time} (Paris time); it may have changed since.",
    ),
    "home_win": ("victoire de {team}", "{team} to win"),
    "draw": ("match nul", "draw"),
    "away_win": ("victoire de {team}", "{team} to win"),
}


def say(key: str, language: Language, **values: object) -> str:
    """A text in a language, with its values filled in.

    Raises:
        KeyError: there is no such text, or a value of it is missing.
    """
    french, english = _TEXTS[key]
    return (french if language is Language.FR else english).format(**values)


def percent(share: float, language: Language, digits: int = 0) -> str:
    """A share as it is written: 42 % in French (with a space that does not break), 42% in English."""
    text = f"{share * 100:.{digits}f}"
    return f"{text.replace('.', ',')}\u00a0%" if language is Language.FR else f"{text}%"


def number(value: float, language: Language, digits: int = 2) -> str:
    """A number as it is written: 1,62 in French, 1.62 in English."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language is Language.FR else text


def spoken_in(accept_language: str | None) -> Language:
    """The language to answer in: the first of ours that an Accept-Language header prefers, else French."""
    wishes: list[tuple[float, int, Language]] = []
    for place, wish in enumerate((accept_language or "").split(",")):
        tag, _, weight = "".join(wish.split()).lower().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        language = tag.partition("-")[0]
        if language in tuple(Language) and quality > 0:
            wishes.append((-quality, place, Language(language)))
    return min(wishes)[2] if wishes else Language.FR
