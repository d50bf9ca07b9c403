import numpy as np
import pandas as pd
import pytest

from attrition.model.groups import calibration_by_group
from attrition.model.spec import Spec

SPEC = Spec(name="resignation")
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


def group_table(*parts):
    table = pd.concat(parts, ignore_index=True)
    table = calibration_by_group(table.drop(columns="site"), table[["agent_id", "as_of", "site"]], spec=SPEC)
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
    assert table.loc["Foshan", "low"] > 0.5


def test_seen_from_three_months_a_resignation_is_still_one():
    """A risk of .1 within three months, seen once or thrice: chance does about as much to a perfect model."""
    once, thrice = (group_table(rows(200, 20, risk=0.1, site="x", months=m)).loc["x"] for m in (1, 3))
    assert (once["events"], thrice["events"], thrice["observed"]) == (20, 20, 60)
    assert 1 - once["low"] > 0.3
    assert (1 - thrice["low"]) / (1 - once["low"]) > 0.6  # 0.58 if the three months were independent


def test_of_many_groups_of_a_perfect_model_chance_rarely_calls_one_off_and_the_limits_grow_with_their_number():
    def centre(seed, sites):
        draw = np.random.default_rng(seed)
        return group_table(*(rows(120, int(draw.binomial(120, 0.2)), risk=0.2, site=f"s{n}") for n in range(sites)))

    has_refused = [(centre(seed, 20)["verdict"] == "off").any() for seed in range(40)]
    assert sum(has_refused) <= 8
    assert centre(0, 20)["high"].mean() > centre(0, 1)["high"].mean()


def test_who_is_in_no_group_is_a_group_and_a_level_that_is_not_there_is_passed_over():
    table = group_table(rows(200, 20, risk=0.1, site=None))
    assert table.index.tolist() == ["not stated"]
    assert table["level"].tolist() == ["site"]
