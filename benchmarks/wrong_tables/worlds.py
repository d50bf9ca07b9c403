"""The clean workspaces: one synthetic centre as four kinds of site would export it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from attrition import pipeline
from wrong_tables.exports import Exports, days

HR = ("agents", "assignments", "exits", "pay", "audit_attributes")
FEATURES = {
    "pay_base": ("pay", "pay", "money", "base pay", "基本工资"),
    "workload_overtime": ("workload", "workload", "minutes", "overtime in the month", "当月加班分钟"),
    "schedule_absences": ("schedule", "schedule", "count", "unplanned absences in the month", "当月非计划缺勤"),
    "quality_mean_score": ("quality", "coaching", "score", "mean score in the month", "当月质检均分"),
}
"""Declared columns of the snapshots: family, lever, unit and name in both languages."""


def make_worlds(folder: Path, *, agents: int, months: int, seed: int) -> dict[str, Path]:
    """Draw a centre and write its workspaces: all tables, HR with a roster, HR alone, and monthly snapshots.

    Agents' numbers are digits with leading zeros in the first two, and letters with digits in the others.
    """
    whole = folder / "dense"
    pipeline.draw_centre(whole, agents=agents, months=months, seed=seed, progress=lambda _: None)
    worlds = {"dense": whole}
    for name, tables in (("roster", (*HR, "shifts")), ("hr", HR)):
        worlds[name] = _with_tables(whole, folder / name, tables)
    worlds["snapshots"] = _with_tables(whole, folder / "snapshots", ("exits",))
    for name in ("hr", "snapshots"):
        for path in (worlds[name] / "exports").iterdir():
            _add_letter(worlds[name], path.stem)
    _add_snapshots(whole, worlds["snapshots"], months)
    return worlds


def _add_snapshots(whole: Path, workspace: Path, months: int) -> None:
    """Add the monthly file, and keep the exits of those who are in it."""
    rows = _snapshots(Exports(whole, np.random.default_rng(0)), months)
    rows = rows.assign(agent_id="E" + rows["agent_id"])
    rows.to_csv(workspace / "exports" / "snapshots.csv", index=False, float_format="%.10g")
    exports, known = Exports(workspace, np.random.default_rng(0)), set(rows["agent_id"])
    exports.change("exits", lambda exits: exits[exits["agent_id"].isin(known)])
    with (workspace / "pipelines" / "sources.toml").open("a", encoding="utf-8") as stream:
        stream.write(_snapshots_toml())


def _with_tables(whole: Path, workspace: Path, tables: tuple[str, ...]) -> Path:
    """Copy a workspace with some of its tables."""
    shutil.copytree(whole, workspace, ignore=shutil.ignore_patterns("exports", "runs"))
    (workspace / "exports").mkdir()
    for table in tables:
        path = next((whole / "exports").glob(f"{table}.*"))
        shutil.copy(path, workspace / "exports")
    sources = workspace / "pipelines" / "sources.toml"
    head, *sections = sources.read_text(encoding="utf-8").split("\n[tables.")
    kept = [section for section in sections if section.split("]")[0] in tables]
    sources.write_text("\n[tables.".join([head, *kept]), encoding="utf-8")
    return workspace


def _add_letter(workspace: Path, table: str) -> None:
    def with_letter(rows: pd.DataFrame) -> pd.DataFrame:
        names = [name for name in ("agent_id", "supervisor_id", "referrer_id") if name in rows]
        return rows.assign(**{name: ("E" + rows[name]).where(rows[name] != "", "") for name in names})

    Exports(workspace, np.random.default_rng(0)).change(table, with_letter)


def _snapshots(exports: Exports, months: int) -> pd.DataFrame:
    """Return one row for each agent employed at each month-end, as a monthly HR file would have it."""
    last = pd.Timestamp(exports.read("shifts")["shift_date"].max()) + pd.offsets.MonthEnd(0)
    ends = pd.DataFrame({"as_of": pd.date_range(end=last, periods=months, freq="ME", unit="us")})
    agents = exports.read("agents").assign(hire_date=lambda t: days(t["hire_date"]))
    rows = agents[["agent_id", "hire_date", "site"]].merge(ends, how="cross").query("hire_date <= as_of")
    rows = rows.sort_values("hire_date").drop_duplicates(["agent_id", "as_of"], keep="last")
    exits = exports.standing_exits().assign(exit_date=lambda t: days(t["exit_date"]))
    gone = rows.merge(exits[["agent_id", "exit_date"]], on="agent_id")
    gone = gone[(gone["exit_date"] >= gone["hire_date"]) & (gone["exit_date"] <= gone["as_of"])]
    rows = rows.merge(gone[["agent_id", "as_of"]].drop_duplicates(), how="left", indicator="is_gone")
    rows = rows[rows.pop("is_gone") == "left_only"].sort_values("as_of")
    for table, columns in (("assignments", ["team_id", "job_role"]), ("pay", ["base_pay"])):
        rows = _as_of(rows, exports.read(table), columns)
    rows = rows.rename(columns={"base_pay": "pay_base"})
    for name, values in _monthly_values(exports).items():
        rows = rows.merge(values.rename(name), on=["agent_id", "as_of"], how="left")
    return rows.assign(**{name: rows[name].dt.date for name in ("as_of", "hire_date")})


def _as_of(rows: pd.DataFrame, history: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Add the columns of an effective-dated table as they were at each month-end."""
    history = history.sort_values("recorded_at").drop_duplicates(["agent_id", "effective_date"], keep="last")
    history = history.assign(effective=days(history["effective_date"])).sort_values("effective")
    history = history[["agent_id", "effective", *columns]]
    return pd.merge_asof(rows, history, left_on="as_of", right_on="effective", by="agent_id").drop(columns="effective")


def _monthly_values(exports: Exports) -> dict[str, pd.Series]:
    shifts, scores = exports.read("shifts"), exports.read("qa_evaluations")
    shifts = shifts.assign(as_of=days(shifts["shift_date"]) + pd.offsets.MonthEnd(0))
    scores = scores.assign(as_of=days(scores["evaluated_on"]) + pd.offsets.MonthEnd(0))
    by = ["agent_id", "as_of"]
    return {
        "workload_overtime": shifts.groupby(by)["overtime_minutes"].sum(),
        "schedule_absences": shifts["absence"].eq("unplanned").groupby([shifts[name] for name in by]).sum(),
        "quality_mean_score": scores.groupby(by)["score"].mean().round(1),
    }


def _snapshots_toml() -> str:
    lines = ['\n[tables.snapshots]\npath = "exports/snapshots.csv"\nrecording_delay_days = 0\n']
    lines.append("\n[tables.snapshots.features]\n")
    for name, (family, lever, unit, en, zh) in FEATURES.items():
        declared = {"family": family, "lever": lever, "unit": unit, "en": en, "zh": zh}
        keys = ", ".join(f'{key} = "{text}"' for key, text in declared.items())
        lines.append(f"{name} = {{ {keys} }}\n")
    return "".join(lines)
