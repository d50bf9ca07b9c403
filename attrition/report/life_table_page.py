"""Render the page of `attrition life-table`, one HTML document that needs no other file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.data.faults import NUMBER_READ
from attrition.data.people.protection import mode_sentence
from attrition.data.phrase import in_language
from attrition.report.advice import with_code
from attrition.report.chart_axes import with_room
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.life_table_inputs import WORKBOOK, noticed
from attrition.report.render import render, script_hash
from attrition.report.screens import Screen, for_every_screen
from attrition.report.svg import Canvas, Scale
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.life_table_figures import LifeTableFigures
    from attrition.report.life_table_inputs import LifeTableInputs

YEAR, MONTH = 365.25, 365.25 / 12


def life_table_page(inputs: LifeTableInputs, lang: str) -> str:
    """Return the page in one language; the same inputs give the same text, byte for byte."""
    formatter = Formatter(translations(lang), "")
    lines = noticed(inputs.faults, lang)
    parts = {"groups": inputs.figures.groups, "today": inputs.today, "ask": not inputs.has_history, "noticed": lines}
    context: dict[str, Any] = {
        "inputs": inputs,
        "mode_sentence": mode_sentence(inputs.mode, lang),
        "figures": inputs.figures,
        "text": formatter.text,
        "formatter": formatter,
        "rows_of": rows_of,
        "shown": lambda table: table[~table["is_hidden"]],
        "with_code": with_code,
        "phrase": lambda phrase: in_language(phrase, lang),
        "time_text": lambda day: time_text(day, formatter),
        "band_text": lambda first, last: band_text(first, last, formatter),
        "chart": staying_chart(inputs.figures, formatter) if len(inputs.figures.curve) > 1 else "",
        "parts": ["stay", "tenure", *(name for name, content in parts.items() if content), "assumptions"],
        "noticed": lines,
        "has_numbers": any(fault.check == NUMBER_READ for fault in inputs.faults),
        "assumptions": [assumption.get(lang, assumption["en"]) for assumption in inputs.assumptions],
        "workbook": WORKBOOK,
        "style": template_text("style.css") + template_text("check.css") + template_text("charts.css"),
        "script": template_text("report.js"),
        "script_hash": script_hash(),
    }
    return str(render("life_table.html", **context))


def time_text(day: float, formatter: Formatter) -> str:
    """Return a time since hire in the unit that people use for it.

    Examples
    --------
    >>> [time_text(day, Formatter(translations("en"), "")) for day in (30, 91, 365, 1096)]
    ['30 days', '3 months', '1 year', '3 years']
    """
    if day < 60:
        return formatter.text("life.days", n=round(day))
    if day < 360:
        return formatter.text("life.months", n=round(day / MONTH))
    years = round(day / YEAR)
    return formatter.text("life.year") if years == 1 else formatter.text("life.years", n=years)


def band_text(first: float, last: float, formatter: Formatter) -> str:
    """Return a band of tenure in words; the last one has no end.

    Examples
    --------
    >>> [band_text(*days, Formatter(translations("en"), "")) for days in ((0, 30), (30, 91), (1826, float("nan")))]
    ['up to 30 days', '30 days to 3 months', 'over 5 years']
    """
    if math.isnan(last):
        return formatter.text("life.band.last", first=time_text(first, formatter))
    if not first:
        return formatter.text("life.band.first", last=time_text(last, formatter))
    return formatter.text("life.band", first=time_text(first, formatter), last=time_text(last, formatter))


@for_every_screen
def staying_chart(screen: Screen, figures: LifeTableFigures, formatter: Formatter) -> Markup:
    """Draw the share that is still employed by time since hire, with its interval."""
    curve = figures.curve
    canvas, edge = Canvas(screen, 300), screen.width - (30 if screen.is_narrow else 60)
    x_scale, y_scale = Scale(0, float(curve["day"].iloc[-1]), 60, edge), Scale(0, 1, 256, 16)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line(60, y_scale(share), edge, y_scale(share), "grid")
        canvas.text(54, y_scale(share) + 4, formatter.share(share, 0), "axis", "end")
    points = {name: [(x_scale(row.day), y_scale(getattr(row, name))) for row in rows_of(curve)] for name in SHARES}
    band = [*points["high"], *reversed(points["low"])]
    canvas.path([*band, band[0]], "band")
    canvas.path(points["survival"], "trace own")
    few = len(figures.milestones) <= 4
    milestones = [row for row in rows_of(figures.milestones) if row.day >= 365 or few]
    times = [time_text(row.day, formatter) for row in milestones]
    labelled = with_room(screen, [x_scale(row.day) for row in milestones], times, anchor=-1)
    for number, row in enumerate(milestones):
        x, y = x_scale(row.day), y_scale(row.survival)
        canvas.dot(x, y, "point", 3.5)
        if number in labelled:
            canvas.text(x, y - 10, formatter.share(row.survival, 0), "value strong", "middle")
            canvas.text(x, 276, times[number], "axis", "middle")
    return canvas.svg("staying", formatter.text("life.chart"), formatter.text("life.stay.alternative"))


SHARES = ("survival", "low", "high")
