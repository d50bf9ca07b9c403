"""One edition of a month's report in one language, as one HTML document that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attrition.report.editions import EDITIONS
from attrition.report.form import Form
from attrition.report.render import render, script_hash, source
from attrition.report.tables import centre_row, each
from attrition.report.words import LANGUAGES, words

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.editions import Edition
    from attrition.report.month import Month


@dataclass(frozen=True)
class _Written:
    name: str
    title: str
    short: str
    body: Markup


def page(month: Month, lang: str, edition: Edition, *, langs: Sequence[str] = LANGUAGES) -> str:
    """Write one edition.

    Parameters
    ----------
    month : Month
        The figures.
    lang : {"en", "zh"}
        The reader's language.
    edition : {"centre", "partner", "team"}
        Who reads it; see `attrition.report.editions`.
    langs : sequence of {"en", "zh"}
        The languages the month is written in; the page links the same edition in the others.

    Returns
    -------
    str
        The same figures give the same text, byte for byte.
    """
    form = Form(words(lang), month.products.currency)
    common = {
        "p": month.products,
        "m": month,
        "w": form.words,
        "f": form,
        "top": form.share(month.products.capacity_share, 0),
        "each": each,
    }
    sections = [
        _Written(
            name=section.name,
            title=form.words(f"section.{section.name}", months=month.products.horizon),
            short=form.words(f"section.{section.name}.sheet"),
            body=render(f"sections/{section.name}.html", **common, **section.content(month, form)),
        )
        for section in EDITIONS[edition]
    ]
    frame = {
        "edition": edition,
        "sections": sections,
        "others": [(other, words(other)("lang.name")) for other in langs if other != lang],
        "told": _told(month) if edition == "centre" else None,
        "style": source("style.css") + source("charts.css"),
        "script": source("report.js"),
        "script_hash": script_hash(),
    }
    return str(render("edition.html", **common, **frame))


def _told(month: Month) -> int | None:
    """Give what the list of months says of this one: the expected number for the centre, where it is shown."""
    centre = centre_row(month.units)
    return None if centre.is_hidden else int(centre.expected)
