"""Build the big tables month by month, and write tables as files."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from attrition.data.synthetic import attendance, columns, daily_rows, parameters
from attrition.data.synthetic import evaluations as evaluation_rows
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.recording import recorded_by, recording_times
from attrition.data.synthetic.service_levels import service_levels
from attrition.data.synthetic.simulate import SimulatedMonth
from attrition.data.synthetic.teams import FIRST_EVALUATOR

ROW_GROUP_ROWS = 400_000  # minimum number of rows that are written at once


class ParquetAppender(AbstractContextManager["ParquetAppender"]):
    """A Parquet file to which tables are appended; rows are collected and written in large row groups."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._buffered_tables: list[pa.Table] = []
        self._buffered_rows = 0
        self._writer: pyarrow.parquet.ParquetWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        self._buffered_tables.append(table)
        self._buffered_rows += table.num_rows
        if self._buffered_rows >= ROW_GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._buffered_tables:
            return
        table = pa.concat_tables(self._buffered_tables).combine_chunks()
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)
        self._buffered_tables, self._buffered_rows = [], 0

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


def daily_tables(simulated_month: SimulatedMonth, layout: Layout) -> dict[str, pa.Table]:
    """Return a month's rows of the tables ``shifts``, ``contacts`` and ``service_levels``."""
    rng = layout.rng(6, simulated_month.month.number)
    rows = daily_rows.roster(simulated_month.seats, simulated_month.month, rng)
    minutes = daily_rows.shifts(rows, simulated_month.seats, rng)
    contacts = daily_rows.contacts(rows, minutes, simulated_month.seats, rng)
    days_rng = layout.rng(attendance.DAYS_STREAM, simulated_month.month.number)
    clocks = attendance.daily_attendance(rows, simulated_month.seats, days_rng)
    agent_ids = columns.agent_ids(simulated_month.seats["person"])
    volumes = ("handled", "talk_seconds", "hold_seconds", "wrap_seconds", "idle_seconds", "transfers", "repeats")
    outcomes = ("abusive", "complaints", "csat_sum", "csat_count")
    levels = service_levels(rows, contacts, simulated_month.seats, layout=layout, month=simulated_month.month)
    return {
        "service_levels": levels,
        "shifts": _shifts(rows, minutes | clocks, agent_ids.take(pa.array(rows["seat"]))),
        "contacts": pa.table(
            {
                "agent_id": agent_ids.take(pa.array(contacts["seat"])),
                "contact_date": columns.dates(contacts["day"]),
                "queue": columns.labels(parameters.QUEUES, contacts["queue"]),
            }
            | {name: columns.small_integers(contacts[name]) for name in (*volumes, *outcomes)}
        ),
    }


def _shifts(rows: Frame, minutes: Frame, agent_ids: pa.Array) -> pa.Table:
    return pa.table(
        {
            "agent_id": agent_ids,
            "shift_date": columns.dates(rows["day"]),
            "scheduled_minutes": columns.small_integers(minutes["scheduled_minutes"]),
            "worked_minutes": columns.small_integers(minutes["worked_minutes"]),
            "overtime_minutes": columns.small_integers(minutes["overtime_minutes"]),
            "overtime_mandatory": columns.booleans(minutes["overtime_mandatory"]),
            "adherent_minutes": columns.small_integers(minutes["adherent_minutes"]),
            "late_minutes": columns.small_integers(minutes["late_minutes"]),
            "is_night": columns.booleans(rows["is_night"]),
            "absence": columns.labels(daily_rows.ABSENCES, rows["absence"]),
            "changed": columns.booleans(rows["changed"]),
            "published_on": columns.dates(minutes["published_day"]),
            "start_minute": columns.small_integers(minutes["start_minute"]),
            "work_place": columns.labels(attendance.PLACES, minutes["work_place"]),
            "clock_missing": pa.array(minutes["clock_missing"], mask=~minutes["is_worked"]),
            "clock_corrected": pa.array(minutes["clock_corrected"], mask=~minutes["is_worked"]),
        }
    )


def evaluations(simulated_month: SimulatedMonth, layout: Layout) -> pa.Table:
    """Return a month's rows of ``qa_evaluations`` that are recorded by the end of the exports.

    An evaluation is recorded after its feedback or, without any, after its day. An appeal adds a second version, which
    is recorded after it is decided.
    """
    rng = layout.rng(7, simulated_month.month.number)
    rows = dict(simulated_month.evaluations)
    has_feedback = rows["feedback"] < NEVER
    first = simulated_month.month.number * 1_000_000
    rows["number"] = first + np.arange(len(rows["seat"]))
    rows["contact"] = first + evaluation_rows.contacts_of(rows, layout.rng(14, simulated_month.month.number))
    rows["recorded_at"] = recording_times(
        rng, np.where(has_feedback, rows["feedback"], rows["day"]), usual_days=(0, 2), late_share_and_days=(0.03, 30)
    )
    appealed = rows["appealed"]
    first_versions = rows | {"appealed": np.zeros(len(appealed), dtype=bool), "resolved": np.full(len(appealed), NEVER)}
    first_versions["upheld"] = first_versions["appealed"]
    appeal_versions = {name: column[appealed] for name, column in rows.items()}
    appeal_versions["recorded_at"] = np.maximum(
        recording_times(rng, appeal_versions["resolved"], usual_days=(0, 2), late_share_and_days=(0.03, 30)),
        appeal_versions["recorded_at"] + 3600,
    )
    appeal_versions["score"] = np.minimum(100, appeal_versions["score"] + 8 * appeal_versions["upheld"])
    versions = {name: np.concatenate([first_versions[name], appeal_versions[name]]) for name in rows}
    rows = recorded_by(versions, Month(layout.last_month).last_day, "number")
    return _evaluation_table(rows, simulated_month.seats["person"][rows["seat"]])


def _evaluation_table(rows: Frame, person: np.ndarray) -> pa.Table:
    return pa.table(
        {
            "evaluation_id": pa.array([f"Q{number:010d}" for number in rows["number"].tolist()], pa.string()),
            "agent_id": columns.agent_ids(person),
            "evaluated_on": columns.dates(rows["day"]),
            "score": columns.numbers(rows["score"], 1),
            "evaluator_id": columns.staff_ids(FIRST_EVALUATOR + rows["evaluator"]),
            "critical_errors": columns.small_integers(rows["critical"]),
            "noncritical_errors": columns.small_integers(rows["noncritical"]),
            "appealed": columns.booleans(rows["appealed"]),
            "appeal_upheld": pa.array(rows["upheld"], mask=~rows["appealed"]),
            "appeal_resolved_on": columns.dates(rows["resolved"]),
            "feedback_on": columns.dates(rows["feedback"]),
            "contact_id": pa.array([f"C{number:010d}" for number in rows["contact"].tolist()], pa.string()),
            "recorded_at": columns.timestamps(rows["recorded_at"]),
        }
    )
