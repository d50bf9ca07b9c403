"""Fill the Markdown templates of papers: every value is escaped, and a missing name is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

OPEN, CLOSE = "⟦", "⟧"
"""Around what people have to fill in; the page marks it."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_MARKED = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)
_SECTION = re.compile(r"(?=<h2>)")


class Markdown(str):
    """Text that is Markdown already, such as a table; it is not escaped."""


def escaped(value: object) -> str:
    r"""Return a value as Markdown that shows it as it is, in one line.

    Examples
    --------
    >>> escaped("a|b *c*"), escaped(Markdown("*c*"))
    ('a\\|b \\*c\\*', '*c*')
    """
    return value if isinstance(value, Markdown) else " ".join(_SPECIAL.sub(r"\\\1", str(value)).split())


def to_fill_in(prompt: str) -> Markdown:
    """Return a gap that people fill in, with what belongs there."""
    return Markdown(f"{OPEN}\\[{escaped(prompt)}\\]{CLOSE}")


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, none: str) -> Markdown:
    """Return a Markdown table; the sentence `none` where it has no rows.

    Examples
    --------
    >>> print(table(("what", "rows"), [("pay", 3)], none="None."))
    | what | rows |
    |---|---|
    | pay | 3 |
    """
    lines = [f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows]
    if not lines:
        return Markdown(none)
    return Markdown("\n".join([f"| {' | '.join(map(escaped, head))} |", "|---" * len(head) + "|", *lines]))


def bullets(lines: Iterable[object], *, none: str) -> Markdown:
    """Return a Markdown list; the sentence `none` where it is empty."""
    return Markdown("\n".join(f"- {escaped(line)}" for line in lines) or none)


def fill(name: str, **values: Any) -> str:
    """Return the Markdown of the template of this name, filled with values."""
    return _environment().get_template(name).render(values)


def to_html(text: str) -> tuple[str, Markup]:
    r"""Return the title of a Markdown text and the HTML of what stands below it, one section for each heading.

    Examples
    --------
    >>> to_html("# A paper\n\n## One\n\n⟦name⟧")
    ('A paper', Markup('<section><h2>One</h2>\n<p><mark>name</mark></p>\n</section>'))
    """
    from markdown_it import MarkdownIt

    heading, _, body = text.lstrip().partition("\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    html = _MARKED.sub(r"<mark>\1</mark>", html).replace("<table>", '<div class="wide"><table>')
    html = html.replace("</table>", "</table></div>")
    parts = [part for part in _SECTION.split(html) if part.strip()]
    title = re.sub(r"\\(.)", r"\1", heading.removeprefix("# ").strip())
    return title, Markup("".join(f"<section>{part}</section>" for part in parts))


def template_source(name: str) -> str:
    """Return the text of a template, such as ``notice.zh.md``."""
    return files("attrition.report.papers").joinpath("texts", name).read_text(encoding="utf-8")


def attribute(text: str) -> str:
    """Return a text as it may stand in an attribute or a string of a style sheet."""
    return str(escape(text)).replace("\\", "")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(template_source),
        autoescape=False,  # Markdown is escaped by `escaped`, and its HTML by the renderer
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
