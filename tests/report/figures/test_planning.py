"""Numbers to plan with agree with the report's, and can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.predict.planning import Planning
from attrition.report.figures.early_survival import early_survival
from attrition.report.figures.hiring_plan import Site, hiring_plan
from attrition.report.figures.leaver_reasons import iso_turnover, leavers_by_kind, regretted_losses
from attrition.report.figures.leavers_ahead import published_horizons
from attrition.report.figures.month_figures import MonthFigures, month_figures
from attrition.report.figures.planning import Planned, planned
from attrition.report.figures.turnover import turnover
from attrition.report.inputs import ReportInputs
from attrition.report.planning_files import write_planning_files
from tests.text_tables import frame

OCTOBER = date(2026, 10, 31)
STEADY = Planning(training_weeks=4, training_loss_share=0.2, class_size=10)


@pytest.fixture(scope="module")
def month(inputs: ReportInputs) -> MonthFigures:
    return month_figures(replace(inputs, planning=Planning(target_headcount={"佛山": 170, "nowhere": 40})))


@pytest.fixture(scope="module")
def figures(month: MonthFigures) -> Planned:
    figures = planned(month)
    assert figures is not None
    return figures


def test_the_months_add_up_to_the_numbers_at_every_horizon(figures: Planned) -> None:
    for unit in figures.horizons.itertuples():
        months = figures.months[(figures.months["level"] == unit.level) & (figures.months["unit"] == unit.unit)]
        sums = [months["expected"].head(number).sum() for number in (1, 3, 6, 12)]
        assert sums == pytest.approx([unit.expected_1, unit.expected_3, unit.expected_6, unit.expected_12])


def test_the_numbers_of_the_headline_horizon_are_those_of_the_report(figures: Planned, month: MonthFigures) -> None:
    columns = ["unit", "headcount", "expected", "low", "high"]
    report = month.units[(month.units["level"] != "team") & ~month.units["is_hidden"].astype(bool)][columns]
    own = figures.horizons[figures.horizons["level"].isin(["centre", "site"])]
    own = own[["unit", "headcount", "expected_3", "low_3", "high_3"]].set_axis(columns, axis=1)
    pd.testing.assert_frame_equal(
        own.set_index("unit").sort_index(), report.set_index("unit").sort_index(), check_dtype=False
    )


def test_small_groups_and_those_that_give_them_away_are_left_out() -> None:
    sizes = {"agent": 40, "senior agent": 12, "trainer": 3}
    rows = [("job_role", role, 3, people, 4.0, 1.0, 9.0) for role, people in sizes.items()]
    table = pd.DataFrame(rows, columns=["level", "unit", "horizon_months", "headcount", "expected", "low", "high"])
    groups = pd.DataFrame({"job_role": [role for role, people in sizes.items() for _ in range(people)]})
    assert published_horizons(table, groups, min_group=10, hidden=())["unit"].tolist() == ["agent"]


def test_a_class_is_called_in_time_and_loses_its_share_before_it_joins() -> None:
    site = Site("Foshan", headcount=100, target=100, leaving=(0.04, 0.0), other_rate=0.0)
    table = hiring_plan([site], STEADY, OCTOBER, ramp=(1.0, 0.5))
    assert table["headcount"].tolist() == [96, 104]  # the first class would have had to begin on 28 September
    assert table["class_starts"].tolist() == [pd.NaT, pd.Timestamp("2026-11-02")]
    assert table[["hires", "joining"]].to_numpy().tolist() == [[0, 0], [10, 8]]
    assert table["at_full_strength"].tolist() == [96, 100]
    assert table["seats"].tolist() == [106, 104]


def test_other_exits_are_replaced_as_well() -> None:
    site = Site("Foshan", headcount=120, target=120, leaving=(0.0, 0.0), other_rate=0.6)
    assert hiring_plan([site], STEADY, OCTOBER, ramp=(0.0, 0.0))["other_exits"].tolist() == pytest.approx([6.0, 5.7])


def test_a_declared_site_that_is_not_there_gets_no_plan(figures: Planned) -> None:
    assert set(figures.hires["site"]) == {"佛山"}


def test_voluntary_turnover_is_without_those_who_retired_where_they_are_a_group(inputs: ReportInputs) -> None:
    spells = inputs.spells
    assert spells is not None
    rates = turnover(spells, OCTOBER, horizon=3, min_group=10)
    few = spells.assign(reason=["retired" if number < 4 else "pay" for number in range(len(spells))])
    many = spells.assign(reason=["retired", "pay", "pay"] * (len(spells) // 3))
    tables = {
        name: iso_turnover(each, OCTOBER, rates, retirement=("retired",), min_group=10).query("year == 'this'")
        for name, each in {"few": few, "many": many}.items()
    }
    counts = {name: table.set_index("measure")["leavers"].to_dict() for name, table in tables.items()}
    resigned = rates.rates.query("year == 'this' and kind == 'voluntary'")["exits"].iloc[0]
    assert (counts["few"]["voluntary"], "retired" in counts["few"]) == (resigned, False)
    assert counts["many"]["voluntary"] + counts["many"]["retired"] == resigned
    parts = ("voluntary", "retired", "involuntary", "other")
    assert sum(counts["many"][part] for part in parts) == counts["many"]["total"]


@pytest.mark.parametrize(("dismissed", "kinds"), [(4, {"not_voluntary": 44}), (20, {"involuntary": 20, "other": 24})])
def test_few_dismissed_are_put_together_with_those_who_left_otherwise(dismissed: int, kinds: dict[str, int]) -> None:
    exits = ["involuntary"] * dismissed + ["other"] * (44 - dismissed) + ["voluntary"] * 30
    counts = leavers_by_kind(pd.DataFrame({"exit_kind": exits}), (), min_group=10)
    assert counts == {"total": 74, "voluntary": 30} | kinds


def test_few_regretted_losses_are_not_shown() -> None:
    leavers = pd.DataFrame({"exit_kind": "voluntary", "rating_share": [0.9] * 9 + [0.6] * 27})
    assert regretted_losses(leavers, "this", regretted_from=0.8, min_group=10).empty


def test_new_hires_count_as_there_when_they_stayed_ninety_days() -> None:
    spells = frame("""
        | hired      | left       | hiring_source |
        | 2026-05-01 |            | referral      |
        | 2026-05-01 | 2026-07-30 | referral      |
        | 2026-05-01 | 2026-07-29 | referral      |
        | 2026-09-01 |            | referral      |
        | 2026-05-01 | 2026-05-09 | job board     |
    """)
    spells = pd.concat([spells] * 10, ignore_index=True)
    days = {name: pd.to_datetime(spells[name]) for name in ("hired", "left")}
    spells = spells.assign(**days, entered=days["hired"], known_on=days["hired"], left_known_on=days["left"])
    spells = spells.assign(exit_kind="voluntary", until=pd.Timestamp(OCTOBER))
    table = early_survival(spells, OCTOBER, min_group=10)
    assert table.to_numpy().tolist() == [
        ["hiring_source", "job board", 10.0, 0.0],
        ["hiring_source", "referral", 30.0, 20 / 30],
    ]


def test_the_files_hold_what_the_section_shows(month: MonthFigures, figures: Planned, tmp_path: Path) -> None:
    write_planning_files(month, tmp_path / "planning")
    horizons = pd.read_csv(tmp_path / "planning" / "leavers_by_horizon.csv")
    assert horizons["expected_12"].tolist() == figures.horizons["expected_12"].tolist()
    months = pd.read_csv(tmp_path / "planning" / "leavers_by_month.csv")
    assert months.groupby("unit")["expected"].sum().round().to_dict() == pytest.approx(
        figures.horizons.set_index("unit")["expected_12"].to_dict(), abs=1.0
    )
    starts = pd.read_csv(tmp_path / "planning" / "hires_and_seats.csv")["class_starts"].dropna()
    assert starts.iloc[0] == "2026-11-02"
    assert not (tmp_path / "planning" / "regretted_losses.csv").exists()
