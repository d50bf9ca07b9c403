import pandas as pd
import pytest

from attrition.labels.history import describe_history

END = pd.Timestamp("2025-12-31")


def outcomes(months, *, left_on="2025-02-03", **columns):
    """Return two agents in these months, of whom one resigns."""
    rows = pd.DataFrame([(agent, month) for agent in "12" for month in months], columns=["agent_id", "as_of"])
    left = pd.Series(pd.Timestamp(left_on), index=rows.index).where(rows["agent_id"] == "2")
    kind = left.notna().map({True: "voluntary", False: None})
    return rows.assign(exit_kind=kind, left_on=left, known_on=left, **columns)


ALL_YEAR = pd.date_range("2025-01-31", END, freq="ME")


def test_it_says_which_months_how_many_people_and_up_to_when_labels_go():
    assert describe_history(outcomes(ALL_YEAR), months_ahead=3, known_at=END) == (
        "there are 12 months, 2025-01 to 2025-12, in which 1 person resigned; "
        "labels 3 months ahead are mature to 2025-09"
    )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (outcomes(ALL_YEAR, recording_months=2), "recorded late, so those after 2025-10 are waited for"),
        (outcomes(ALL_YEAR, observed_to=pd.Timestamp("2025-06-30")), "exits is complete to 2025-06 only"),
        (outcomes(pd.to_datetime(["2023-12-31", "2024-12-31", "2025-12-31"])), "such as a file of each December"),
        (
            outcomes(pd.to_datetime(["2023-12-31", "2024-06-30", "2025-12-31"])),
            "3 of these 25 months list agents, with",
        ),
        (outcomes(ALL_YEAR, left_on="2025-09-10"), "agents are listed since 2025-01 and exits begin in 2025-09"),
        (outcomes(ALL_YEAR, left_on="NaT"), "no exit is on file"),
        (outcomes(ALL_YEAR[-2:]), "no label 3 months ahead is mature"),
    ],
)
def test_each_reason_for_a_short_history_is_named(rows, reason):
    assert reason in describe_history(rows, months_ahead=3, known_at=END)


def test_what_came_later_is_not_told():
    assert "0 people resigned" in describe_history(outcomes(ALL_YEAR), months_ahead=1, known_at=ALL_YEAR[0])
    assert describe_history(outcomes(ALL_YEAR), months_ahead=1, known_at=pd.Timestamp("2024-12-31")) == (
        "there are no months"
    )
