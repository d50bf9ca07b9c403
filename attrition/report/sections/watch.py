"""The section "watch": the watch list, with what to talk about and which interventions to offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.figures.list_changes import REASONS
from attrition.report.figures.tables import rows_of
from attrition.report.intervention_text import evidence_text, intervention_names
from attrition.report.sections.actions import unoffered_sentences
from attrition.report.sections.costs import assumed_prices
from attrition.report.sentences import by_name, capital, indistinct_sentence, phrase, sentence

if TYPE_CHECKING:
    from attrition.report.figures.list_changes import Standing
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.watch_list import WatchListEntry
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``bands``, the entries of each risk band, and functions that word topics, drivers and interventions."""
    bands: dict[str, list[WatchListEntry]] = {}
    for entry in figures.watch_list:
        bands.setdefault(entry.band, []).append(entry)
    return {
        "bands": bands,
        "topics": lambda entry: topics(entry, formatter),
        "at_a_glance": lambda entry: at_a_glance(entry, figures.inputs, formatter),
        "changes": _changes(figures, formatter),
        "assumed": assumed_prices(figures.inputs, formatter),
        "unoffered": "" if figures.inputs.withholds_figures else unoffered_sentences(figures.centre.actions, formatter),
        **wording(figures.inputs, formatter),
    }


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
        "reason": "" if first is None else capital(phrase(first.subject, declared, formatter.text.lang)),
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
