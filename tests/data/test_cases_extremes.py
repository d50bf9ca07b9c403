"""Dates and numbers that systems write for "not known" are named, and hire dates of 1900 are no tenure of 126 years."""

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre, inspect
from attrition.errors import Fault
from attrition.labels.spells import read_spells
from attrition.steps.panel_families import past_of
from tests.data.cases import copy_case, open_case

UNKNOWN = "agents.hire_date hire date before 1976-05-01, which systems write for a day that is not known"
SNAPSHOTS = """
path = "data/snapshots.csv"
recording_delay_days = 0
[tables.snapshots.features.tenure_score]
family = "quality"
lever = "none"
unit = "score"
en = "score"
zh = "得分"
"""


def faults_of(workspace: Path) -> dict[str, Fault]:
    return {f"{fault.table}.{fault.column} {fault.rule}": fault for fault in inspect(workspace)[1]}


def months_of(centre: Centre) -> pd.DataFrame:
    return past_of(centre, centre.tables).months.execute()


def with_scores(workspace: Path, scores: list[float]) -> Path:
    """Give a case a monthly file with these scores, one agent each."""
    rows = pd.DataFrame({"agent_id": [f"E{number + 1:05}" for number in range(len(scores))], "tenure_score": scores})
    rows.assign(as_of="2026-06-30", hire_date="2024-01-01").to_csv(workspace / "data" / "snapshots.csv", index=False)
    return workspace


def test_hire_dates_of_1900_are_named_with_their_rows_and_do_not_stop(tmp_path: Path) -> None:
    fault = faults_of(copy_case(tmp_path, "25"))[UNKNOWN]
    assert (fault.rows, fault.severity) == (4, "features")
    assert "4 agents" in fault.effect


def test_agents_without_a_hire_date_stay_with_unknown_tenure(tmp_path: Path) -> None:
    months = months_of(open_case(tmp_path, "25"))
    unknown = months[months["agent_id"].isin(["E00001", "E00002", "E00003", "E00004"])]
    assert unknown["agent_id"].nunique() == 4
    assert unknown["tenure_days"].isna().all()
    assert unknown["tenure_band"].isna().all()
    others = months[~months["agent_id"].isin(unknown["agent_id"])]
    assert others["tenure_days"].between(0, 3650).all()


def test_no_feature_counts_from_1900(tmp_path: Path) -> None:
    from attrition.features.registry import build_features

    centre = open_case(tmp_path, "25")
    features = build_features(past_of(centre, centre.tables)).to_pandas()
    days = features[[name for name in features if name.endswith("_days")]]
    assert days.max().max() < 3650
    assert features.loc[features["agent_id"] == "E00002", "pay_since_raise_days"].isna().all()


def test_who_has_no_hire_date_is_at_risk_from_the_first_day_on_which_a_table_shows_them(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "25")
    for table, day in (("assignments", "effective_date"), ("pay", "effective_date"), ("contacts", "contact_date")):
        rows = pd.read_csv(case / "data" / f"{table}.csv")
        rows = rows[(rows["agent_id"] != "E00002") | (rows[day] >= "2025-08-01") | (table != "contacts")]
        if table != "contacts":
            rows.loc[rows["agent_id"] == "E00002", day] = "2025-08-01"
        rows.to_csv(case / "data" / f"{table}.csv", index=False)
    centre, _ = inspect(case)
    assert centre is not None
    months = months_of(centre)
    assert str(months.loc[months["agent_id"] == "E00002", "as_of"].min())[:10] == "2025-08-31"
    spells = read_spells(centre.tables, data_start=pd.Timestamp("2025-01-01"), data_end=pd.Timestamp("2026-10-31"))
    assert str(spells.set_index("agent_id").loc["E00002", "entered"])[:10] == "2025-08-01"


def test_a_declared_earliest_hire_keeps_old_dates(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "25", site='earliest_hire = "1900-01"')
    assert UNKNOWN not in faults_of(case)


def test_plausible_hire_dates_are_not_named(tmp_path: Path) -> None:
    assert not [name for name in faults_of(copy_case(tmp_path, "28")) if "hire_date" in name]


def test_tenure_from_first_sight_is_among_the_assumptions(tmp_path: Path) -> None:
    case = with_scores(copy_case(tmp_path, "25", snapshots=SNAPSHOTS), [1.0] * 40)
    declaration = case / "pipelines" / "sources.toml"
    site, agents = declaration.read_text(encoding="utf-8").split("[tables.agents]\n")
    declaration.write_text(site + agents.split("\n\n", 1)[1], encoding="utf-8")  # the roster is the monthly file then
    rows = pd.read_csv(case / "data" / "snapshots.csv")
    rows.loc[:2, "hire_date"] = None
    rows.to_csv(case / "data" / "snapshots.csv", index=False)
    centre, faults = inspect(case)
    assert centre is not None, faults
    assert any("the hire date of 3 agents is not given" in assumption["en"] for assumption in centre.assumptions)


@pytest.mark.parametrize(
    ("scores", "listed"),
    [
        ([-99.0] * 3 + [-999999.0] * 3 + [50.0 + number for number in range(34)], "-999999, -99"),
        ([9999.0] * 4 + [50.0 + number for number in range(36)], "9999"),
    ],
)
def test_repeated_values_apart_from_all_others_are_listed_with_the_declaration(
    tmp_path: Path, scores: list[float], listed: str
) -> None:
    case = with_scores(copy_case(tmp_path, "25", snapshots=SNAPSHOTS), scores)
    [fault] = [fault for fault in faults_of(case).values() if fault.column == "tenure_score"]
    assert f"tenure_score = [{listed}]" in fault.advice
    assert not fault.stops


@pytest.mark.parametrize(
    "scores", [[0.0] * 5 + [float(number) for number in range(35)], [-5.0, -4, -4, -4] + [float(n) for n in range(36)]]
)
def test_usual_zeros_and_negative_numbers_are_not_listed(tmp_path: Path, scores: list[float]) -> None:
    case = with_scores(copy_case(tmp_path, "25", snapshots=SNAPSHOTS), scores)
    assert not [fault for fault in faults_of(case).values() if fault.column == "tenure_score"]


def test_birth_dates_ahead_or_of_children_are_named(tmp_path: Path) -> None:
    case = copy_case(tmp_path, "28", pay='units = { base_pay = "per month" }')
    agents = pd.read_csv(case / "data" / "agents.csv")
    agents.assign(birth_date=["2051-03-01", "2020-03-01", *["1990-03-01"] * 38]).to_csv(
        case / "data" / "agents.csv", index=False
    )
    [fault] = [fault for fault in faults_of(case).values() if fault.column == "birth_date"]
    assert (fault.rows, fault.severity) == (2, "features")
