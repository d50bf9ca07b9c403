"""The section "account": how the reports of earlier months performed, and which data this month's report lacks.

An edition is the version of the month's report for one kind of reader (`attrition.report.editions`). The HR partner's
edition begins with the verdict, one sentence on the earlier reports, and the notes on data, which are the section
"standing", and has this section after the list. The director's edition has the verdict on its first page. The team
leaders' edition has "standing" alone, without what concerns single agents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import charts
from attrition.report.columns import Column, month, off_page, people, people_interval, share, yes_no
from attrition.report.figures.treated_precision import treated_precision_sentences
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs
    from attrition.report.view import View


def verdict_sentence(figures: MonthFigures, formatter: Formatter, *, of_numbers: bool = False) -> str:
    """Return the verdict on earlier reports: expected and actual resignations, and the lift of the flagged.

    It says how many of the months no report was issued for, so that they were scored afterwards. For a reader who is
    not shown who is flagged it is `of_numbers` alone.
    """
    verdict = figures.verdict
    has_lift = not (of_numbers or math.isnan(verdict.flagged_share))
    key = f"verdict.{verdict.grade}" + ("" if has_lift or verdict.grade == "too_few" else ".numbers")
    sentence = formatter.text(
        key,
        expected=formatter.number(verdict.expected),
        resigned=formatter.number(verdict.resigned),
        inside=verdict.months_in_interval,
        months=verdict.months,
        horizon=figures.inputs.horizon,
        top=formatter.share(figures.inputs.capacity_share, 0),
        times=formatter.number(verdict.lift, 1),
    )
    if verdict.grade == "too_few" or not verdict.afterwards:
        return sentence
    key = "verdict.afterwards" if verdict.afterwards < verdict.months else "verdict.all_afterwards"
    return sentence + formatter.text(key, afterwards=verdict.afterwards)


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


def standing(view: View[MonthFigures], *, of_numbers: bool = False) -> dict[str, Any]:
    """Return ``verdict_sentence`` and the sentences on missing data, ``gaps`` and ``assumptions``."""
    inputs, formatter = view.inputs, view.formatter
    return {
        "verdict_sentence": verdict_sentence(view.figures, formatter, of_numbers=of_numbers),
        "gaps": gap_sentences(inputs, formatter),
        "assumptions": [assumption_text(assumption, formatter.text.lang) for assumption in inputs.assumptions],
    }


def _account(view: View[MonthFigures]) -> dict[str, Any]:
    """Return what `standing` does, ``flagged_chart`` with its sentence, and ``treated_sentences``.

    The latter say what share of the agents flagged earlier resigned, and what share would have without interventions.
    """
    return {
        **standing(view),
        "flagged_sentence": _flagged_sentence(view),
        "flagged_chart": _flagged_chart(view) if _has_flagged(view.figures) else "",
        "treated_sentences": _treated_sentences(view) if _has_flagged(view.figures) else [],
    }


def _has_flagged(figures: MonthFigures) -> bool:
    """Return whether the flagged of any earlier month are enough to be shown."""
    record = figures.track_record
    return not record.empty and bool(record["flagged_share"].notna().any())


def _history_chart(view: View[MonthFigures]) -> Markup:
    track_record, verdict, formatter = view.figures.track_record, view.figures.verdict, view.formatter
    description = view.text(
        "chart.history.alt",
        months=verdict.months,
        inside=verdict.months_in_interval,
        first=formatter.month(track_record["as_of"].iloc[0]),
        last=formatter.month(track_record["as_of"].iloc[-1]),
        expected=formatter.number(verdict.expected),
        resigned=formatter.number(verdict.resigned),
    )
    return charts.history_chart(track_record, formatter, description)


def _flagged_sentence(view: View[MonthFigures]) -> str:
    verdict, formatter = view.figures.verdict, view.formatter
    shares = {"flagged": formatter.share(verdict.flagged_share, 0), "rest": formatter.share(verdict.rest_share, 0)}
    return view.text("chart.flagged.alt", **shares)


def _flagged_chart(view: View[MonthFigures]) -> Markup:
    record, title = view.figures.track_record, view.text("chart.flagged")
    return charts.flagged_chart(record, view.formatter, title, _flagged_sentence(view))


def _treated_sentences(view: View[MonthFigures]) -> list[str]:
    """Return the sentences on `ReportInputs.treated_precision`; none where it was not computed."""
    inputs, table = view.inputs, view.inputs.treated_precision
    if table is None:
        return []
    return treated_precision_sentences(table, view.formatter, horizon=inputs.horizon, min_group=inputs.min_group)


def _months(figures: MonthFigures) -> pd.DataFrame:
    """Return the track record with ``is_backtest``, which months have that were scored afterwards."""
    record = figures.track_record
    return record if "is_backtest" in record else record.assign(is_backtest=False)


def _month(row: Any, view: View[Any]) -> str:
    return view.formatter.month(row.as_of) + ("*" if row.is_backtest else "")


def _columns(figures: MonthFigures) -> list[Column]:
    columns = [
        month(words=_month),
        people("expected"),
        people_interval(),
        people("resigned"),
        yes_no("is_inside", "inside"),
    ]
    return columns + (_columns_of("flagged") + _columns_of("rest") if _has_flagged(figures) else [])


def _columns_of(part: str) -> list[Column]:
    """Return the columns of a part of the agents: on the page one, such as 12 of 31 (39%)."""

    def words(row: Any, view: View[Any]) -> str:
        formatter = view.formatter
        return view.text(
            "account.of",
            part=formatter.number(getattr(row, f"{part}_resigned")),
            whole=formatter.number(getattr(row, part)),
            share=formatter.share(getattr(row, f"{part}_share"), 0),
        )

    resigned = replace(people(f"{part}_resigned"), words=words)
    return [off_page(people(part)), resigned, off_page(share(f"{part}_share", has_bar=True))]


SECTION = Section(
    "account",
    figures=lambda month: month,
    sentence=lambda view: verdict_sentence(view.figures, view.formatter),
    glance=lambda _: [],
    template="sections/account.html",
    variables=_account,
    tables=(
        Table(
            "months",
            rows=_months,
            columns=_columns,
            chart=Chart("history", _history_chart),
        ),
    ),
)

STANDING = Section(
    "standing",
    figures=lambda month: month,
    glance=lambda _: [],
    template="sections/standing.html",
    variables=standing,
)
"""The verdict and the notes on data alone."""

STANDING_OF_NUMBERS = replace(STANDING, variables=lambda view: standing(view, of_numbers=True))
"""The same without the lift of those flagged, for readers who are shown no estimate of an agent."""
