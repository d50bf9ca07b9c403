"""Writes the model card in each language as Markdown with its figures, and as one HTML page that contains both."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from gettext import NullTranslations
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.terms import LANGUAGES, Language
from attrition.message import catalogue_of, in_words
from attrition.model.card import ModelCard, card_title, render_card
from attrition.model.card_files import card_files
from attrition.model.card_words import GROUPS
from attrition.model.figures import TEXTS, save
from attrition.model.groups import TOO_FEW
from attrition.model.run_artifacts import draw_holdout

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATE = "card.html"
IMAGE = re.compile(r'<img src="([\w.]+)\.svg" alt="([^"]*)" ?/?>')
LINK_TO_CARD = re.compile(r'(?<= href="card)([\w.]*)\.md(?=["#])')
SVG_TEXT = re.compile(r"(<text [^>]*>)([^<]*)(?=</text>)")


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the cards, their figures (SVG) and ``fairness.csv`` into a folder; the same card gives the same bytes."""
    figures = draw_holdout(card.evaluation, card.groups) if card.evaluation else {}
    drawings = {name: svg(figure) for name, figure in figures.items()}
    for language in LANGUAGES:
        _write_language(folder, card, drawings, language)
    if not card.fairness.empty:
        shown = card.fairness[card.fairness["verdict"] != TOO_FEW]
        shown.to_csv(folder / "fairness.csv", index=False, lineterminator="\n")


def _write_language(folder: Path, card: ModelCard, drawings: Mapping[str, str], language: Language) -> None:
    """Write the card, its page and its figures in one language."""
    catalogue, text = catalogue_of(language), render_card(card, language)
    if language == "zh":
        drawings = {f"{name}.zh": translated_drawing(drawing, catalogue) for name, drawing in drawings.items()}
    title = in_words(card_title(card), catalogue).replace("`", "")
    contents = (text, page(text, drawings, title=title, language=language), *drawings.values())
    paths = (*card_files(folder, language), *(folder / f"{name}.svg" for name in drawings))
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content, encoding="utf-8", newline="\n")


def page(markdown: str, drawings: Mapping[str, str], *, title: str, language: Language = "en") -> str:
    """Return the HTML page of a card. It loads nothing from outside, and HTML in the Markdown is shown as text.

    Parameters
    ----------
    markdown : str
        The card.
    drawings : mapping of str to str
        SVG by name; each replaces the image ``<name>.svg`` of the Markdown.
    title : str
        Title of the page.
    language : {"en", "zh"}
        Of the page.
    """
    from jinja2 import Environment, PackageLoader
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    body = IMAGE.sub(
        lambda match: _with_label(drawings[match[1]], match[2]) if match[1] in drawings else match[0], body
    )
    body = LINK_TO_CARD.sub(r"\1.html", body)
    loader = PackageLoader("attrition.model", "templates")
    template = Environment(loader=loader, autoescape=True, keep_trailing_newline=True).get_template(TEMPLATE)
    return template.render(title=title, body=Markup(body), language=language)


def translated_drawing(drawing: str, catalogue: NullTranslations) -> str:
    """Return an SVG with the words of its texts in Chinese; its numbers and the names of a site's own groups stay.

    Matplotlib is not asked again, which would take as long as the first time, and a font with Chinese characters: the
    texts of an SVG are set by the browser, each about the point that it was drawn at.
    """
    words = {escape(text, quote=False): in_words(text, catalogue) for text in TEXTS} | GROUPS
    return SVG_TEXT.sub(lambda match: f"{match[1]}{words.get(match[2], match[2])}", drawing)


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
