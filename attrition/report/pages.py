"""Render HTML pages: an edition of a month's report, or one agent, as one document that needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrition.data.terms import LANGUAGES
from attrition.report.edition_names import CENTRE, LEADER, TEAM
from attrition.report.editions import EDITIONS
from attrition.report.figures.tables import centre_row, rows_of
from attrition.report.formatter import Formatter
from attrition.report.papers.barred_uses import barred_sentence
from attrition.report.render import render, script_hash
from attrition.report.section_page import section_body
from attrition.report.sections.agent import content as agent_content
from attrition.report.sections.glance import key_sentences
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.agent_report import AgentReport
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.inputs import ReportInputs


@dataclass(frozen=True)
class _RenderedSection:
    name: str
    title: str
    short: str
    body: Markup


def edition_page(figures: MonthFigures, lang: str, edition: str, *, langs: Sequence[str] = LANGUAGES) -> str:
    """Return one edition of a month's report in one language as HTML.

    Parameters
    ----------
    figures : MonthFigures
        The figures of the month.
    lang : {"en", "zh"}
        The reader's language.
    edition : {"centre", "partner", "team"}
        Its name in `attrition.report.editions.EDITIONS`.
    langs : sequence of {"en", "zh"}
        The languages in which the month's report is written; the page links the same edition in the others.

    Returns
    -------
    str
        The HTML document; the same figures give the same text, byte for byte.
    """
    formatter = Formatter(translations(lang), figures.inputs.currency)
    sections = _sections(figures, formatter, edition)
    expected = _shown_expected(figures) if edition == CENTRE else None
    return _whole_page(
        figures.inputs, formatter, edition, sections, links=_other_languages(edition, lang, langs), expected=expected
    )


def leader_page(figures: MonthFigures, lang: str, *, file: str, langs: Sequence[str] = LANGUAGES) -> str:
    """Return the page of one team leader as HTML: the edition of all teams, of figures that hold their teams alone.

    `file` is what its file is called, without language and ending.
    """
    formatter = Formatter(translations(lang), figures.inputs.currency)
    links = _other_languages(quote(file), lang, langs)
    return _whole_page(figures.inputs, formatter, LEADER, _sections(figures, formatter, TEAM), links=links)


def _sections(figures: MonthFigures, formatter: Formatter, edition: str) -> list[_RenderedSection]:
    """Return the sections of an edition, filled."""
    sections = EDITIONS[edition].sections
    context = {
        "figures": figures,
        "edition": edition,
        "key_sentences": lambda: key_sentences(sections, figures, formatter),
        **_context(figures.inputs, formatter),
    }
    return [
        _with_title(section.name, section_body(section, figures, formatter, context), formatter, figures.inputs.horizon)
        for section in sections
    ]


def _other_languages(file: str, lang: str, langs: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the same page in the other languages: file, language, and its name."""
    return [(f"{file}.{other}.html", other, translations(other)("lang.name")) for other in langs if other != lang]


def agent_page(agent: AgentReport, inputs: ReportInputs, lang: str) -> str:
    """Return the page of one agent as HTML; its header says that it holds confidential data of one person."""
    formatter = Formatter(translations(lang), inputs.currency)
    body = render("sections/agent.html", **_context(inputs, formatter), **agent_content(agent, inputs, formatter))
    title = formatter.text("explain.title", agent=f"{agent.agent_id} {agent.name}".strip())
    section = _RenderedSection("agent", title, formatter.text("section.agent.sheet"), body)
    return _whole_page(inputs, formatter, "agent", [section])


def _context(inputs: ReportInputs, formatter: Formatter) -> dict[str, Any]:
    """Return the variables that every template may use."""
    return {
        "inputs": inputs,
        "text": formatter.text,
        "formatter": formatter,
        "capacity_share_text": formatter.share(inputs.capacity_share, 0),
        "rows_of": rows_of,
    }


def _with_title(name: str, body: Markup, formatter: Formatter, months: int) -> _RenderedSection:
    title = formatter.text(f"section.{name}", months=months)
    return _RenderedSection(name, title, formatter.text(f"section.{name}.sheet"), body)


def _whole_page(
    inputs: ReportInputs,
    formatter: Formatter,
    edition: str,
    sections: Sequence[_RenderedSection],
    *,
    links: Sequence[tuple[str, str, str]] = (),
    expected: int | None = None,
) -> str:
    """Return sections as a whole page, with title, purpose, contents, style and script.

    `links` are the same page in other languages: file, language code, name of the language.
    """
    return str(
        render(
            "edition.html",
            **_context(inputs, formatter),
            edition=edition,
            sections=sections,
            links=links,
            expected=expected,
            barred=barred_sentence(formatter.text.lang),
            style=template_text("style.css") + template_text("charts.css"),
            script=template_text("report.js"),
            script_hash=script_hash(),
        )
    )


def _shown_expected(figures: MonthFigures) -> int | None:
    """Return the expected resignations of the centre, or None where they are hidden.

    The number is written into the page, where `attrition.report.month_index` reads it.
    """
    centre = centre_row(figures.units)
    return None if centre.is_hidden else int(centre.expected)
