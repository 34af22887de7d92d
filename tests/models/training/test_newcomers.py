import numpy as np
import pytest

from models.training import newcomers
from models.training.newcomers import NEVER, forget_promoted
from shared.forecasting import features
from shared.forecasting.joint_filter import retain_clubs
from shared.forecasting.strengths import Strengths, learn
from tests.forecasting.played import played

PLAYED = played()
PROMOTED = 9
"""Of the made-up clubs the one that is in the first division in the second season alone."""


def test_a_promoted_club_alone_is_forgotten_and_only_once():
    dataset = forget_promoted(PLAYED, {2022})
    of = [i for i, r in enumerate(PLAYED) if r.competition == "PL" and r.season == 2022]
    its = [i for i in of if PROMOTED in (PLAYED[i].home_team_id, PLAYED[i].away_team_id)]
    assert dataset.matches_seen[its].tolist() == list(range(len(its)))
    assert dataset.newcomers[its].tolist() == [1, 1] + [0] * (len(its) - 2)
    assert (dataset.matches_seen[[i for i in of if i not in its]] == NEVER).all()
    complete = ~np.isnan(dataset.rows[:, 0, 0])
    assert np.flatnonzero(complete).tolist() == of


def test_a_promoted_clubs_first_match_has_the_features_of_an_unknown_club():
    dataset = forget_promoted(PLAYED, {2022})
    first = next(i for i, r in enumerate(PLAYED) if r.season == 2022 and PROMOTED in (r.home_team_id, r.away_team_id))
    match, strengths = PLAYED[first], Strengths()
    learn(strengths, [r for r in PLAYED if r.day < match.day])
    key = (match.competition, match.season, match.day)
    row = features.features(strengths, *key, match.home_team_id, match.away_team_id)
    del strengths.clubs[PROMOTED]
    joint = strengths.joint["ENG"]
    retain_clubs(joint, [club for club in joint.places if club != PROMOTED])
    assert np.array_equal(
        dataset.rows[first], features.features(strengths, *key, match.home_team_id, match.away_team_id)
    )
    assert not np.array_equal(dataset.rows[first], row)


def test_the_command_prints_a_line_for_each_span_that_has_matches(mirror, capsys):
    newcomers.main(["--data", str(mirror), "--seasons", "2122,2223"])
    *head, others = capsys.readouterr().out.splitlines()
    assert len(head) == 2
    assert others.split()[:3] == ["38-", "224", "0.00"]  # the small leagues have no promoted clubs


def test_a_directory_without_a_mirror_is_rejected(tmp_path):
    with pytest.raises(SystemExit, match="is no mirror"):
        newcomers.main(["--data", str(tmp_path), "--seasons", "2223"])
