"""Writes the model card as Markdown with its figures, and as one HTML page that contains both."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.model.card import ModelCard, render_card
from attrition.model.figures import save
from attrition.model.groups import TOO_FEW
from attrition.model.run_artifacts import draw_holdout

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATE = "card.html"
IMAGE = re.compile(r'<img src="(\w+)\.svg" alt="([^"]*)" ?/?>')


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card, its figures (SVG) and ``fairness.csv`` into a folder; the same card gives the same bytes."""
    text = render_card(card)
    figures = draw_holdout(card.evaluation, card.groups) if card.evaluation else {}
    drawings = {name: svg(figure) for name, figure in figures.items()}
    title = f"Model card: {card.fitted.spec.name}, version {card.version}"
    (folder / "card.md").write_text(text, encoding="utf-8", newline="\n")
    (folder / "card.html").write_text(page(text, drawings, title=title), encoding="utf-8", newline="\n")
    if not card.fairness.empty:
        shown = card.fairness[card.fairness["verdict"] != TOO_FEW]
        shown.to_csv(folder / "fairness.csv", index=False, lineterminator="\n")
    for name, drawing in drawings.items():
        (folder / f"{name}.svg").write_text(drawing, encoding="utf-8", newline="\n")


def page(markdown: str, drawings: Mapping[str, str], *, title: str) -> str:
    """Return the HTML page of a card. It loads nothing from outside, and HTML in the Markdown is shown as text.

    Parameters
    ----------
    markdown : str
        The card.
    drawings : mapping of str to str
        SVG by name; each replaces the image ``<name>.svg`` of the Markdown.
    title : str
        Title of the page.
    """
    from jinja2 import Environment, PackageLoader
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    body = IMAGE.sub(
        lambda match: _with_label(drawings[match[1]], match[2]) if match[1] in drawings else match[0], body
    )
    loader = PackageLoader("attrition.model", "templates")
    template = Environment(loader=loader, autoescape=True, keep_trailing_newline=True).get_template(TEMPLATE)
    return template.render(title=title, body=Markup(body))


def _with_label(drawing: str, label: str) -> str:
    """Return an SVG with a label for screen readers; the label must be escaped already."""
    return drawing.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def svg(figure: Figure) -> str:
    """Return a figure as SVG for an HTML page.

    Text stays text. The date is left out and ids do not vary, so the same figure always gives the same bytes.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "attrition"}):
        save(figure, buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
