"""The section "account": how the reports of earlier months performed, and which data this month's report lacks.

An edition is the version of the month's report for one kind of reader (`attrition.report.editions`). The HR partner's
edition shows this section whole. The director's edition has the verdict, one sentence on the earlier reports, on its
first page, and this section without it; the team leaders' edition has only the verdict and the notes on data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.figures.treated_precision import treated_precision_sentences

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs


def verdict_sentence(figures: MonthFigures, formatter: Formatter) -> str:
    """Return the verdict on earlier reports: expected and actual resignations, and the lift of the flagged."""
    verdict = figures.verdict
    of_numbers = (
        ".numbers" if verdict.months and math.isnan(verdict.flagged_share) and verdict.grade != "too_few" else ""
    )
    return formatter.text(
        f"verdict.{verdict.grade}{of_numbers}",
        expected=formatter.number(verdict.expected),
        resigned=formatter.number(verdict.resigned),
        inside=verdict.months_in_interval,
        months=verdict.months,
        horizon=figures.inputs.horizon,
        top=formatter.share(figures.inputs.capacity_share, 0),
        times=formatter.number(verdict.lift, 1),
    )


def assumption_text(assumption: str | Mapping[str, str], lang: str) -> str:
    """Return an assumption in the reader's language, or in English where it is not translated.

    A plain string is returned unchanged.
    """
    return assumption if isinstance(assumption, str) else assumption.get(lang, assumption["en"])


def gap_sentences(inputs: ReportInputs, formatter: Formatter) -> list[str]:
    """Return what is late, incomplete or missing: first what touches rates and levels of risk, then each source table.

    Of a table that has no row from this month, it is said how many days before the month's end the newest one is.
    """
    sentences = [assumption_text(doubt, formatter.text.lang) for doubt in inputs.doubts]
    if inputs.exits_complete_to is not None:
        sentences.insert(0, formatter.text("gap.exits", month=formatter.month(inputs.exits_complete_to)))
    for gap in inputs.gaps:
        table = formatter.text.name("table", gap.table)
        if gap.newest is None:
            sentences.append(formatter.text("gap.missing", table=table))
        else:
            days = (inputs.as_of - gap.newest).days
            sentences.append(formatter.text("gap.late", table=table, date=formatter.day(gap.newest), days=days))
    return sentences


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the whole section: the keys of `verdict_and_data_notes` and of `track_record_and_data_notes`."""
    return verdict_and_data_notes(figures, formatter) | track_record_and_data_notes(figures, formatter)


def verdict_and_data_notes(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``verdict_sentence`` and the sentences on missing data, ``gaps`` and ``assumptions``."""
    return {"verdict_sentence": verdict_sentence(figures, formatter), **_data_notes(figures.inputs, formatter)}


def track_record_and_data_notes(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``gaps``, ``assumptions`` and, where there are earlier months, the charts of the track record.

    The charts are ``history_chart`` and, where somebody was flagged, ``flagged_chart``, described by
    ``flagged_sentence``; ``treated_sentences`` say what share of the agents flagged earlier resigned, and what share
    would have without interventions.
    """
    notes = _data_notes(figures.inputs, formatter)
    return notes | ({} if figures.track_record.empty else _charts(figures, formatter))


def _data_notes(inputs: ReportInputs, formatter: Formatter) -> dict[str, Any]:
    return {
        "gaps": gap_sentences(inputs, formatter),
        "assumptions": [assumption_text(assumption, formatter.text.lang) for assumption in inputs.assumptions],
    }


def _charts(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    inputs, track_record, verdict = figures.inputs, figures.track_record, figures.verdict
    history_description = formatter.text(
        "chart.history.alt",
        months=verdict.months,
        inside=verdict.months_in_interval,
        first=formatter.month(track_record["as_of"].iloc[0]),
        last=formatter.month(track_record["as_of"].iloc[-1]),
        expected=formatter.number(verdict.expected),
        resigned=formatter.number(verdict.resigned),
    )
    shares = {"flagged": formatter.share(verdict.flagged_share, 0), "rest": formatter.share(verdict.rest_share, 0)}
    flagged_sentence = formatter.text("chart.flagged.alt", horizon=inputs.horizon, **shares)
    flagged_title = formatter.text("chart.flagged", top=formatter.share(inputs.capacity_share, 0))
    if math.isnan(verdict.flagged_share):
        history = charts.history_chart(track_record, formatter, history_description)
        return {"history_chart": history, "treated_sentences": []}
    return {
        "history_chart": charts.history_chart(track_record, formatter, history_description),
        "treated_sentences": _treated_sentences(inputs, formatter),
        "flagged_sentence": flagged_sentence,
        "flagged_chart": charts.flagged_chart(track_record, formatter, flagged_title, flagged_sentence),
    }


def _treated_sentences(inputs: ReportInputs, formatter: Formatter) -> list[str]:
    """Return the sentences on `ReportInputs.treated_precision`; none where it was not computed."""
    table = inputs.treated_precision
    if table is None:
        return []
    return treated_precision_sentences(table, formatter, horizon=inputs.horizon, min_group=inputs.min_group)
