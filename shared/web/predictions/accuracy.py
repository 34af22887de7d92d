"""Converts the measured accuracy of a league to its response model. Pure."""

from shared.explanations.translations import Language, format_number, translate
from shared.services.league_accuracy import LeagueAccuracy
from shared.web.predictions.schemas import LeagueAccuracyInfo


def league_accuracy_info(
    competition: str, accuracy: LeagueAccuracy | None, language: Language
) -> LeagueAccuracyInfo | None:
    """The measured accuracy of a competition, by its name, with a note where it is not sufficient."""
    if accuracy is None:
        return None
    note = None
    if accuracy.gap is None or accuracy.max_gap is None:
        note = translate("league_not_measured", language, competition=competition)
    elif not accuracy.is_sufficient:
        note = translate(
            "league_above_bound",
            language,
            competition=competition,
            gap=format_number(accuracy.gap, language, 4),
            bound=format_number(accuracy.max_gap, language, 4),
            count=accuracy.n,
        )
    return LeagueAccuracyInfo(
        sufficient=accuracy.is_sufficient, gap=accuracy.gap, max_gap=accuracy.max_gap, n=accuracy.n, note=note
    )
