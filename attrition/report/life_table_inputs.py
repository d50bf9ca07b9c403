"""What the page of `attrition life-table` and its workbook are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from attrition.data.people.person_headings import REASONS, fact_of
from attrition.data.phrase import Phrase, in_language

if TYPE_CHECKING:
    from attrition.data.people.protection import Mode
    from attrition.data.sources import Sources
    from attrition.errors import Fault
    from attrition.report.figures.life_table_figures import LifeTableFigures

WORKBOOK = "life_table.xlsx"
"""The workbook of the figures, beside the page."""


@dataclass(frozen=True)
class TodayFact:
    """A column of a list of people that holds what was so on the day of export: why it explains nothing."""

    heading: str
    reason: Phrase
    is_grouping: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class LifeTableInputs:
    """What a life table shows, and what it rests on.

    Parameters
    ----------
    site : str
        The centre's name.
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent.
    begins, ends : date
        The first and the last day of the data.
    figures : LifeTableFigures
        Rates and shares, small groups hidden.
    min_group : int
        The smallest group that is shown.
    today : tuple of TodayFact
        The columns of the file that hold facts of the day of export.
    has_history : bool
        Whether a panel can be built, so that more than a life table is possible.
    knows_kinds : bool
        Whether the kinds of exits are on file.
    faults : tuple of Fault
        What is wrong with the tables and does not stop.
    assumptions : sequence of {"en": ..., "zh": ...}
        What was assumed.
    """

    site: str
    mode: Mode
    begins: date
    ends: date
    figures: LifeTableFigures
    min_group: int
    today: tuple[TodayFact, ...]
    has_history: bool
    knows_kinds: bool
    faults: tuple[Fault, ...]
    assumptions: Sequence[Mapping[str, str]]


def facts_of_today(declared: Sources, headings: Sequence[str]) -> tuple[TodayFact, ...]:
    """Return the columns of a list of people that are neither number, hire nor exit, those used as groups first."""
    tables = declared.tables
    used = {heading for name in ("agents", "exits") for heading in tables[name].columns}
    units = [
        heading for name, source in tables.items() if name not in ("agents", "exits") for heading in source.columns
    ]
    groups = [heading for heading, column in tables["agents"].columns.items() if column == "site"]
    groups += [heading for heading in units if heading not in used]
    others = [heading for heading in headings if heading not in (*used, *groups)]
    return tuple(
        TodayFact(heading, REASONS[fact_of(heading)], heading in groups)
        for heading in dict.fromkeys((*groups, *others))
        if heading in headings
    )


def noticed(faults: Sequence[Fault], lang: str) -> list[str]:
    """Return what was wrong with the tables as sentences: where, which rule, how many rows."""
    colon = "：" if lang == "zh" else ": "
    lines = []
    for fault in faults:
        place = ".".join(filter(None, [fault.table, fault.column]))
        rows = "" if fault.rows is None else f"（{fault.rows} 行）" if lang == "zh" else f" ({fault.rows:,} rows)"
        effect = in_language(fault.effect, lang)
        lines.append(f"{place}{colon}{in_language(fault.rule, lang)}{rows}{f'; {effect}' if effect else ''}")
    return lines
