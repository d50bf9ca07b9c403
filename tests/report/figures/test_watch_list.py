"""The watch list is capped, banded, and suggests only what was chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attrition.report.figures.month_figures import month_figures
from attrition.report.figures.watch_list import count_beyond_capacity, watch_list
from attrition.report.formatter import Formatter
from attrition.report.inputs import ReportInputs
from attrition.report.intervention_text import evidence_text
from attrition.report.sections.watch import SECTION
from attrition.report.translations import translations


def test_the_list_is_as_long_as_the_capacity(inputs: ReportInputs) -> None:
    listed = watch_list(inputs)
    assert len(listed) == inputs.capacity
    assert count_beyond_capacity(inputs, listed) > 0


def test_bands_fall_and_inside_a_band_order_is_by_staff_number(inputs: ReportInputs) -> None:
    listed = watch_list(inputs)
    assert list(dict.fromkeys(entry.band for entry in listed)) == ["very_high", "high"]
    very_high = [entry.agent_id for entry in listed if entry.band == "very_high"]
    assert very_high == sorted(very_high)


def test_the_list_names_agents_by_their_staff_numbers_alone(inputs: ReportInputs) -> None:
    numbers = {agent: f"number {agent}" for agent in inputs.scores["agent_id"]}
    month = month_figures(replace(inputs, staff_numbers=numbers))
    people, suggestions = (table.rows(month) for table in SECTION.tables)
    assert people is not None
    assert suggestions is not None
    assert len(people) == inputs.capacity
    assert {*people["agent_id"], *suggestions["agent_id"]} <= set(numbers.values())


def test_nobody_the_model_abstained_from_is_listed(inputs: ReportInputs) -> None:
    scores = inputs.scores.assign(abstained=inputs.scores["agent_id"] == watch_list(inputs)[0].agent_id)
    before, after = watch_list(inputs)[0], watch_list(replace(inputs, scores=scores))
    assert before.agent_id not in [entry.agent_id for entry in after]


def test_symptoms_are_warnings_and_never_drivers(inputs: ReportInputs) -> None:
    for entry in watch_list(inputs):
        assert not any(row.is_symptom for row in entry.raising_drivers + entry.lowering_drivers)
        assert all(row.is_symptom for row in entry.warning_signs)


def test_only_chosen_steps_are_suggested(inputs: ReportInputs) -> None:
    chosen = inputs.recommendations[inputs.recommendations["chosen"]].set_index("agent_id")["intervention"]
    for entry in watch_list(inputs):
        assert [row.intervention for row in entry.suggested_offers] == [chosen[entry.agent_id]]


def test_an_agent_without_drivers_or_steps_is_still_listed(inputs: ReportInputs) -> None:
    bare = replace(inputs, drivers=inputs.drivers.head(0), recommendations=inputs.recommendations.head(0))
    assert len(watch_list(bare)) == inputs.capacity


def test_a_value_that_is_also_the_peers_is_no_driver(inputs: ReportInputs) -> None:
    alike = inputs.drivers.assign(value=inputs.drivers["peer_value"], category=inputs.drivers["peer_category"])
    for entry in watch_list(replace(inputs, drivers=alike)):
        assert entry.raising_drivers + entry.lowering_drivers + entry.warning_signs == []


@pytest.mark.parametrize(("lang", "source"), [("en", "a field trial"), ("zh", "一项实地试验")])
def test_evidence_is_cited_in_the_reader_s_language(inputs: ReportInputs, lang: str, source: str) -> None:
    intervention = inputs.interventions[1]
    evidence = intervention.evidence.model_copy(update={"source": "a field trial", "source_zh": "一项实地试验"})
    cited, formatter = (
        intervention.model_copy(update={"evidence": evidence}),
        Formatter(translations(lang), "CNY"),
    )
    assert source in evidence_text(cited, evidence.grade, formatter)


def test_a_talk_changes_no_estimate_before_it(inputs: ReportInputs) -> None:
    offers = inputs.recommendations.assign(intervention="talk_first", chosen=True, expected_saving=60.0)
    rows = watch_list(replace(inputs, recommendations=offers))[0].suggested_offers
    assert rows
    assert all(row.risk_after != row.risk_after and row.expected_saving != row.expected_saving for row in rows)
