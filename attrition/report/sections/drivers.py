"""The section "drivers": by how much levers, features and warning signs raise the risk of the flagged over peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import charts
from attrition.report.columns import Column, feature, lever, named, people, points, typical, unit
from attrition.report.section import Chart, Section, Table
from attrition.report.sentences import indistinct_sentence, typical_text

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


@dataclass(frozen=True, eq=False)
class Shown:
    """What the section shows: tables of the month, how many are flagged, and counts by unit (rows) and lever."""

    flagged: int
    levers: pd.DataFrame
    features: pd.DataFrame
    warning_signs: pd.DataFrame
    by_unit: pd.DataFrame


def _figures(month: MonthFigures) -> Shown:
    return Shown(len(month.flagged), month.levers, month.features, month.warning_signs, by_unit(month))


def by_unit(month: MonthFigures) -> pd.DataFrame:
    """Return for how many people a lever matters: units as rows, in the order of the expected numbers, and levers.

    Units and levers without a count that may be shown are left out.
    """
    counts = month.lever_units.dropna(subset="raised")
    table = counts.pivot(index=["level", "unit"], columns="lever", values="raised")
    order = [unit for unit in zip(month.units["level"], month.units["unit"], strict=True) if unit in table.index]
    return table.loc[order].reset_index() if order else pd.DataFrame()


def _sentence(view: View[Shown]) -> str:
    shown, formatter = view.figures, view.formatter
    if shown.levers.empty:
        few = shown.flagged < view.inputs.min_group
        nothing = "drivers.few" if few else "drivers.nothing"
        return view.text(nothing if view.inputs.caveat.lists_people else "drivers.no_order")
    over_peers = formatter.text("points", n=formatter.number(shown.levers["points"].sum(), 1))
    return view.text("drivers.lead", agents=shown.flagged, points=over_peers)


def _indistinct(view: View[Shown]) -> list[str]:
    has_levers = not view.figures.levers.empty
    return [indistinct_sentence(view.inputs.indistinct_families, view.formatter)] if has_levers else []


def _note(view: View[Shown]) -> str:
    if view.figures.levers.empty:
        return ""
    return view.formatter.sentences(*map(view.text, ("drivers.caution", "peers.note", "drivers.coarse")))


def _chart(view: View[Shown]) -> Markup:
    levers, formatter = view.figures.levers, view.formatter
    first = levers.iloc[0]
    name = formatter.text.name("lever", first["lever"])
    alternative = view.text("chart.levers.alt", lever=name, points=formatter.points(first["points"]))
    return charts.levers_chart(levers, formatter, alternative)


def _chart_note(view: View[Shown]) -> str:
    has_previous = view.figures.levers["points_before"].notna().any()
    return view.text("chart.levers.note") + (view.text("chart.levers.before") if has_previous else "")


def _typical(value: str, category: str) -> Column:
    """Return a column with what is typical of a group of agents, in the unit of the row's feature."""

    def words(row: Any, view: View[Any]) -> str:
        declared = view.declared.get(row.subject)
        return typical_text(declared, getattr(row, value), getattr(row, category), view.formatter)

    return typical(value, words=words)


MEANS = (
    points("points", has_bar=True),
    people("raised"),
    _typical("value", "category"),
    _typical("peer_value", "peer_category"),
)
"""The numbers of a table of features."""


def _of_levers(shown: Shown, table: pd.DataFrame) -> pd.DataFrame | None:
    """Return a table that is shown only beside that of levers."""
    return None if shown.levers.empty else table


def _levers_of_units(shown: Shown) -> list[Column]:
    levers = [str(name) for name in shown.by_unit.columns[2:]]
    return [*unit(), *(people(name, f"lever.{name}") for name in levers)]


SECTION = Section(
    "drivers",
    figures=_figures,
    sentence=_sentence,
    glance=lambda _: [],
    more=_indistinct,
    note=_note,
    tables=(
        Table(
            "levers",
            title="section.drivers.levers.sheet",
            rows=lambda shown: shown.levers,
            columns=(
                named("lever", "lever"),
                points("points", has_bar=True),
                points("points_before"),
                people("raised"),
            ),
            chart=Chart("levers", _chart, note=_chart_note),
        ),
        Table(
            "features",
            heading="drivers.features",
            rows=lambda shown: _of_levers(shown, shown.features),
            columns=(feature("subject"), lever(), *MEANS),
        ),
        Table(
            "warning_signs",
            title="section.drivers.symptoms.sheet",
            heading="symptoms.title",
            rows=lambda shown: _of_levers(shown, shown.warning_signs),
            columns=(feature("subject"), *MEANS),
            note="symptoms.note",
            empty="drivers.nothing",
        ),
        Table(
            "by_unit",
            title="section.drivers.units.sheet",
            heading="drivers.by_unit",
            rows=lambda shown: shown.by_unit,
            columns=_levers_of_units,
            style="level",
            note="drivers.by_unit.note",
        ),
    ),
)
