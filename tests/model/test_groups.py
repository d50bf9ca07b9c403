import numpy as np
import pandas as pd
import pytest

from attrition.model.groups import calibration_by_group

MONTHS = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"])


def rows(people, resigned, *, risk, site, months=1):
    """Return scores of so many people of one site; the first `resigned` of them have the label 1 in every month."""
    agents = [f"{site}-{number}" for number in range(people)]
    return pd.DataFrame(
        [
            {"agent_id": agent, "as_of": month, "risk": risk, "resigned": float(number < resigned), "site": site}
            for month in MONTHS[:months]
            for number, agent in enumerate(agents)
        ]
    )


def group_table(*parts, limits=(0.8, 1.25)):
    table = pd.concat(parts, ignore_index=True)
    table = calibration_by_group(table.drop(columns="site"), table[["agent_id", "as_of", "site"]], limits=limits)
    return table.set_index("unit")


def test_a_group_as_expected_holds_and_one_at_thrice_is_off():
    table = group_table(rows(200, 20, risk=0.1, site="Foshan"), rows(200, 60, risk=0.1, site="Wuhan"))
    assert table["ratio"].round(2).to_dict() == {"Foshan": 1.0, "Wuhan": 3.0}
    assert table["verdict"].to_dict() == {"Foshan": "holds", "Wuhan": "off"}


@pytest.mark.parametrize(("people", "resigned"), [(49, 20), (200, 9)])
def test_a_small_group_is_too_few_and_no_pass_and_its_figures_are_null(people, resigned):
    table = group_table(rows(people, resigned, risk=0.04, site="Foshan")).loc["Foshan"]
    assert table["verdict"] == "too few"
    assert table[["ratio", "low", "high", "auc"]].isna().all()


def test_a_group_in_which_many_were_expected_and_nobody_left_is_not_too_few():
    table = group_table(rows(300, 0, risk=0.2, site="Foshan"), rows(300, 60, risk=0.2, site="Wuhan"))
    assert table.loc["Foshan", "verdict"] == "off"
    assert table.loc["Foshan", "low"] == 0


def test_seen_from_three_months_a_resignation_is_still_one():
    once, thrice = (group_table(rows(200, 20, risk=0.1, site="x", months=m)).loc["x"] for m in (1, 3))
    assert (once["events"], thrice["events"], thrice["observed"]) == (20, 20, 60)
    assert (thrice["low"], thrice["high"]) == pytest.approx((once["low"], once["high"]))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """1,000 groups whose risks are right: about 19 in 20 intervals hold 1, and hardly one group is called off."""
    draw = np.random.default_rng(0)
    parts = [rows(120, int(draw.binomial(120, 0.2)), risk=0.2, site=f"s{number}") for number in range(1000)]
    table = group_table(*parts)
    covered = ((table["low"] <= 1) & (table["high"] >= 1)).mean()
    assert 0.93 <= covered <= 0.995
    assert (table["verdict"] == "off").mean() < 0.005


def test_who_is_in_no_group_is_a_group_and_a_level_that_is_not_there_is_passed_over():
    table = group_table(rows(200, 20, risk=0.1, site=None))
    assert table.index.tolist() == ["not stated"]
    assert table["level"].tolist() == ["site"]
