"""The measured precision of a list with and without interventions, on tables checkable by head."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from attrition.report.figures.track_record import flagged_rows, scores_with_outcomes
from attrition.report.figures.treated_precision import treated_precision, treated_precision_sentences
from attrition.report.formatter import Formatter
from attrition.report.translations import translations

MONTH, LATER = pd.Timestamp("2026-01-31"), date(2026, 6, 30)
EFFECTS = pd.DataFrame(
    [("buddy", 0.5, 0.25, 1.0, 0), ("talk", 0.9, 0.8, 1.0, 0)],
    columns=["intervention", "hazard_ratio", "low", "high", "months_to_effect"],
)


def centre(resigned: int, treated: int, *, kind: str = "buddy", day: str = "2026-02-01", **more: object) -> dict:
    """Draw 40 agents, 20 of them flagged at a risk of one half; the last `treated` of these receive an intervention."""
    names = [f"{number:02d}" for number in range(40)]
    scores = pd.DataFrame({"agent_id": names, "as_of": MONTH, "horizon_months": 1, "risk": [0.5] * 20 + [0.1] * 20})
    left = [pd.Timestamp("2026-02-10")] * resigned + [pd.NaT] * (40 - resigned)
    outcomes = pd.DataFrame({"agent_id": names, "as_of": MONTH, "left_on": left, "known_on": left})
    outcomes["exit_kind"] = ["voluntary"] * resigned + [None] * (40 - resigned)
    received = pd.DataFrame({"agent_id": names[20 - treated : 20], "kind": kind, "start_date": pd.Timestamp(day)})
    columns = {"known_on": received["start_date"], "pilot_id": None, "arm": pd.NA, "declined": False} | more
    received = received.assign(**columns).astype({"arm": "string"})
    labelled = scores_with_outcomes(scores, outcomes, horizon=1, known_at=LATER)
    return {"flagged": flagged_rows(labelled, 0.5), "received": received}


def precision(centre: dict, *, min_group: int = 10) -> pd.DataFrame:
    table = treated_precision(
        centre["flagged"], centre["received"], EFFECTS, horizon=1, known_at=LATER, min_group=min_group
    )
    return table.set_index("part")


def test_the_flagged_are_split_by_who_received_an_intervention() -> None:
    table = precision(centre(resigned=5, treated=10))
    assert table["flagged"].to_dict() == {"treated": 10, "untreated": 10, "all": 20}
    assert table["precision"].to_dict() == {"treated": 0.0, "untreated": 0.5, "all": 0.25}


def test_without_interventions_more_would_be_expected_to_have_resigned() -> None:
    """A hazard halved for 27 of 28 days: of ten at one half, each 1 - 0.5 ** (27/28 x 0.5) more."""
    table = precision(centre(resigned=5, treated=10)).loc["all"]
    assert table["extra"] == pytest.approx(10 * (1 - 0.5 ** (27 / 28 * 0.5)))
    assert table["extra_low"] == 0.0, "the careful end of the evidence is no effect"
    assert table["extra_high"] == pytest.approx(10 * (1 - 0.5 ** (27 / 28 * 0.75)))
    assert table["without"] == pytest.approx((5 + table["extra"]) / 20)


def test_an_intervention_late_in_the_horizon_saves_less() -> None:
    early, late = (precision(centre(5, 10, day=day)).loc["all", "extra"] for day in ("2026-02-01", "2026-02-25"))
    assert 0 < late < early / 5


def test_of_several_things_the_one_that_does_most_counts_alone() -> None:
    one, other = centre(5, 10), centre(5, 10, kind="talk")
    both = one | {"received": pd.concat([one["received"], other["received"]], ignore_index=True)}
    assert precision(both).loc["all"].to_dict() == precision(one).loc["all"].to_dict()


def test_who_resigned_in_spite_of_an_intervention_is_not_counted_twice() -> None:
    assert precision(centre(resigned=20, treated=10)).loc["all", ["precision", "without"]].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "more", [{"declined": True}, {"arm": "control"}, {"day": "2026-03-02"}, {"known_on": pd.Timestamp("2026-07-01")}]
)
def test_what_was_declined_drawn_as_control_later_or_not_yet_known_does_not_count(more: dict) -> None:
    assert precision(centre(5, 10, **more), min_group=0).loc["treated", "flagged"] == 0


def test_an_intervention_the_playbook_does_not_know_is_taken_to_do_nothing() -> None:
    assert precision(centre(5, 10, kind="cake")).loc["all", ["extra", "extra_high"]].tolist() == [0.0, 0.0]


def test_a_half_of_nine_agents_hides_both_halves_and_the_estimate() -> None:
    table = precision(centre(resigned=5, treated=9))
    assert table.index.tolist() == ["all"]
    assert table[["extra", "without", "without_low", "without_high"]].isna().all(axis=None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_sentences_in_both_languages(lang: str) -> None:
    formatter = Formatter(translations(lang), "CNY")
    sentences = treated_precision_sentences(precision(centre(5, 10)).reset_index(), formatter, horizon=1, min_group=10)
    assert len(sentences) == 3
    assert "25.0%" in sentences[0]
    assert "2.8" in sentences[1]
    few = treated_precision_sentences(precision(centre(5, 9)).reset_index(), formatter, horizon=1, min_group=10)
    assert few == [formatter.text("treated.few", minimum=10)]
