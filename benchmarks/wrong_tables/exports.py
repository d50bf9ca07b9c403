"""The exports of a workspace, read and written as text or typed rows, so that a corruption changes what it means to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Exports:
    """The exports of one workspace, and the generator that chooses columns, sites and days.

    Rows of a CSV are text, as they stand in the file; rows of a Parquet file keep their types.
    """

    workspace: Path
    rng: np.random.Generator

    def path(self, table: str) -> Path:
        """Return the file of a table."""
        return next((self.workspace / "exports").glob(f"{table}.*"))

    def read(self, table: str) -> pd.DataFrame:
        """Return the rows of a table."""
        path = self.path(table)
        return pd.read_parquet(path) if path.suffix == ".parquet" else read_text(path)

    def standing_exits(self) -> pd.DataFrame:
        """Return the exits in their last version, without those that were withdrawn."""
        rows = self.read("exits").sort_values("recorded_at", kind="stable")
        rows = rows.drop_duplicates(["agent_id", "exit_date"], keep="last").sort_index()
        return rows[rows["is_retracted"] != "true"]

    def write(self, table: str, rows: pd.DataFrame) -> None:
        """Replace the rows of a table."""
        path = self.path(table)
        if path.suffix == ".parquet":
            rows.to_parquet(path, index=False)
        else:
            rows.to_csv(path, index=False)

    def change(self, table: str, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Replace the rows of a table by what `edit` makes of them."""
        self.write(table, edit(self.read(table)))

    def declare(self, table: str, line: str) -> None:
        """Add a line to a table's section of `pipelines/sources.toml`."""
        path = self.workspace / "pipelines" / "sources.toml"
        text, head = path.read_text(encoding="utf-8"), f"[tables.{table}]\n"
        path.write_text(text.replace(head, f"{head}{line}\n"), encoding="utf-8")

    def undeclare(self, table: str, key: str) -> None:
        """Take a key out of a table's section of `pipelines/sources.toml`."""
        path = self.workspace / "pipelines" / "sources.toml"
        text = path.read_text(encoding="utf-8")
        section = re.compile(rf"(\[tables\.{table}\]\n(?:(?!\[).*\n)*?){key} = .*\n")
        path.write_text(section.sub(r"\1", text), encoding="utf-8")

    def some(self, rows: pd.DataFrame, share: float) -> np.ndarray:
        """Return a random choice of rows as a mask: this share of them, at least one."""
        mask = np.zeros(len(rows), dtype=bool)
        mask[self.rng.choice(len(rows), size=max(1, round(share * len(rows))), replace=False)] = True
        return mask

    def agents_of_one_site(self) -> set[str]:
        """Return the agents of one site, chosen at random among those with a fifth of the agents or more."""
        roster = self.read("agents" if any((self.workspace / "exports").glob("agents.*")) else "snapshots")
        share = roster["site"].value_counts(normalize=True).sort_index()
        site = self.rng.choice(share.index[share >= 0.2].to_numpy())
        return set(roster.loc[roster["site"] == site, "agent_id"])

    def month(self, table: str, day: str, *, between: tuple[float, float]) -> pd.Timestamp:
        """Return the first day of a month, at random between two shares of a table's span of days."""
        days = pd.to_datetime(self.read(table)[day])
        start, span = days.quantile(0.01), days.quantile(0.99) - days.quantile(0.01)
        return (start + self.rng.uniform(*between) * span).to_period("M").to_timestamp()


def read_text(path: Path) -> pd.DataFrame:
    """Return the cells of a CSV as text, "" where there is nothing."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def days(column: pd.Series) -> pd.Series:
    """Return a column of dates as timestamps, null where there is none."""
    return pd.to_datetime(column.replace("", None)).astype("datetime64[us]")


def as_text(column: pd.Series) -> pd.Series:
    """Return timestamps as the text of their days, "" where there is none."""
    return column.dt.strftime("%Y-%m-%d").fillna("")
