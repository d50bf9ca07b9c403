"""The card as files: Markdown, its drawings, and one web page that holds both and asks for nothing from outside."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.model.card import Claim, card
from attrition.model.papers import drawings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATE = "card.html"
IMAGE = re.compile(r'<img src="(\w+)\.svg" alt="([^"]*)" ?/?>')


def write_card(folder: Path, claim: Claim) -> None:
    """Write ``card.md``, ``card.html`` and the drawings into a folder.

    The same claim gives the same bytes.
    """
    text = card(claim)
    drawn = {name: svg(figure) for name, figure in drawings(claim.examination, claim.groups).items()}
    title = f"Model card: {claim.fitted.spec.name}, version {claim.version}"
    (folder / "card.md").write_text(text, encoding="utf-8", newline="\n")
    (folder / "card.html").write_text(page(text, drawn, title=title), encoding="utf-8", newline="\n")
    for name, drawing in drawn.items():
        (folder / f"{name}.svg").write_text(drawing, encoding="utf-8", newline="\n")


def page(markdown: str, drawn: Mapping[str, str], *, title: str) -> str:
    """Make one web page of a card; HTML in the Markdown is shown as text, never run.

    Parameters
    ----------
    markdown : str
        The card.
    drawn : mapping of str to str
        SVG by name; it takes the place of the image ``<name>.svg``.
    title : str
        Of the page.
    """
    from jinja2 import Environment, PackageLoader
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    body = IMAGE.sub(lambda found: _in_page(drawn[found[1]], found[2]) if found[1] in drawn else found[0], body)
    places = PackageLoader("attrition.model", "templates")
    template = Environment(loader=places, autoescape=True, keep_trailing_newline=True).get_template(TEMPLATE)
    return template.render(title=title, body=Markup(body))


def _in_page(drawing: str, alternative: str) -> str:
    """Give a drawing words to be read aloud; they are escaped already."""
    return drawing.replace("<svg", f'<svg role="img" aria-label="{alternative}"', 1)


def svg(figure: Figure) -> str:
    """Draw a figure as SVG that stands in a page: text as text, no date, the same names of parts every time."""
    import matplotlib as mpl

    drawn = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "attrition"}):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    text = drawn.getvalue()
    return text[text.index("<svg") :]
