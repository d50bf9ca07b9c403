"""What differs between two workspaces, row by row in their tables and cell by cell in their panels, and why."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from attrition import pipeline
from attrition.data.centre import Centre, inspect
from attrition.data.tables import TABLES

_PANEL_KEY = ["agent_id", "as_of"]
_TOLERANCE = 1e-9
_MADE_WHEN_READ = {"recorded_at", "known_on", "superseded_on"}


def opened(workspace: Path) -> Centre:
    """Return the centre of a workspace, or stop with its faults."""
    centre, faults = inspect(workspace)
    if centre is None:
        raise SystemExit("\n".join(str(fault) for fault in faults))
    return centre


def built_panel(workspace: Path) -> pd.DataFrame:
    """Build the panel of a workspace and return it."""
    (path,) = pipeline.panel(workspace, progress=lambda _: None)
    return pd.read_parquet(path)


def row_differences(messy: Centre, twin: Centre) -> pd.DataFrame:
    """Return by table and column how many rows differ, and by how much; "rows" are rows that only one has."""
    tables = [_of_table(table, messy, twin) for table in TABLES if table in messy.tables and table in twin.tables]
    return pd.concat(tables, ignore_index=True)


def _of_table(table: str, messy: Centre, twin: Centre) -> pd.DataFrame:
    shared = set(messy.tables[table].columns) & set(twin.tables[table].columns)
    columns = [name for name in messy.tables[table].columns if name in shared - _MADE_WHEN_READ]
    both = [centre.tables[table].select(columns).execute() for centre in (messy, twin)]
    key = [name for name in TABLES[table].key if name in columns]
    joined = both[0].merge(both[1], on=key, how="outer", suffixes=("", "__twin"), indicator=True)
    alone = (joined["_merge"] != "both").sum()
    rows = [{"table": table, "column": "rows", "compared": len(joined), "differing": int(alone), "largest": np.nan}]
    joined = joined[joined["_merge"] == "both"]
    for name in columns:
        if name not in key:
            differs, largest = _compared(joined[name], joined[f"{name}__twin"])
            rows.append(
                {"table": table, "column": name, "compared": len(joined), "differing": differs, "largest": largest}
            )
    return pd.DataFrame(rows)


def cell_differences(messy: pd.DataFrame, twin: pd.DataFrame) -> pd.DataFrame:
    """Return by column of the panel how many cells there are and how many differ; "rows" are rows that only one has."""
    joined = messy.merge(twin, on=_PANEL_KEY, how="outer", suffixes=("", "__twin"), indicator=True)
    alone = int((joined["_merge"] != "both").sum())
    rows = [{"feature": "rows", "cells": len(joined), "differing": alone, "largest": np.nan}]
    joined = joined[joined["_merge"] == "both"]
    for name in messy.columns.union(twin.columns, sort=False).difference(_PANEL_KEY, sort=False):
        if name in messy and name in twin:
            differs, largest = _compared(joined[name], joined[f"{name}__twin"])
        else:
            differs, largest = len(joined), np.nan
        rows.append({"feature": name, "cells": len(joined), "differing": differs, "largest": largest})
    return pd.DataFrame(rows)


def _compared(left: pd.Series, right: pd.Series) -> tuple[int, float]:
    """Return how many pairs of values differ, and by how much at most where they are numbers."""
    both_missing = left.isna() & right.isna()
    if pd.api.types.is_numeric_dtype(left) and pd.api.types.is_numeric_dtype(right):
        one, other = left.astype(float), right.astype(float)
        gap = (one - other).abs()
        is_same = gap <= _TOLERANCE * np.maximum(1, other.abs())
        return int((~is_same & ~both_missing).sum()), float(gap.max())
    is_same = (left.astype(object) == right.astype(object)).fillna(False)
    return int((~is_same & ~both_missing).sum()), float("nan")


def with_rows_of(twin: Path, messy: Centre, tables: list[str], folder: Path) -> Path:
    """Return a copy of the twin in which some tables hold the rows of the messy folder as they were read."""
    shutil.copytree(twin, folder, ignore=shutil.ignore_patterns("runs"))
    for table in tables:
        path = folder / "exports" / f"{table}.csv"
        columns = list(pd.read_csv(path, nrows=0).columns)
        rows = messy.tables[table].execute()
        rows[[name for name in columns if name in rows]].to_csv(path, index=False, date_format="%Y-%m-%d")
    return folder
