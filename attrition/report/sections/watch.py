"""The section "watch": the watch list, with what to talk about and which interventions to offer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.columns import Column, lever, lines, money, named, share, text, words
from attrition.report.figures.list_changes import REASONS
from attrition.report.figures.tables import rows_of
from attrition.report.figures.watch_list import GROUPS
from attrition.report.intervention_text import evidence_text, intervention_names
from attrition.report.section import Section, Table
from attrition.report.sections.actions import SECTION as ACTIONS
from attrition.report.sections.actions import intervention, unoffered_sentences
from attrition.report.sections.costs import assumed_prices
from attrition.report.sentences import by_name, capital, indistinct_sentence, sentence

if TYPE_CHECKING:
    from attrition.report.figures.list_changes import Standing
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.watch_list import WatchListEntry
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs
    from attrition.report.view import View


def _variables(view: View[MonthFigures]) -> dict[str, Any]:
    """Return ``bands``, the entries of each risk band, and functions that word topics, drivers and interventions."""
    bands: dict[str, list[WatchListEntry]] = {}
    for entry in view.figures.watch_list:
        bands.setdefault(entry.band, []).append(entry)
    return {
        "bands": bands,
        "topics": lambda entry: topics(entry, view.formatter),
        "at_a_glance": lambda entry: at_a_glance(entry, view.inputs, view.formatter),
        "changes": _changes(view.figures, view.formatter),
        "assumed": assumed_prices(view.inputs, view.formatter),
        "unoffered": "" if view.inputs.withholds_figures else _unoffered(view),
        **wording(view.inputs, view.formatter),
    }


def _unoffered(view: View[MonthFigures]) -> str:
    actions = view.figures.once(ACTIONS.figures)
    return "" if actions is None else unoffered_sentences(actions, view.formatter)


def at_a_glance(entry: WatchListEntry, inputs: ReportInputs, formatter: Formatter) -> dict[str, str]:
    """Return the line of an agent: ``since``, ``lever`` and ``reason``, ``step``, and what was ``done``."""
    names = intervention_names(inputs.interventions, formatter.text.lang)
    declared = by_name(inputs.features)
    first = entry.raising_drivers[0] if entry.raising_drivers else None
    steps = [capital(names.get(row.intervention, row.intervention)) for row in entry.suggested_offers]
    received = entry.interventions_received[:1]
    done = [
        formatter.text(
            "watch.received.item",
            what=names.get(row.intervention, row.intervention),
            month=formatter.month(row.start_date),
        )
        for row in received
    ]
    nothing = formatter.number(None) if inputs.is_supplied("interventions") else formatter.text("watch.done.unknown")
    return {
        "since": since_text(entry.standing, formatter),
        "lever": "" if first is None else formatter.text.name("lever", first.lever),
        "reason": "" if first is None else sentence(vars(first), declared, formatter),
        "step": steps[0] if steps else formatter.text("watch.talk_only"),
        "done": done[0] if done else nothing,
    }


def since_text(standing: Standing, formatter: Formatter) -> str:
    """Return since when an agent is on the list, and what changed since the list before."""
    change = f"watch.change.{standing.change}" if standing.change else "watch.change.first"
    return formatter.text(change, month=formatter.month(standing.since))


def _changes(figures: MonthFigures, formatter: Formatter) -> dict[str, Any] | None:
    """Return what became of the list before this one: a sentence, the month of that list, and who left it."""
    changes = figures.list_changes
    if changes is None:
        return None
    counts = changes.left["reason"].value_counts()
    why = formatter.comma_list(
        formatter.text("left.count", why=formatter.text(f"left.{name}"), count=int(counts[name]))
        for name in REASONS
        if name in counts
    )
    values = {"month": formatter.month(changes.before), "new": changes.new, "left": len(changes.left)}
    sentence = formatter.text("watch.changes" if why else "watch.changes.none", why=why, **values)
    return {"sentence": sentence, "month": values["month"], "left": rows_of(changes.left)}


def topics(entry: WatchListEntry, formatter: Formatter) -> list[str]:
    """Return what to talk about, one question per lever that stands out; warning signs are not talked about."""
    levers = dict.fromkeys(row.lever for row in entry.raising_drivers)
    return [formatter.text(f"talk.{lever}") for lever in levers if lever != "none"]


def wording(inputs: ReportInputs, formatter: Formatter) -> dict[str, Any]:
    """Return functions by name: ``sentence`` of a driver, ``intervention_name``, ``evidence_text``; and ``indistinct``.

    ``indistinct`` says which families cannot be told apart.
    """
    declared = by_name(inputs.features)
    interventions = {intervention.id: intervention for intervention in inputs.interventions}
    names = intervention_names(inputs.interventions, formatter.text.lang)
    return {
        "sentence": lambda row: sentence(vars(row), declared, formatter),
        "intervention_name": lambda name: names.get(name, name),
        "evidence_text": lambda name, grade, basis: evidence_text(
            interventions.get(name), grade, formatter, basis=basis
        ),
        "indistinct": indistinct_sentence(inputs.indistinct_families, formatter),
    }


def _people(figures: MonthFigures) -> pd.DataFrame:
    """Return the watch list, one row per agent."""
    return pd.DataFrame([{**vars(entry), **dict.fromkeys(GROUPS, ""), **entry.groups} for entry in figures.watch_list])


def _suggestions(figures: MonthFigures) -> pd.DataFrame:
    """Return the interventions suggested for the agents on the watch list."""
    rows = [(entry, row) for entry in figures.watch_list for row in entry.suggested_offers]
    return pd.DataFrame([{**vars(row), "agent_id": entry.agent_id, "name": entry.name} for entry, row in rows])


def _agent(figures: MonthFigures) -> list[Column]:
    """Return the columns that say who an agent is; no name where the site maps none."""
    has_names = any(entry.name for entry in figures.watch_list)
    return [text("agent_id", "agent"), *([text("name")] if has_names else [])]


def _columns(figures: MonthFigures) -> list[Column]:
    estimates = [share("risk_low", "estimate_low"), share("risk_high", "estimate_high")]
    groups = {"team_id": "team", "site": "site", "job_role": "role", "tenure_band": "tenure"}
    return [
        *_agent(figures),
        named("band", "band"),
        *(named(name, "value", heading) for name, heading in groups.items()),
        words("standing", "since", words=lambda row, view: since_text(row.standing, view.formatter)),
        *([] if figures.inputs.withholds_figures else estimates),
        _sentences("raising_drivers", "drivers"),
        _sentences("warning_signs", "warnings"),
    ]


def _sentences(name: str, heading: str) -> Column:
    def words(row: Any, view: View[Any]) -> str:
        return "\n".join(sentence(vars(driver), view.declared, view.formatter) for driver in getattr(row, name))

    return lines(name, heading, words=words)


def _offer_columns(figures: MonthFigures) -> list[Column]:
    risks = [share("risk_before", "before", has_bar=True), share("risk_after", "after", has_bar=True)]
    withholds = figures.inputs.withholds_figures
    return [
        *_agent(figures),
        replace(intervention(), heading="suggested"),
        lever(),
        *([] if withholds else risks),
        money("cost"),
        *([] if withholds else [money("expected_saving", "saving")]),
        named("evidence", "grade", "evidence"),
        words("intervention", "source", words=_source),
    ]


def _source(row: Any, view: View[Any]) -> str:
    """Return the source of the evidence for an intervention; empty where the playbook has it no more."""
    declared = {intervention.id: intervention for intervention in view.inputs.interventions}.get(row.intervention)
    return "" if declared is None else declared.evidence.source_in(view.formatter.text.lang)


SECTION = Section(
    "watch",
    figures=lambda month: month,
    template="sections/watch.html",
    variables=_variables,
    tables=(
        Table("people", rows=_people, columns=_columns),
        Table("suggestions", title="section.watch.offers.sheet", rows=_suggestions, columns=_offer_columns),
    ),
)
