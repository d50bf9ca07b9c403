"""What MLflow and the card hold of groups and of leavers shows nobody who is alone, and lets nobody be worked out."""

import pandas as pd
import pytest

from attrition.report.figures.model_groups import FIGURES, shown_group_levels, shown_lead_time


def levels(**people: int) -> pd.DataFrame:
    table = pd.DataFrame({"level": "site", "unit": list(people), "people": list(people.values())})
    return table.assign(
        events=1, observed=2, expected=1.5, ratio=1.3, low=0.4, high=2.0, auc=0.7, verdict=["too few"] * len(people)
    )


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ({"A": 60, "B": 70}, ""),
        ({"A": 4, "B": 60, "C": 70}, "AB"),
        ({"A": 4, "B": 60}, "AB"),
        ({"A": 6, "B": 9, "C": 70}, "AB"),
        ({"A": 4, "B": 9, "C": 70}, "ABC"),
    ],
)
def test_a_small_group_is_hidden_with_the_one_by_which_it_could_be_worked_out(
    people: dict[str, int], hidden: str
) -> None:
    shown = shown_group_levels(levels(**people), min_group=10).set_index("unit")
    assert "".join(shown.index[shown["people"].isna()]) == hidden
    assert shown.loc[list(hidden), FIGURES].isna().all(axis=None)
    assert shown.loc[[unit for unit in people if unit not in hidden], FIGURES].notna().all(axis=None)


def test_groups_of_another_level_are_judged_by_themselves() -> None:
    both = pd.concat([levels(A=60, B=70), levels(new=4, one=50, two=76).assign(level="tenure_band")], ignore_index=True)
    shown = shown_group_levels(both, min_group=10)
    assert shown.loc[shown["people"].isna(), "unit"].tolist() == ["new", "one"]


def lead_time(leavers: int, listed_share: float, last: int) -> pd.DataFrame:
    values = {
        "leavers": leavers,
        "listed_before_share": listed_share,
        "leavers_with_last_list": last,
        "last_listed_share": 0.5,
        "weeks_median": 7.0,
    }
    return pd.DataFrame({"metric": list(values), "value": list(values.values()), "low": 0.1, "high": 0.9})


@pytest.mark.parametrize(
    ("leavers", "share", "last", "shown"),
    [
        (
            40,
            0.5,
            12,
            {"leavers", "listed_before_share", "leavers_with_last_list", "last_listed_share", "weeks_median"},
        ),
        (40, 0.2, 12, {"leavers", "listed_before_share", "leavers_with_last_list", "last_listed_share"}),
        (40, 0.5, 3, {"leavers", "listed_before_share", "weeks_median"}),
        (9, 1.0, 3, set()),
    ],
)
def test_what_few_leavers_show_is_left_out(leavers: int, share: float, last: int, shown: set[str]) -> None:
    table = shown_lead_time(lead_time(leavers, share, last), min_group=10)
    assert set(table.loc[table["value"].notna(), "metric"]) == shown
    assert set(table.loc[table["high"].notna(), "metric"]) == shown
