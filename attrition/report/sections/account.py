"""The account every edition opens with: how earlier reports performed, and which data are missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.treated_precision import treated_precision_sentences

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs
    from attrition.report.month_figures import MonthFigures


def verdict_sentence(figures: MonthFigures, formatter: Formatter) -> str:
    """Return one sentence on how earlier reports performed."""
    verdict = figures.verdict
    return formatter.text(
        f"verdict.{verdict.grade}",
        expected=formatter.number(verdict.expected),
        resigned=formatter.number(verdict.resigned),
        inside=verdict.inside,
        months=verdict.months,
        horizon=figures.inputs.horizon,
        top=formatter.share(figures.inputs.capacity_share, 0),
        times=formatter.number(verdict.times, 1),
    )


def assumption_text(assumption: str | Mapping[str, str], lang: str) -> str:
    """Return an assumption in the reader's language, or as it stands where it was written in one language only."""
    return assumption if isinstance(assumption, str) else assumption.get(lang, assumption["en"])


def gap_sentences(inputs: ReportInputs, formatter: Formatter) -> list[str]:
    """Return a sentence per source table that is missing or ends early."""
    sentences = []
    for gap in inputs.gaps:
        table = formatter.text.name("table", gap.table)
        if gap.newest is None:
            sentences.append(formatter.text("gap.missing", table=table))
        else:
            days = (inputs.as_of - gap.newest).days
            sentences.append(formatter.text("gap.late", table=table, date=formatter.day(gap.newest), days=days))
    return sentences


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the whole account with its charts."""
    return verdict_only(figures, formatter) | without_verdict(figures, formatter)


def verdict_only(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the verdict and the gaps in the data, without charts."""
    return {"verdict_sentence": verdict_sentence(figures, formatter), **_data_notes(figures.inputs, formatter)}


def without_verdict(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the account for an edition that shows the verdict elsewhere."""
    notes = _data_notes(figures.inputs, formatter)
    return notes | ({} if figures.track_record.empty else _charts(figures, formatter))


def _data_notes(inputs: ReportInputs, formatter: Formatter) -> dict[str, Any]:
    return {
        "gaps": gap_sentences(inputs, formatter),
        "assumptions": [assumption_text(assumption, formatter.text.lang) for assumption in inputs.assumptions],
    }


def _charts(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    inputs, record, verdict = figures.inputs, figures.track_record, figures.verdict
    top = formatter.share(inputs.capacity_share, 0)
    history_alternative = formatter.text(
        "chart.history.alt",
        months=verdict.months,
        inside=verdict.inside,
        first=formatter.month(record["as_of"].iloc[0]),
        last=formatter.month(record["as_of"].iloc[-1]),
        expected=formatter.number(verdict.expected),
        resigned=formatter.number(verdict.resigned),
    )
    shares = {"flagged": formatter.share(verdict.flagged_share, 0), "rest": formatter.share(verdict.rest_share, 0)}
    flagged_sentence = formatter.text("chart.flagged.alt", horizon=inputs.horizon, **shares)
    flagged_title = formatter.text("chart.flagged", top=top)
    return {
        "history_chart": charts.history_chart(record, formatter, history_alternative),
        "treated_sentences": _treated_sentences(inputs, formatter),
        "flagged_sentence": flagged_sentence,
        "flagged_chart": charts.flagged_chart(record, formatter, flagged_title, flagged_sentence),
    }


def _treated_sentences(inputs: ReportInputs, formatter: Formatter) -> list[str]:
    table = inputs.treated_precision
    if table is None:
        return []
    return treated_precision_sentences(table, formatter, horizon=inputs.horizon, minimum=inputs.min_group)
