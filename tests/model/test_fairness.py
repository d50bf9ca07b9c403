import numpy as np
import pandas as pd
import pytest

from attrition.model.fairness import errors_at_the_list, level_by_protected_group, shares_of_a_month
from attrition.model.fairness_criteria import fairness_checks
from attrition.model.protected_groups import left_out, protected_groups
from attrition.model.spec import Spec

MONTH = pd.Timestamp("2026-01-31")
SPEC = Spec(name="resignation")


def people(group, count, resigned, *, risk):
    """Return agents of one gender in one month; the first `resigned` of them resign within the headline."""
    return pd.DataFrame(
        {
            "agent_id": [f"{group}{number:03}" for number in range(count)],
            "as_of": MONTH,
            "gender": group,
            "resigned": [float(number < resigned) for number in range(count)],
            "risk": risk,
        }
    )


def parts(*tables):
    rows = pd.concat(tables, ignore_index=True)
    return rows.drop(columns="gender"), rows[["agent_id", "as_of", "gender"]]


def by_group(table, figure):
    return table[table["figure"] == figure].set_index("group")


def test_a_level_that_is_twice_too_low_for_one_gender_is_off_and_the_other_holds():
    rows, groups = parts(people("f", 200, 20, risk=0.1), people("m", 200, 40, risk=0.1))
    table = level_by_protected_group(rows, groups, SPEC).set_index("group")
    assert table["value"].round(2).to_dict() == {"f": 1.0, "m": 2.0}
    assert table["verdict"].to_dict() == {"f": "holds", "m": "off"}


def test_a_list_that_holds_only_men_misses_every_woman_who_leaves_and_lists_twice_as_many_staying_men():
    """40 of 400 are listed, the tenth with the highest risk, all of them men: 20 leave and are found, 20 stay."""
    men = people("m", 200, 20, risk=[0.9] * 40 + [0.1] * 160)
    table = errors_at_the_list(*parts(people("f", 200, 20, risk=0.1), men), SPEC)
    missed, listed_stayers = by_group(table, "missed leavers"), by_group(table, "listed stayers")
    assert missed["value"].to_dict() == {"f": 1.0, "m": 0.0}
    assert missed["verdict"].to_dict() == {"f": "off", "m": "off"}
    assert listed_stayers["value"].round(3).to_dict() == {"f": 0.0, "m": round(20 / 180, 3)}
    assert by_group(table, "listed")["value"].to_dict() == {"f": 0.0, "m": 0.2}


def test_months_of_the_same_agents_do_not_count_as_more_people():
    """Six copies of one month: the interval of the gap stays as wide as that of one month."""
    rows, groups = parts(people("f", 100, 20, risk=0.1), people("m", 100, 20, risk=[0.9] * 40 + [0.1] * 60))
    months = pd.date_range("2026-01-31", periods=6, freq="ME").astype("datetime64[us]")
    copies, copied_groups = (
        pd.concat([table.assign(as_of=month) for month in months], ignore_index=True) for table in (rows, groups)
    )
    once, six_times = (
        by_group(errors_at_the_list(*tables, SPEC), "listed").loc["f", ["low", "high", "people"]]
        for tables in ((rows, groups), (copies, copied_groups))
    )
    assert six_times["people"] == once["people"] == 100
    assert (six_times["high"] - six_times["low"]) == pytest.approx(once["high"] - once["low"], rel=0.2)


@pytest.mark.parametrize("count", [49, 20])
def test_a_small_group_is_too_few_keeps_no_figure_and_makes_no_pass(count):
    rows, groups = parts(people("f", count, 9, risk=0.1), people("m", 200, 9, risk=0.1))
    table = errors_at_the_list(rows, groups, SPEC)
    few = by_group(table, "missed leavers").loc["f"]
    assert few["verdict"] == "too few"
    assert few[["value", "others", "gap", "low", "high"]].isna().all()
    checks = {check.name: check.status for check in fairness_checks(table)}
    assert checks["list in protected groups"] == "too few"


def test_a_model_that_is_silent_about_one_gender_and_offers_only_the_other_anything_is_off():
    """A model abstains from half of the women; of 30 women and 30 men on the list it offers something to the men."""
    month = pd.DataFrame({"agent_id": [f"a{n:03}" for n in range(400)], "as_of": MONTH})
    is_woman = np.arange(400) < 200
    month = month.assign(abstained=is_woman & (np.arange(400) % 2 == 0), is_listed=np.arange(400) % 200 < 30)
    month = month.assign(is_offered=month["is_listed"] & ~is_woman)
    groups = month[["agent_id", "as_of"]].assign(gender=np.where(is_woman, "f", "m"))
    table = shares_of_a_month(month, groups, SPEC)
    assert by_group(table, "abstained from")["value"].to_dict() == {"f": 0.5, "m": 0.0}
    assert by_group(table, "offered")[["value", "people"]].values.tolist() == [[0.0, 30], [1.0, 30]]
    check = fairness_checks(table)[-1]
    assert check.status == "failed"
    assert "offered of gender f -1.00" in check.finding
    assert "得到建议措施" in check.finding_zh


def test_of_twelve_fair_models_chance_calls_few_off():
    """Two genders and four age bands that have nothing to do with risk or leaving, and all their crossings."""
    refused = 0
    for seed in range(12):
        draw = np.random.default_rng(seed)
        rows = (
            people("x", 600, 0, risk=0.1).drop(columns="gender").assign(resigned=(draw.random(600) < 0.1).astype(float))
        )
        rows["risk"] = np.where(draw.random(600) < 0.5, 0.1001, 0.1)
        attributes = pd.DataFrame({"agent_id": rows["agent_id"]})
        attributes["gender"] = draw.choice(["f", "m"], 600)
        attributes["birth_date"] = pd.Timestamp("2026-01-31") - pd.to_timedelta(draw.integers(20, 50, 600) * 365, "D")
        groups = protected_groups(rows, attributes)
        tables = [level_by_protected_group(rows, groups, SPEC), errors_at_the_list(rows, groups, SPEC)]
        checks = fairness_checks(pd.concat(tables, ignore_index=True))
        refused += any(check.status == "failed" for check in checks)
    assert refused <= 2


def test_without_protected_attributes_there_is_no_criterion():
    assert fairness_checks(pd.DataFrame()) == []


def test_groups_are_age_bands_attributes_and_crossings_and_a_free_text_is_none():
    rows = pd.DataFrame({"agent_id": [f"a{n}" for n in range(30)], "as_of": MONTH})
    attributes = rows[["agent_id"]].assign(
        gender=["f", None] * 15, birth_date="1999-05-01", remark=[f"text {n}" for n in range(30)]
    )
    groups = protected_groups(rows, attributes)
    assert list(groups.columns) == ["agent_id", "as_of", "gender", "age_band", "gender x age_band"]
    assert groups["gender x age_band"].value_counts().to_dict() == {"f x 25-34": 15, "not stated x 25-34": 15}
    assert left_out(attributes) == ["remark"]
