import numpy as np
import pandas as pd
import pytest

from attrition.model.lead_time import lead_figures, lead_times

MONTHS = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"])


def scores_and_outcomes(risks, left):
    """Return scores, one row per agent and month, and outcomes; both arguments are by agent."""
    rows = [
        (agent, month, risk) for agent, own in risks.items() for month, risk in zip(MONTHS, own, strict=True) if risk
    ]
    scores = pd.DataFrame(rows, columns=["agent_id", "as_of", "risk"])
    day = scores["agent_id"].map({agent: pd.Timestamp(on) for agent, on in left.items()})
    kind = scores["agent_id"].map(dict.fromkeys(left, "voluntary"))
    outcomes = scores[["agent_id", "as_of"]].assign(exit_kind=kind, left_on=pd.to_datetime(day))
    return scores, outcomes


def test_weeks_count_from_the_first_month_at_the_top_to_the_day_of_notice():
    scores, outcomes = scores_and_outcomes(
        {"early": (0.9, 0.8, 0.7), "late": (0.1, 0.2, 0.9), "never": (0.2, 0.1, 0.1), "stays": (0.1, 0.9, 0.1)},
        {"early": "2026-04-11", "late": "2026-04-14", "never": "2026-05-01"},
    )
    leads = lead_times(scores, outcomes, horizon=3, capacity_share=0.5).set_index("agent_id")["weeks"]
    assert leads["early"] == 10
    assert leads["late"] == 2
    assert leads["never"] == pytest.approx(90 / 7)


def test_one_who_never_stood_at_the_top_has_no_weeks_and_counts_among_the_leavers():
    scores, outcomes = scores_and_outcomes({"a": (0.1, 0.1, 0.1), "b": (0.9, 0.9, 0.9)}, {"a": "2026-04-20"})
    leads = lead_times(scores, outcomes, horizon=3, capacity_share=0.5)
    assert leads["weeks"].isna().tolist() == [True]
    figures = lead_figures(leads, draws=20).set_index("metric")["value"]
    assert (figures["leavers"], figures["listed_before_share"]) == (1, 0)
    assert np.isnan(figures["weeks_median"])


def test_who_leaves_after_the_horizon_of_the_last_month_scored_is_not_counted():
    scores, outcomes = scores_and_outcomes({"a": (0.9, 0.9, 0.9), "b": (0.1, 0.1, 0.1)}, {"a": "2026-07-01"})
    assert lead_times(scores, outcomes, horizon=3, capacity_share=0.5).empty


def test_dismissals_have_no_lead_time():
    scores, outcomes = scores_and_outcomes({"a": (0.9, 0.9, 0.9), "b": (0.1, 0.1, 0.1)}, {"a": "2026-04-20"})
    assert lead_times(scores, outcomes.assign(exit_kind="involuntary"), horizon=3, capacity_share=0.5).empty


def test_lists_drawn_at_random_have_more_of_those_who_were_scored_more_often():
    scores, outcomes = scores_and_outcomes(
        {"long": (0.1, 0.1, 0.9), "short": (None, None, 0.1), "other": (0.9, 0.9, None), "stays": (0.2, 0.2, 0.2)},
        {"long": "2026-04-11", "short": "2026-04-11", "other": "2026-05-20"},
    )
    leads = lead_times(scores, outcomes, horizon=3, capacity_share=1 / 3).set_index("agent_id")
    assert leads["chance"].round(4).to_dict() == {"long": 0.7037, "short": 0.3333, "other": 0.5556}  # 1 - (2/3)**months
    figures = lead_figures(leads.reset_index(), draws=20).set_index("metric")["value"]
    assert figures["listed_beyond_chance_share"] == pytest.approx(2 / 3 - leads["chance"].mean())


def test_the_last_list_is_that_of_the_month_end_before_the_notice():
    scores, outcomes = scores_and_outcomes(
        {"on": (0.1, 0.1, 0.9), "off": (0.9, 0.8, 0.1), "unscored": (0.2, 0.9, None)},
        {"on": "2026-04-11", "off": "2026-04-30", "unscored": "2026-05-02"},
    )
    leads = lead_times(scores, outcomes, horizon=3, capacity_share=0.5).set_index("agent_id")
    assert leads.loc[["on", "off"], "is_on_last_list"].tolist() == [1, 0]
    assert leads[["is_on_last_list", "last_chance"]].isna().loc["unscored"].all()
    figures = lead_figures(leads.reset_index(), draws=20).set_index("metric")["value"]
    assert (figures["leavers_with_last_list"], figures["last_listed_share"]) == (2, 0.5)


def test_the_interval_of_the_median_holds_it():
    leads = pd.DataFrame({"agent_id": range(40), "left_on": MONTHS[0], "weeks": np.arange(40.0)})
    leads = leads.assign(chance=0.1, is_on_last_list=1.0, last_chance=0.1)
    median = lead_figures(leads, draws=200).set_index("metric").loc["weeks_median"]
    assert median["low"] < median["value"] == 19.5 < median["high"]
