"""A small centre whose exports grow by a month at a time, with the corrections that real ones bring along."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from attrition import workspace as workspaces
from attrition.data.progress import silent
from attrition.data.synthetic import sources_toml, write_centre
from attrition.steps.panel import build_panel

Tables = dict[str, pd.DataFrame]
HAPPENED = {
    "bonuses": "pay_date",
    "shifts": "shift_date",
    "contacts": "contact_date",
    "career_events": "event_date",
    "interactions": "interaction_date",
    "leave_requests": "requested_on",
    "surveys": "survey_date",
    "market_conditions": "effective_date",
    "market_pay": "effective_date",
    "agents": "hire_date",
    "interventions": "start_date",
    "service_levels": "starts_at",
    "performance": "period_end",
}
PRODUCTS = ("panel", "outcomes", "spells", "indicators", "interventions", "evaluations")
BEGINS = '[site]\ndata_begins = "{begins}"\n'


def month_ends(tables: Tables, table: str, column: str) -> pd.DatetimeIndex:
    """Return the month-ends of a table's dates."""
    days = pd.to_datetime(tables[table][column])
    return pd.date_range(days.min(), days.max() + pd.offsets.MonthEnd(0), freq="ME")


def panel_both_ways(workspace: Path) -> tuple[list[str], dict[str, bytes], dict[str, bytes]]:
    """Build the panel beside the one that is there, and from scratch; return the steps shown, and both products."""
    steps: list[str] = []
    build_panel(workspace, progress=steps.append)
    scratch = workspace.with_name("scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(workspace, scratch, ignore=shutil.ignore_patterns("runs"))
    build_panel(scratch, progress=silent)
    return [step for step in steps if "features" in step], _products(workspace), _products(scratch)


def _products(workspace: Path) -> dict[str, bytes]:
    return {name: (workspace / "runs" / f"{name}.parquet").read_bytes() for name in PRODUCTS}


def many_tables(folder: Path, *, agents: int, months: int) -> Tables:
    """Start a workspace with the synthetic centre's declaration, and return its tables as they will be at the end."""
    workspaces.write_starter(folder)
    write_centre(folder / "exports", agents=agents, months=months, seed=4)
    tables = {path.stem: _read(path) for path in sorted((folder / "exports").iterdir()) if path.is_file()}
    begins = month_ends(tables, "shifts", "shift_date")[0]
    toml = sources_toml("exports").replace("[site]\n", BEGINS.format(begins=f"{begins:%Y-%m}"))
    (folder / "pipelines" / "sources.toml").write_text(toml, encoding="utf-8")
    return tables


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_parquet(path)


def write_exports(folder: Path, tables: Tables, day: pd.Timestamp) -> None:
    """Write the tables as the source systems would export them at the end of a day."""
    for name, table in tables.items():
        rows = _until(name, table, day)
        path = next(iter((folder / "exports").glob(f"{name}.*")))
        rows.to_csv(path, index=False) if path.suffix == ".csv" else rows.to_parquet(path, index=False)


def _until(name: str, table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the rows that were on file by the end of a day; what was decided later is still open."""
    column = "recorded_at" if "recorded_at" in table else HAPPENED.get(name)
    rows = table if column is None else table[pd.to_datetime(table[column]) < day + pd.Timedelta(days=1)]
    if name == "leave_requests":
        is_open = pd.to_datetime(rows["decided_on"]) > day
        return rows.assign(status=rows["status"].mask(is_open, "pending"), decided_on=rows["decided_on"].mask(is_open))
    if name == "audit_attributes":
        return rows.head(20 + day.month)
    return rows


def corrected(tables: Tables, ends: pd.DatetimeIndex, number: int) -> Tables:
    """Return the tables with the corrections that are on file in the month of this number; `ends` are all months'."""
    tables = dict(tables)
    shifts, contacts, months = tables["shifts"], tables["contacts"], ends.to_period("M")
    in_month = pd.to_datetime(shifts["shift_date"]).dt.to_period("M")
    if number < 4:  # late rows of the third month
        shifts = shifts.drop(index=shifts.index[in_month == months[2]][:3])
    if number < 9:  # a new column
        shifts = shifts.drop(columns="clock_missing")
    if number >= 5:  # a number of the second month that was wrong
        wrong = contacts.index[pd.to_datetime(contacts["contact_date"]).dt.to_period("M") == months[1]][:1]
        contacts = contacts.assign(handled=contacts["handled"] + contacts.index.isin(wrong))
    if number >= 6:  # a row of the fourth month that was deleted
        interactions = tables["interactions"]
        gone = interactions.index[pd.to_datetime(interactions["interaction_date"]).dt.to_period("M") == months[3]][:1]
        tables["interactions"] = interactions.drop(index=gone)
    if number >= 8:  # an exit that was never one
        tables["exits"] = tables["exits"].drop(index=tables["exits"].index[2])
    if number >= 10:  # a team with another name
        teams = tables["assignments"]["team_id"]
        tables["assignments"] = tables["assignments"].assign(team_id=teams.replace({teams.mode()[0]: "Nightingale"}))
    return tables | {"shifts": shifts, "contacts": contacts}


def with_versions(tables: Tables, ends: pd.DatetimeIndex) -> Tables:
    """Return the tables with later versions of rows: pay that was corrected, an exit withdrawn, and somebody new."""
    pay, exits, agents = tables["pay"], tables["exits"], tables["agents"]
    raised = pay.iloc[[0, 5]].assign(base_pay="9000", recorded_at=f"{ends[7].date()} 09:00:00")
    withdrawn = exits.iloc[[1]].assign(is_retracted="true", recorded_at=f"{ends[8].date()} 09:00:00")
    hired = f"{ends[5].replace(day=3).date()}"
    new = agents.iloc[[0]].assign(agent_id="0099999", hire_date=hired, referrer_id=None)
    posts, paid = (
        tables[name].iloc[[0]].assign(agent_id="0099999", effective_date=hired, recorded_at=f"{hired} 08:00:00")
        for name in ("assignments", "pay")
    )
    return tables | {
        "pay": pd.concat([pay, raised, paid]),
        "exits": pd.concat([exits, withdrawn]),
        "agents": pd.concat([agents, new]),
        "assignments": pd.concat([tables["assignments"], posts]),
    }


SNAPSHOTS = """
[site]
name = "Monthly lists"
time_zone = "Asia/Shanghai"
currency = "CNY"
language = "en"
data_begins = "{begins}"

[tables.snapshots]
path = "exports/snapshots.csv"

[tables.snapshots.features.pay_income]
family = "pay"
lever = "pay"
unit = "money"
peers = true
en = "monthly pay"
zh = "月收入"

[tables.exits]
path = "exports/exits.csv"
"""


def monthly_lists(folder: Path, *, agents: int, months: int) -> Tables:
    """Start a workspace with monthly lists alone, without hire dates, and return its tables as they will be."""
    workspaces.write_starter(folder)
    ends = pd.date_range("2024-01-31", periods=months, freq="ME")
    (folder / "pipelines" / "sources.toml").write_text(SNAPSHOTS.format(begins="2024-01"), encoding="utf-8")
    (folder / "exports").mkdir()
    draw = np.random.default_rng(1)
    rows, exits = [], []
    for number in range(agents):
        first = max(0, int(draw.integers(-agents, months)))
        last = int(draw.integers(first + 2, 2 * months + 4))
        agent = f"A{number:03}"
        for month in range(first, min(last, months)):
            end = ends[month]
            rows.append(
                (agent, end.date(), "one" if number % 3 else "two", f"T{number % 4}", 4000 + draw.integers(900), end)
            )
        if last < months:
            day = ends[last].replace(day=10)
            exits.append((agent, day.date(), "voluntary", day))
    columns = ["agent_id", "as_of", "site", "team_id", "pay_income", "recorded_at"]
    for name in ("snapshots", "exits"):
        (folder / "exports" / f"{name}.csv").touch()
    return {
        "snapshots": pd.DataFrame(rows, columns=columns),
        "exits": pd.DataFrame(exits, columns=["agent_id", "exit_date", "exit_type", "recorded_at"]),
    }


def corrected_lists(tables: Tables, ends: pd.DatetimeIndex, number: int) -> Tables:
    """Return the monthly lists with the corrections that are on file in the month of this number."""
    lists, exits = tables["snapshots"], tables["exits"]
    day = pd.to_datetime(lists["as_of"])
    first = lists["as_of"].groupby(lists["agent_id"]).transform("min") == lists["as_of"]
    is_late = first & day.isin(ends[1:5])  # recorded four months late: these people were there earlier than it seemed
    lists = lists.assign(recorded_at=lists["recorded_at"].mask(is_late, ends[6]))
    if number >= 3:
        lists = lists.assign(pay_income=lists["pay_income"] + 50 * ((day == ends[1]) & (lists["agent_id"] == "A001")))
    if number >= 4:
        lists = lists.drop(index=lists.index[(day == ends[2]) & ~first][:1])
    if number == 5:  # withdrawn, and entered again a month later
        exits = exits.drop(
            index=exits.index[exits["recorded_at"] == exits["recorded_at"][exits["recorded_at"] <= ends[4]].max()]
        )
    if number >= 7:
        lists = lists.assign(job_role="agent")
    if number >= 8:
        lists = lists.assign(team_id=lists["team_id"].replace({"T1": "Nightingale"}))
    if number >= 9:  # somebody with another number
        lists, exits = (table.assign(agent_id=table["agent_id"].replace("A005", "B005")) for table in (lists, exits))
    return {"snapshots": lists, "exits": exits}
