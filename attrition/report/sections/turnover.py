"""The section "turnover": exits, turnover rates, and the resignations expected next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrition.report import time_charts
from attrition.report.columns import month, named, people, share, share_interval
from attrition.report.figures.tables import centre_row, rows_of
from attrition.report.figures.turnover import turnover_of
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.turnover import Turnover
    from attrition.report.view import View


@dataclass(frozen=True, eq=False)
class Shown:
    """What the section shows: exits and rates, and the centre's row of the table of expected resignations."""

    turnover: Turnover
    centre: Any


def _figures(month: MonthFigures) -> Shown | None:
    past = month.once(turnover_of)
    if past is None or past.months["headcount"].isna().all():
        return None
    return Shown(past, centre_row(month.units))


def _sentence(view: View[Shown]) -> str:
    """Return the sentence on the yearly rates, with the month of the last exits where that is an earlier one."""
    formatter, turnover = view.formatter, view.figures.turnover
    rows = _rates(turnover)
    if not rows:
        return view.text("turnover.short")
    now, before = rows["this", "voluntary"], rows.get(("before", "voluntary"))
    last = turnover.months.dropna(subset="headcount")["as_of"].max()
    sentence = view.text(
        "turnover.lead.to" if last.date() < view.inputs.as_of else "turnover.lead",
        month=formatter.month(last),
        voluntary=formatter.number(now.exits),
        otherwise=formatter.number(rows["this", "otherwise"].exits),
        rate=formatter.share(now.rate, 1),
        headcount=formatter.number(now.headcount),
        interval=formatter.share_interval(now.low, now.high),
    )
    if before is None:
        return sentence
    compared = view.text("turnover.compared", rate=formatter.share(before.rate, 1), change=_change(turnover, view))
    return formatter.sentences(sentence, compared)


def _rates(turnover: Turnover) -> dict[tuple[str, str], Any]:
    """Return the rows of the yearly rates by year and kind of exit."""
    return {(row.year, row.kind): row for row in rows_of(turnover.rates)}


def _change(turnover: Turnover, view: View[Shown]) -> str:
    """Return whether the rate changed beyond chance, and by how much."""
    amount = view.formatter.share(abs(turnover.ratio - 1), 0)
    if turnover.ratio_low > 1:
        return view.text("turnover.change.more", amount=amount)
    if turnover.ratio_high < 1:
        return view.text("turnover.change.less", amount=amount)
    return view.text("turnover.change.level")


def ahead(view: View[Shown]) -> list[str]:
    """Return the sentence on the resignations expected next; none where the number is hidden."""
    centre, formatter = view.figures.centre, view.formatter
    if centre.is_hidden:
        return []
    same = view.figures.turnover.resigned_a_year_ago
    return [
        view.text(
            "turnover.ahead.alone" if math.isnan(same) else "turnover.ahead",
            expected=formatter.number(centre.expected),
            interval=formatter.interval(centre.low, centre.high),
            same=formatter.number(same),
        )
    ]


def _rates_chart(view: View[Shown]) -> Markup:
    turnover = view.figures.turnover
    rows = {year: row for (year, kind), row in _rates(turnover).items() if kind == "voluntary"}
    rates = {year: view.formatter.share(row.rate, 1) for year, row in rows.items()}
    alternative = view.text("chart.rates.alt" if "before" in rates else "chart.rates.alt.alone", **rates)
    return time_charts.rates_chart(turnover.rates, view.formatter, alternative)


def _months_chart(view: View[Shown]) -> Markup:
    formatter, turnover = view.formatter, view.figures.turnover
    months = turnover.months.dropna(subset="headcount")
    by_number = months.sort_values("voluntary", kind="stable")
    ends = {"least": by_number.iloc[0], "most": by_number.iloc[-1]}
    alternative = view.text(
        "chart.turnover.alt",
        months=len(months),
        first=formatter.month(months["as_of"].min()),
        last=formatter.month(months["as_of"].max()),
        **{name: formatter.number(row["voluntary"]) for name, row in ends.items()},
        **{f"{name}_month": formatter.month(row["as_of"]) for name, row in ends.items()},
    )
    return time_charts.turnover_chart(turnover, formatter, alternative)


SECTION = Section(
    "turnover",
    figures=_figures,
    nothing="expected.few",
    sentence=_sentence,
    more=ahead,
    tables=(
        Table(
            "rates",
            title="section.turnover.rates.sheet",
            rows=lambda shown: shown.turnover.rates,
            columns=(
                named("kind", "kind"),
                named("year", "year"),
                people("exits"),
                people("headcount", "average_headcount"),
                share("rate", digits=1),
                share_interval(),
            ),
            chart=Chart("rates", _rates_chart),
        ),
        Table(
            "months",
            rows=lambda shown: shown.turnover.months,
            columns=(month(), people("headcount"), people("voluntary"), people("otherwise")),
            chart=Chart("turnover", _months_chart),
            note="turnover.note",
        ),
    ),
)
