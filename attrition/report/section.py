"""A section of the report is declared once; page, PDF, workbook, first page and `month.json` are made from that.

A new section is a module ``attrition/report/sections/NAME.py`` that holds one `SECTION`, the figures it shows in
``attrition/report/figures/NAME.py``, its phrases in a module of ``attrition/report/translations/`` in each language,
and its place in an edition of `attrition.report.editions`. The module of an imaginary section on lateness, whole::

    def _sentence(view: View[Lateness]) -> str:
        worst = view.figures.by_site.iloc[0]
        return view.text("lateness.lead", site=worst["site"], share=view.formatter.share(worst["late"], 1))

    SECTION = Section(
        "lateness",
        figures=lambda month: lateness(month.inputs.panel_rows, month.inputs.as_of, min_group=month.inputs.min_group),
        nothing="lateness.none",
        sentence=_sentence,
        tables=(
            Table(
                "by_site",
                rows=lambda lateness: lateness.by_site,
                columns=(text("site"), people("shifts"), share("late", digits=1), month("since", "late_since")),
                chart=Chart("lateness", lambda view: lateness_chart(view.figures, view.formatter)),
                note="lateness.note",
            ),
        ),
    )

It needs the phrases ``section.lateness`` (title), ``section.lateness.sheet`` (short title: contents, first page, tab of
the workbook), ``lateness.lead``, ``lateness.none``, ``lateness.note``, ``chart.lateness`` and ``chart.lateness.note``
(its title and how it is read), and ``c.shifts``, ``c.late``, ``c.late_since`` (headings that are not there yet).

What `figures` returns has gone through `attrition.report.disclosure` and `attrition.report.rounding`, and is computed
once for all languages. It is None where the site's data do not suffice; then the page says `nothing`, and nothing else
shows the section. The kinds of columns are in `attrition.report.columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from attrition.report.view import Figures, Phrase, View

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter


@dataclass(frozen=True)
class Chart(Generic[Figures]):
    """A chart, with the phrases ``chart.<name>`` (its title) and ``chart.<name>.note`` (how it is read).

    `draw` returns it with its text alternative (`attrition.report.svg`), drawn for wide and for narrow screens
    (`attrition.report.screens`), or "" where there is nothing to draw. `note` replaces the second phrase.
    """

    name: str
    draw: Callable[[View[Figures]], Markup | str]
    note: Phrase[Figures] = ""


@dataclass(frozen=True)
class Table(Generic[Figures]):
    """A table of a section, and what stands around it: heading, chart and note.

    Parameters
    ----------
    name : str
        Its name in `month.json`, lower case; with the section's, that of the table in the workbook.
    rows : callable
        Returns from the section's figures the rows, None where the table is left out. An empty one is left out too,
        unless `empty` says so.
    columns : sequence of Column, or a function that returns them from the section's figures
    title : str
        Key of the title of its sheet, by default that of the section; each sheet has its own.
    heading : str
        Key of a heading above it, by default none.
    lead : str or callable
        A paragraph under the heading.
    note : str or callable
        Small print above the table, under the chart.
    empty : str or callable
        What the page says instead of an empty table.
    chart : Chart, optional
        Stands above the table, which is then folded away unless `is_folded` is false.
    hidden : str
        A column of the rows that is true where a row's numbers are not shown.
    style : str
        A column of the rows that holds the CSS class of each.
    total : callable, optional
        Returns the values of a last row, by column, for page and `month.json`.
    is_on_page : bool
        Whether the page has it, or the workbook and `month.json` alone.
    """

    name: str
    rows: Callable[[Figures], pd.DataFrame | None]
    columns: Sequence[Column] | Callable[[Figures], Sequence[Column]]
    title: str = ""
    heading: str = ""
    lead: Phrase[Figures] = ""
    note: Phrase[Figures] = ""
    empty: Phrase[Figures] = ""
    chart: Chart[Figures] | None = None
    is_folded: bool = True
    hidden: str = ""
    style: str = ""
    total: Callable[[Figures], Mapping[str, Any]] | None = None
    is_on_page: bool = True

    def columns_of(self, figures: Figures) -> Sequence[Column]:
        """Return the columns for these figures."""
        return self.columns(figures) if callable(self.columns) else self.columns


@dataclass(frozen=True)
class Section(Generic[Figures]):
    """A section of the report; see the top of this module for how one is made.

    Parameters
    ----------
    name : str
        Its HTML anchor and its name in `month.json`; the phrases ``section.<name>`` and ``section.<name>.sheet`` are
        its titles.
    figures : callable
        Returns what it shows, after disclosure control, or None.
    sentence : str or callable
        The sentence at its head, in `month.json` and, unless `glance` has others, on the director's first page.
    tables : sequence of Table
        In the order of the page and of the workbook.
    nothing : str or callable
        What the page says where there are no figures.
    number : callable, optional
        A number set large before the sentence.
    more : callable, optional
        Further paragraphs under the sentence.
    note : str or callable
        Small print under them.
    glance : callable, optional
        The sentences on the first page, where they are not the one at the head.
    template : str
        The template of a section with a layout of its own.
    variables : callable, optional
        What this template needs besides.
    """

    name: str
    figures: Callable[[MonthFigures], Figures | None]
    sentence: Phrase[Figures] = ""
    tables: Sequence[Table[Figures]] = ()
    nothing: Phrase[None] = ""
    number: Phrase[Figures] = ""
    more: Callable[[View[Figures]], Sequence[str]] | None = None
    note: Phrase[Figures] = ""
    glance: Callable[[View[Figures]], Sequence[str]] | None = None
    template: str = "section.html"
    variables: Callable[[View[Figures]], Mapping[str, Any]] | None = None

    def view(self, month: MonthFigures, formatter: Formatter) -> View[Figures] | None:
        """Return the section's view of a month in one language; None where it has nothing to show."""
        figures = month.once(self.figures)
        return None if figures is None else View(figures, month.inputs, formatter)

    def glances(self, month: MonthFigures, formatter: Formatter) -> list[str]:
        """Return the sentences that the first page has of this section."""
        view = self.view(month, formatter)
        if view is None:
            return []
        sentences = [view.phrase(self.sentence)] if self.glance is None else self.glance(view)
        return [sentence for sentence in sentences if sentence]
