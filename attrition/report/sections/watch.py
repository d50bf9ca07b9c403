"""The section "watch": the watch list, with what to talk about and which interventions to offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.intervention_text import evidence_text, intervention_names
from attrition.report.sections.actions import unoffered_sentences
from attrition.report.sections.costs import assumed_prices
from attrition.report.sentences import by_name, indistinct_sentence, sentence

if TYPE_CHECKING:
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
        "assumed": assumed_prices(figures.inputs, formatter),
        "unoffered": "" if figures.inputs.withholds_figures else unoffered_sentences(figures.centre.actions, formatter),
        **wording(figures.inputs, formatter),
    }


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
