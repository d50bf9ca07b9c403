"""Search a workspace for scores of single people: in every table, text, PDF, workbook and database it holds."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

FACTS = ("panel", "outcomes", "spells", "interventions", "audit", "evaluations", "gone_without_exit", "headcount")
"""Tables under runs/ that the command `panel` writes, before there is a score: what the site itself supplied."""
TEXTS = (".html", ".md", ".json", ".toml", ".csv", ".txt", ".svg", ".log", ".yaml", ".yml", ".lgb", "")
BORROWED = {"value", "peer_value", "cost", "peer_count", "start_date", "as_of", "horizon_months"}
"""Columns of persons' tables that repeat what the site supplied, and say nothing of a model."""
DIGITS = 8
"""Two risks that agree to so many digits are the same; fewer digits agree by chance among thousands of numbers."""
CHANCE = 1e-4
"""A rank correlation this unlikely among people who are alike to a reader is no chance."""


def tables_of(workspace: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield every table of a workspace's products by its place: Parquet, CSV, sheets of workbooks, tables of SQLite."""
    for path in _products(workspace):
        place = path.relative_to(workspace).as_posix()
        if path.suffix == ".parquet":
            yield place, pd.read_parquet(path)
        elif path.suffix == ".csv":
            yield place, pd.read_csv(path, dtype=str, encoding="utf-8-sig")
        elif path.suffix == ".xlsx":
            sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=str, engine="calamine")
            yield from ((f"{place}#{name}", sheet) for name, sheet in sheets.items())
        elif path.suffix == ".db":
            with sqlite3.connect(path) as con:
                names = [row[0] for row in con.execute("select name from sqlite_master where type = 'table'")]
                yield from ((f"{place}#{name}", pd.read_sql(f'select * from "{name}"', con)) for name in names)


def texts_of(workspace: Path) -> Iterator[tuple[str, str]]:
    """Yield every text of a workspace's products by its place; tables as text too, and the words of PDFs."""
    for path in _products(workspace):
        place = path.relative_to(workspace).as_posix()
        if path.suffix == ".pdf":
            words = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
            yield place, words.stdout.decode("utf-8")
        elif path.suffix in TEXTS:
            yield place, path.read_text(encoding="utf-8", errors="replace")
    for place, table in tables_of(workspace):
        yield place, table.to_csv(index=False)


def places_with_risks(workspace: Path, risks: pd.Series) -> list[str]:
    """Return the places that hold one of these risks, as a share or in per cent, to `DIGITS` digits."""
    wanted = {key for risk in risks for key in (_key(risk), _key(100 * risk))}
    found = []
    for place, text in texts_of(workspace):
        numbers = re.findall(r"\d*\.\d{7,}(?:e-?\d+)?|\d\.\d+e-\d+", text)
        found += [place] if wanted & {_key(float(number)) for number in numbers} else []
    return found


def places_with_people(workspace: Path, agents: set[str]) -> list[str]:
    """Return the places that name one of these agents, besides what the site supplied itself."""
    pattern = re.compile(r"(?<![0-9A-Za-z])(" + "|".join(sorted(map(re.escape, agents))) + r")(?![0-9A-Za-z])")
    return [place for place, text in texts_of(workspace) if not _is_fact(place) and pattern.search(text)]


def columns_that_order(table: pd.DataFrame, people: pd.DataFrame) -> list[str]:
    """Return the columns of a table of people whose values order those in one band by their risk.

    The order of the rows and the number of rows of each agent count as columns. `people` has ``agent_id``, ``band`` and
    ``risk``.
    """
    rows = table.assign(order_of_rows=np.arange(len(table), dtype=float), number_of_rows=1.0)
    numbers = rows.drop(columns=[name for name in rows if name in BORROWED]).select_dtypes(["number", "bool"])
    by_agent = numbers.astype(float).groupby(rows["agent_id"].astype(str))
    values = by_agent.mean().assign(number_of_rows=by_agent["number_of_rows"].sum())
    known = people.set_index("agent_id")[["band", "risk"]].add_prefix("__").join(values, how="inner")
    return [str(name) for name in values if any(_orders(band, str(name)) for _, band in known.groupby("__band"))]


def _orders(band: pd.DataFrame, column: str) -> bool:
    known = band[[column, "__risk"]].dropna()
    if len(known) < 5 or known[column].nunique() < 2 or known["__risk"].nunique() < 2:
        return False
    correlation = spearmanr(known[column], known["__risk"])
    return bool(correlation.pvalue < CHANCE)


def _products(workspace: Path) -> Iterator[Path]:
    folders = ("runs", "reports", "pilots", "mlartifacts")
    yield from sorted(path for folder in folders for path in (workspace / folder).rglob("*") if path.is_file())
    yield from sorted(path for path in workspace.glob("*") if path.suffix in (".db", ".log"))


def _is_fact(place: str) -> bool:
    return place.partition(".parquet")[0] in {f"runs/{name}" for name in FACTS}


def _key(number: float) -> str:
    return f"{number:.{DIGITS - 1}e}"
