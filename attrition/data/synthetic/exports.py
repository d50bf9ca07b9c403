"""The exports: the contract's raw tables as files, the big ones month by month so that memory stays flat."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from attrition.data.synthetic import columns, days, world
from attrition.data.synthetic.paperwork import known, recorded
from attrition.data.synthetic.plan import Month, Plan
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.teams import FIRST_EVALUATOR
from attrition.data.synthetic.world import NEVER, Frame

ROWS_AT_ONCE = 400_000


class Growing(AbstractContextManager["Growing"]):
    """A Parquet file that grows by tables and is flushed in large row groups."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._writer: pyarrow.parquet.ParquetWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting).combine_chunks()
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)
        self._waiting, self._rows = [], 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        if self._writer is not None:
            self._writer.close()


def write_csv(table: pa.Table, folder: Path, name: str) -> None:
    """Write a small table as CSV in UTF-8."""
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(table, folder / f"{name}.csv", options)


def write_parquet(table: pa.Table, folder: Path, name: str) -> None:
    """Write a table as Parquet."""
    pyarrow.parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")


def daily(month: Lived, plan: Plan) -> dict[str, pa.Table]:
    """Write a month's shifts and contacts."""
    rng = plan.rng(6, month.month.number)
    rows = days.roster(month.seats, month.month, rng)
    minutes = days.shifts(rows, month.seats, rng)
    log = days.contacts(rows, minutes, month.seats, rng)
    agent = columns.agent(month.seats["person"])
    counts = ("handled", "talk_seconds", "hold_seconds", "wrap_seconds", "idle_seconds", "transfers", "repeats")
    tail = ("abusive", "complaints", "csat_sum", "csat_count")
    return {
        "shifts": _shifts(rows, minutes, agent.take(pa.array(rows["seat"]))),
        "contacts": pa.table(
            {
                "agent_id": agent.take(pa.array(log["seat"])),
                "contact_date": columns.date(log["day"]),
                "queue": columns.name(world.QUEUES, log["queue"]),
            }
            | {name: columns.small(log[name]) for name in (*counts, *tail)}
        ),
    }


def _shifts(rows: Frame, minutes: Frame, agent: pa.Array) -> pa.Table:
    return pa.table(
        {
            "agent_id": agent,
            "shift_date": columns.date(rows["day"]),
            "scheduled_minutes": columns.small(minutes["scheduled_minutes"]),
            "worked_minutes": columns.small(minutes["worked_minutes"]),
            "overtime_minutes": columns.small(minutes["overtime_minutes"]),
            "overtime_mandatory": columns.flag(minutes["overtime_mandatory"]),
            "adherent_minutes": columns.small(minutes["adherent_minutes"]),
            "late_minutes": columns.small(minutes["late_minutes"]),
            "is_night": columns.flag(rows["is_night"]),
            "absence": columns.name(days.ABSENCES, rows["absence"]),
            "changed": columns.flag(rows["changed"]),
            "published_on": columns.date(minutes["published_day"]),
            "start_minute": columns.small(minutes["start_minute"]),
        }
    )


def evaluations(month: Lived, plan: Plan) -> pa.Table:
    """Write a month's evaluations: known when feedback was given; an appeal makes a second version."""
    rng = plan.rng(7, month.month.number)
    rows = dict(month.evaluations)
    told = rows["feedback"] < NEVER
    rows["number"] = month.month.number * 1_000_000 + np.arange(len(rows["seat"]))
    rows["recorded_at"] = recorded(rng, np.where(told, rows["feedback"], rows["day"]), usual=(0, 2), late=(0.03, 30))
    again = rows["appealed"]
    open_case = rows | {"appealed": np.zeros(len(again), dtype=bool), "resolved": np.full(len(again), NEVER)}
    open_case["upheld"] = open_case["appealed"]
    settled = {name: column[again] for name, column in rows.items()}
    settled["recorded_at"] = np.maximum(
        recorded(rng, settled["resolved"], usual=(0, 2), late=(0.03, 30)), settled["recorded_at"] + 3600
    )
    settled["score"] = np.minimum(100, settled["score"] + 8 * settled["upheld"])
    both = {name: np.concatenate([open_case[name], settled[name]]) for name in rows}
    rows = known(both, Month(plan.last_month).last, "number")
    return _evaluation_table(rows, month.seats["person"][rows["seat"]])


def _evaluation_table(rows: Frame, person: np.ndarray) -> pa.Table:
    return pa.table(
        {
            "evaluation_id": pa.array([f"Q{number:010d}" for number in rows["number"].tolist()], pa.string()),
            "agent_id": columns.agent(person),
            "evaluated_on": columns.date(rows["day"]),
            "score": columns.number(rows["score"], 1),
            "evaluator_id": columns.staff(FIRST_EVALUATOR + rows["evaluator"]),
            "critical_errors": columns.small(rows["critical"]),
            "noncritical_errors": columns.small(rows["noncritical"]),
            "appealed": columns.flag(rows["appealed"]),
            "appeal_upheld": pa.array(rows["upheld"], mask=~rows["appealed"]),
            "appeal_resolved_on": columns.date(rows["resolved"]),
            "feedback_on": columns.date(rows["feedback"]),
            "recorded_at": columns.moment(rows["recorded_at"]),
        }
    )
