"""One edition of a month's report in one language, as one HTML document that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrition.report.editions import EDITIONS
from attrition.report.form import Form
from attrition.report.render import render, script_hash
from attrition.report.sections.agent import content as section_of_agent
from attrition.report.shipped import source
from attrition.report.tables import centre_row, each
from attrition.report.words import LANGUAGES, words

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.editions import Edition
    from attrition.report.month import Month
    from attrition.report.one_agent import OneAgent
    from attrition.report.products import Products


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
    products, form = month.products, Form(words(lang), month.products.currency)
    common = {"m": month, **_common(products, form)}
    sections = [
        _written(
            section.name,
            render(f"sections/{section.name}.html", **common, **section.content(month, form)),
            form,
            products.horizon,
        )
        for section in EDITIONS[edition]
    ]
    others = [(f"{edition}.{other}.html", other, words(other)("lang.name")) for other in langs if other != lang]
    return _framed(products, form, edition, sections, others=others, told=_told(month) if edition == "centre" else None)


def agent_page(agent: OneAgent, products: Products, lang: str) -> str:
    """Write the page of one agent; it stands alone and says whose data it holds."""
    form = Form(words(lang), products.currency)
    body = render("sections/agent.html", **_common(products, form), **section_of_agent(agent, products, form))
    title = form.words("explain.title", agent=agent.agent_id)
    return _framed(products, form, "agent", [_Written("agent", title, form.words("section.agent.sheet"), body)])


def _common(products: Products, form: Form) -> dict[str, Any]:
    """Give what every section may name."""
    return {"p": products, "w": form.words, "f": form, "top": form.share(products.capacity_share, 0), "each": each}


def _written(name: str, body: Markup, form: Form, months: int) -> _Written:
    title = form.words(f"section.{name}", months=months)
    return _Written(name, title, form.words(f"section.{name}.sheet"), body)


def _framed(
    products: Products,
    form: Form,
    edition: str,
    sections: Sequence[_Written],
    *,
    others: Sequence[tuple[str, str, str]] = (),
    told: int | None = None,
) -> str:
    """Put sections into the frame that every page shares: purpose, title, contents, style and script."""
    return str(
        render(
            "edition.html",
            **_common(products, form),
            edition=edition,
            sections=sections,
            others=others,
            told=told,
            style=source("style.css") + source("charts.css"),
            script=source("report.js"),
            script_hash=script_hash(),
        )
    )


def _told(month: Month) -> int | None:
    """Give what the list of months says of this one: the expected number for the centre, where it is shown."""
    centre = centre_row(month.units)
    return None if centre.is_hidden else int(centre.expected)
