"""The people of one site of a synthetic centre and their rows from a day on, in the contract's names and units."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

Cut = Mapping[str, pd.DataFrame]
"""The rows of a site by table."""

DAYS = {
    "agents": "hire_date",
    "assignments": "effective_date",
    "exits": "exit_date",
    "pay": "effective_date",
    "shifts": "shift_date",
    "contacts": "contact_date",
    "qa_evaluations": "evaluated_on",
    "leave_requests": "requested_on",
    "bonuses": "pay_date",
}
"""The day of a row, by table."""
_VERSIONED = {"exits": ["agent_id", "exit_date"], "pay": ["agent_id", "effective_date"]}


def cut(exports: Path, *, site: str, start: str) -> Cut:
    """Return the last version of every row of the agents of a site who were there on `start` or later.

    Job history and pay are whole; of tables of single days the rows before `start` are left out, and of exits too. Of
    moves all versions are there, in the order in which they were recorded.
    """
    agents = _read(exports, "agents")
    agents = agents[agents["site"] == site]
    exits = _last_versions(_of(_read(exports, "exits"), agents), "exits")
    agents = agents[~agents["agent_id"].isin(_gone(exits, start))]
    tables = {"agents": agents, "exits": _since(_of(exits, agents), "exits", start)}
    for table in ("assignments", "pay"):
        tables[table] = _last_versions(_of(_read(exports, table), agents), table)
    for table in ("shifts", "contacts", "qa_evaluations", "leave_requests", "bonuses"):
        tables[table] = _since(_of(_read(exports, table), agents), table, start)
    tables["qa_evaluations"] = tables["qa_evaluations"].drop_duplicates("evaluation_id", keep="last")
    tables["bonuses"] = tables["bonuses"].drop_duplicates(["agent_id", "pay_date"], keep="last")
    return {
        name: rows.sort_values(["agent_id", DAYS[name]], kind="stable", ignore_index=True)
        for name, rows in tables.items()
    }


def _read(exports: Path, table: str) -> pd.DataFrame:
    path = next(exports.glob(f"{table}.*"))
    rows = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype={"agent_id": str})
    rows["agent_id"] = rows["agent_id"].astype(str)
    for column in rows.columns[rows.columns.str.endswith(("_date", "_on"))]:
        rows[column] = pd.to_datetime(rows[column])
    for column in ("supervisor_id", "evaluator_id"):
        if column in rows:
            rows[column] = rows[column].map(lambda number: None if pd.isna(number) else f"{int(number):07}")
    return rows


def _of(rows: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["agent_id"].isin(agents["agent_id"])]


def _since(rows: pd.DataFrame, table: str, start: str) -> pd.DataFrame:
    return rows[rows[DAYS[table]] >= start]


def _last_versions(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the rows that were not withdrawn, each in the version that was recorded last."""
    if "is_retracted" in rows:
        rows = rows[rows["is_retracted"].astype(str).str.lower() != "true"]
    if "recorded_at" in rows:
        rows = rows.sort_values("recorded_at")
    return rows.drop_duplicates(_VERSIONED[table], keep="last") if table in _VERSIONED else rows


def _gone(exits: pd.DataFrame, start: str) -> set[str]:
    """Return who left before `start` and did not leave again."""
    is_before = exits["exit_date"] < start
    return set(exits.loc[is_before, "agent_id"]) - set(exits.loc[~is_before, "agent_id"])
