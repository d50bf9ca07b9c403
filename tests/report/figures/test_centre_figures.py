"""Costs, market, workload, movements and actions: figures checkable by head, and none of too few people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from attrition.report.figures import market as pay
from attrition.report.figures import workload as load
from attrition.report.figures.actions import unoffered
from attrition.report.figures.month_figures import MonthFigures
from attrition.report.figures.tables import centre_row, expected_units, flagged_agents, topic_points
from attrition.report.inputs import ReportInputs
from attrition.report.sections import actions, cohorts, costs, funnel, market, movements, turnover, workload
from tests.report.sample_inputs import MARKET, WORKLOAD
from tests.report.sample_month import FEATURES

AS_OF = date(2026, 10, 31)


def test_the_parts_of_a_cost_add_up_to_what_the_playbook_declares(month: MonthFigures, inputs: ReportInputs) -> None:
    table = month.once(costs.SECTION.figures)
    assert table is not None
    assert inputs.replacement is not None
    parts = table.parts.set_index("part")
    pay = parts.at["vacancy", "past_each"] / 0.5
    assert 4500 < pay < 5500
    assert parts.at["ramp", "past_each"] == pytest.approx(pay * 3 * 0.4)
    assert table.past == pytest.approx(table.resigned * parts["past_each"].sum())
    assert table.low <= table.expected <= table.high
    assert table.expected == pytest.approx(centre_row(month.units).expected * parts["expected_each"].sum())


def test_without_a_playbook_no_cost_is_shown(inputs: ReportInputs) -> None:
    bare = replace(inputs, replacement=None)
    assert costs.costs(bare, expected_units(bare)) is None


def test_market_pay_is_shown_by_site_and_by_band_in_order_of_tenure(month: MonthFigures) -> None:
    table = month.once(market.SECTION.figures)
    assert table is not None
    assert table["by"].drop_duplicates().tolist() == ["centre", "site", "tenure"]
    bands = table.loc[table["by"] == "tenure", "group"].tolist()
    assert bands == [band for band in pay.BANDS if band in bands]
    assert table["median"].dropna().between(0.93, 1.03).all()


def people(ratios: dict[str, list[float]]) -> pd.DataFrame:
    rows = [(band, ratio) for band, values in ratios.items() for ratio in values]
    return pd.DataFrame(rows, columns=["tenure_band", MARKET]).assign(as_of=pd.Timestamp(AS_OF))


def test_a_small_band_hides_another_with_it() -> None:
    table = pay.market(people({"a": [1.0] * 5, "b": [0.9] * 14, "c": [1.1] * 40}), AS_OF, min_group=10)
    assert table.loc[table["is_hidden"], "group"].tolist() == ["a", "b"]


def test_outer_tenths_are_shown_from_three_times_the_smallest_group_on() -> None:
    table = pay.market(people({"b": [0.9] * 29, "c": [1.1] * 30}), AS_OF, min_group=10).set_index("group")
    assert np.isnan(table.at["b", "low"])
    assert table.at["c", "low"] == pytest.approx(1.1)
    assert table.at["b", "median"] == pytest.approx(0.9)


def test_the_share_below_the_market_counts_in_twos() -> None:
    table = pay.market(people({"b": [0.9] * 7 + [1.0] * 13}), AS_OF, min_group=10).set_index("group")
    assert table.at["b", "below"] == 8 / 20


def test_a_measure_that_grew_is_worse_where_more_is_worse(inputs: ReportInputs) -> None:
    assert inputs.panel_rows is not None
    declared = {f.name: replace(f, direction=1) for f in (*FEATURES, *WORKLOAD)}
    moved = load.workload(inputs.panel_rows, declared, AS_OF, min_group=10).set_index(["feature", "site"])
    assert moved.loc[("workload_overtime_minutes_1m", ""), "year_moved"] == "worse"
    assert moved.loc[("workload_occupancy_1m", ""), "year_moved"] == "level"


def test_a_site_that_is_hidden_among_the_units_has_no_workload(inputs: ReportInputs) -> None:
    assert inputs.panel_rows is not None
    declared = {f.name: f for f in inputs.features}
    table = load.workload(inputs.panel_rows, declared, AS_OF, min_group=10, hidden={("site", "佛山")})
    assert "佛山" not in set(table["site"])


def test_means_of_a_small_site_are_coarser_than_those_of_the_centre(inputs: ReportInputs) -> None:
    assert inputs.panel_rows is not None
    declared = {f.name: f for f in inputs.features}
    table = load.workload(inputs.panel_rows, declared, AS_OF, min_group=10)
    occupancy = table[table["feature"] == "workload_occupancy_1m"].set_index("site")["now"]
    assert occupancy[""] == round(occupancy[""], 3)
    assert (occupancy.drop("") * 100).round(6).mod(1).eq(0).all()


def test_what_changed_is_shown_for_the_centre_without_warning_signs(month: MonthFigures) -> None:
    table = month.once(movements.SECTION.figures)
    assert table is not None
    assert len(table.top_drivers) == 3
    sizes = table.largest_changes["year"].abs()
    assert sizes.is_monotonic_decreasing
    symptoms = {f.name for f in FEATURES if f.is_symptom}
    assert not symptoms & {*table.largest_changes["topic"], *table.top_drivers["topic"], *table.by_site["topic"]}


def test_a_change_is_this_month_minus_that_one(month: MonthFigures, inputs: ReportInputs) -> None:
    changes = month.once(movements.SECTION.figures)
    assert changes is not None
    assert inputs.driver_views is not None
    first = changes.largest_changes.iloc[0]
    views = inputs.driver_views.query("grouping == 'centre'").set_index(["topic", "as_of"])["points"]
    then = views[first["topic"], pd.Timestamp("2025-10-31")]
    assert first["year"] == pytest.approx(-then, abs=0.051)


def test_what_raises_a_few_is_not_shown(inputs: ReportInputs) -> None:
    few = replace(inputs, capacity_share=0.01)
    assert len(flagged_agents(few)) < 10
    changes = movements.movements(few, flagged_agents(few))
    assert changes is not None
    assert changes.top_drivers.empty


def test_interventions_of_fewer_than_a_group_are_not_counted(month: MonthFigures) -> None:
    shown = month.once(actions.SECTION.figures)
    assert shown is not None
    table = shown.table.set_index("intervention")
    assert table["recommended"].dropna().ge(10).all()
    assert table["received"].dropna().ge(10).all()
    assert shown.hidden_count > 0


def test_what_was_declined_was_not_received(month: MonthFigures) -> None:
    received = actions.actions(month.inputs).table.set_index("intervention")["received"]
    assert received["career_talk"] == 30
    assert received.drop("career_talk").isna().all()


def test_the_plan_stands_beside_the_riskiest_first(month: MonthFigures) -> None:
    plan = actions.actions(month.inputs).plan
    assert plan is not None
    assert (plan.saving, plan.riskiest_first_saving) == (62_000.0, 41_000.0)


def test_a_centre_without_optional_inputs_shows_what_it_can(bare_month: MonthFigures) -> None:
    for section in (turnover, costs, funnel, movements, market, workload, cohorts):
        assert bare_month.once(section.SECTION.figures) is None
    assert actions.actions(bare_month.inputs).plan is None


def steps(*savings: float) -> pd.DataFrame:
    rows = [(f"a{n}", "market_adjustment", "pay", True, 5000.0, saving, False) for n, saving in enumerate(savings)]
    columns = ["agent_id", "intervention", "lever", "eligible", "cost", "expected_saving", "chosen"]
    return pd.DataFrame(rows, columns=columns)


def test_a_lever_whose_steps_cost_more_than_they_save_is_named_with_the_reason() -> None:
    assert unoffered(steps(*[-4000.0] * 12), 10).to_dict("records") == [
        {"lever": "pay", "agents": 12, "cost": 5000.0, "avoided": 1000.0}
    ]


@pytest.mark.parametrize("savings", [[-4000.0] * 9, [-4000.0] * 11 + [10.0]])
def test_a_lever_of_few_agents_or_one_that_pays_for_somebody_needs_no_reason(savings: list[float]) -> None:
    assert unoffered(steps(*savings), 10).empty


def test_one_name_stands_for_a_driver_in_all_sections(month: MonthFigures, inputs: ReportInputs) -> None:
    flagged = flagged_agents(inputs)
    table = topic_points(
        inputs.headline_drivers, flagged, everyone=inputs.all_driver_points, symptoms=False, min_group=10
    )
    changes = month.once(movements.SECTION.figures)
    assert changes is not None
    assert changes.subjects.items() >= dict(zip(table["topic"], table["subject"], strict=True)).items()
