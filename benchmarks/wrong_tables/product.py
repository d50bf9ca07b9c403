"""What the product makes of a workspace: its faults, the lines that it says, and the panel; or why it refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pandas as pd

from attrition import pipeline
from attrition.data import centre as centres
from attrition.data.tables import TABLES
from attrition.errors import Fault, UserError
from attrition.runs import Runs

GROUPS = ("site", "team_id", "job_role")
"""Columns of the outcomes by which reports group agents."""
PLAIN = ("rows read", "rows used")
"""Quality lines that every table has."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """What came of a workspace.

    Parameters
    ----------
    refused : tuple of str
        What it was refused for, as "table: rule"; empty where a panel was built.
    lines : mapping of (str, str) to int
        Rows by table and rule: faults that did not stop, lines of the quality table, and assumptions about a table.
    panel : DataFrame, optional
        The panel as it was written.
    is_crash : bool
        Whether it ended with an error that is no refusal.
    """

    refused: tuple[str, ...] = ()
    lines: dict[tuple[str, str], int]
    panel: pd.DataFrame | None = None
    is_crash: bool = False


def run_product(workspace: Path) -> Product:
    """Check a workspace and build its panel, both from one reading of the tables."""
    try:
        centre, faults = centres.inspect(workspace)
        if centre is None:
            return Product(refused=tuple(f"{f.table}: {f.rule}" for f in faults if _stops(f)), lines={})
        with patch.object(centres, "open_centre", lambda *_, **options: centre):
            result = pipeline.check(workspace, progress=lambda _: None)
            pipeline.panel(workspace, progress=lambda _: None)
    except UserError as error:
        rules = tuple(f"{fault.table}: {fault.rule}" for fault in getattr(error, "faults", ()))
        return Product(refused=rules or (f"{error}",), lines={})
    except Exception as error:  # the judge lists what broke; it is no refusal
        return Product(refused=(f"{type(error).__name__}: {error}"[:200],), lines={}, is_crash=True)
    qualities = [result.quality, pd.read_parquet(Runs(workspace).folder / "quality.parquet")]
    lines = _assumed(result.assumptions) | _lines(pd.concat(qualities), (*faults, *getattr(result, "faults", ())))
    return Product(lines=lines, panel=_panel(workspace))


def _panel(workspace: Path) -> pd.DataFrame:
    """Return the panel with the groups of each agent-month, which reports go by."""
    panel, groups = (pd.read_parquet(Runs(workspace).folder / f"{name}.parquet") for name in ("panel", "outcomes"))
    panel, groups = (table.assign(as_of=pd.to_datetime(table["as_of"])) for table in (panel, groups))
    names = [name for name in GROUPS if name in groups]
    return panel.merge(groups[["agent_id", "as_of", *names]], on=["agent_id", "as_of"], how="left")


def _stops(fault: Fault) -> bool:
    return bool(getattr(fault, "stops", True))


def _lines(quality: pd.DataFrame, faults: tuple[Fault, ...]) -> dict[tuple[str, str], int]:
    """Return the rows of every line that is not plain; counts in its words are left out, dates are kept."""
    rows = quality[~quality["rule"].isin(PLAIN)]
    lines = dict(zip(zip(rows["table"], map(_without_counts, rows["rule"]), strict=True), rows["rows"], strict=True))
    return {(fault.table, f"noticed: {_without_counts(fault.rule)}"): fault.rows or 0 for fault in faults} | lines


def _assumed(assumptions: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], int]:
    """Return the assumptions that begin with the name of the table that they are about."""
    parts = [assumption["en"].partition(": ") for assumption in assumptions]
    return {(table, f"assumed: {text}"): 0 for table, _, text in parts if table in TABLES}


def _without_counts(rule: str) -> str:
    return re.sub(r"(?<![\d-])\d[\d,.]*(?![\d-])", "#", str(rule))
