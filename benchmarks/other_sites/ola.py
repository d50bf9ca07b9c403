"""The public monthly file of drivers, whose dates a spreadsheet had mangled, and a twin with ISO dates in our names."""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from other_sites.twin import with_staff_numbers

_README = Path(__file__).parents[2] / "README.md"
_DAYS = {"snapshots": ["as_of", "hire_date"], "exits": ["exit_date"]}


def write(raw: Path, folder: Path) -> tuple[Path, Path]:
    """Write the workspace of the file as the README declares it, and its clean twin."""
    (declaration,) = re.findall(r"```toml\n(.*?)```", _README.read_text(encoding="utf-8"), flags=re.DOTALL)[:1]
    messy, twin = folder / "messy", folder / "twin"
    for workspace in (messy, twin):
        with_staff_numbers(workspace)
        (workspace / "exports").mkdir(exist_ok=True)
    (messy / "pipelines" / "sources.toml").write_text(declaration, encoding="utf-8")
    shutil.copy(raw, messy / "ola_driver_scaler.csv")
    rows = pd.read_csv(raw, dtype=str)
    for table, days in _DAYS.items():
        block = re.search(rf"\[tables\.{table}\.columns\][^\n]*\n((?:\"[^\n]*\n)+)", declaration)
        names = dict(re.findall(r'"([^"]+)" = "([^"]+)"', block[1])) if block else {}
        clean = rows[list(names)].rename(columns=names)
        for name in days:
            clean[name] = clean[name].map(_day, na_action="ignore")
        if table == "exits":
            clean = clean.dropna(subset=["exit_date"]).assign(exit_type="voluntary")
        clean.to_csv(twin / "exports" / f"{table}.csv", index=False)
        if block:
            declaration = declaration.replace(block[0], "")
    (twin / "pipelines" / "sources.toml").write_text(_of_twin(declaration), encoding="utf-8")
    return messy, twin


def _day(text: str) -> date:
    """Return the day of a text: month first where there is such a month, else day first."""
    first, second, year = map(int, text.split("-"))
    return datetime(year, first, second).date() if first <= 12 else datetime(year, second, first).date()


def _of_twin(declaration: str) -> str:
    """Return the declaration without layouts of dates and constants, for tables in files of their own."""
    text = re.sub(r"(dates|only_with) = [^\n]*\n", "", declaration)
    text = re.sub(r"\[tables\.exits\.constants\]\n[^\n]*\n", "", text)
    for table in _DAYS:
        text = re.sub(rf'(\[tables\.{table}\][^\n]*\n)path = "[^"]*"', rf'\1path = "exports/{table}.csv"', text)
    return text
