"""A whole centre on disk: live its months, and put every month where it belongs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np

from attrition.data.synthetic import exports, records, small_tables, ties, truth, world
from attrition.data.synthetic.exports import write_csv
from attrition.data.synthetic.market import Market, market
from attrition.data.synthetic.people import Now
from attrition.data.synthetic.plan import Month, Plan, plan
from attrition.data.synthetic.simulate import Lived, lived
from attrition.data.synthetic.world import Frame

BIG = ("shifts", "contacts", "qa_evaluations", "interactions")


def write_centre(
    folder: Path,
    *,
    agents: int = 1200,
    months: int = 48,
    seed: int = 1,
    last_month: str = "2026-10",
    retention_share: float = world.KEPT_SHARE,
) -> None:
    """Write a synthetic centre as the contract's raw tables, and its truth under ``truth/``.

    Parameters
    ----------
    folder : Path
        Made when it is not there; files of the same names are replaced.
    agents : int
        Seats; who leaves is replaced within a month or two. At least 10.
    months : int
        Months that the exports cover; hires reach back eight years before.
    seed : int
        The same seed gives the same bytes.
    last_month : str
        The last month, "2026-10". The exports are taken at the end of its last day.
    retention_share : float
        Share of the seats that are helped each month because somebody seems at risk: the more, the more a raise or a
        talk goes along with the risk it was given for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layout = plan(agents, months, seed=seed, last_month=last_month, retention_share=retention_share)
    around = market(layout)
    notes: dict[str, list[Frame]] = {}
    held: Frame = {}
    persons: Frame = {}
    with ExitStack() as open_files:
        big = {name: open_files.enter_context(exports.Growing(folder / f"{name}.parquet")) for name in BIG}
        for month in lived(layout, around):
            moved, held = records.assignments(month, held)
            _note(notes, {"assignments": moved} | _history(month, layout))
            persons = month.persons
            if month.month.number >= layout.first_month:
                _note(notes, _written(month, layout) | {"truth": truth.month_end(month)})
                for name, table in _big_tables(month, layout).items():
                    big[name].add(table)
    _write_small(folder, _kept(notes, layout), persons=persons, layout=layout, around=around)


def _history(month: Lived, layout: Plan) -> dict[str, Frame]:
    """Take down what is exported even when it happened before the exported months."""
    rng = layout.rng(9, month.month.number)
    return {
        "spells": records.spells(month),
        "pay": records.pay(month),
        "career_events": records.career_events(month, rng),
        "exits": records.exits(month),
    }


def _written(month: Lived, layout: Plan) -> dict[str, Frame]:
    """Take down what is exported for the exported months only."""
    rng = layout.rng(10, month.month.number)
    return {
        "bonuses": records.bonuses(month),
        "leave_requests": records.leave_requests(month),
        "surveys": records.surveys(month, rng),
        "interventions": records.interventions(month, rng),
    }


def _big_tables(month: Lived, layout: Plan) -> dict[str, object]:
    """Make a month's rows of the big tables."""
    return exports.daily(month, layout) | {
        "qa_evaluations": exports.evaluations(month, layout),
        "interactions": ties.interactions(month, layout),
    }


def _note(notes: dict[str, list[Frame]], month: dict[str, Frame]) -> None:
    """Add a month's rows to the notes."""
    for name, rows in month.items():
        notes.setdefault(name, []).append(rows)


def _kept(notes: dict[str, list[Frame]], layout: Plan) -> dict[str, Frame]:
    """Join the months and keep the spells that reach into the exported months."""
    tables = {name: records.stacked(parts) for name, parts in notes.items()}
    left = tables["exits"]
    before = left["spell"][left["exit_day"] < Month(layout.first_month).first]
    kept = {}
    for name, rows in tables.items():
        there = ~np.isin(rows["spell"], before)
        kept[name] = {column: values[there] for column, values in rows.items()}
    return kept


def _write_small(folder: Path, tables: dict[str, Frame], *, persons: Frame, layout: Plan, around: Market) -> None:
    """Write the small tables and the truth."""
    rng = layout.rng(11)
    spells = tables["spells"]
    made = {
        "agents": small_tables.agents(spells, persons, rng),
        "audit_attributes": small_tables.audit_attributes(spells, persons, layout),
        "assignments": small_tables.assignments(tables["assignments"], layout, rng),
        "pay": small_tables.pay(tables["pay"], layout, rng),
        "bonuses": small_tables.bonuses(tables["bonuses"], layout, rng),
        "exits": small_tables.exits(tables["exits"], spells, layout, rng),
        "career_events": small_tables.career_events(tables["career_events"]),
        "leave_requests": small_tables.leave_requests(tables["leave_requests"], layout),
        "surveys": small_tables.surveys(tables["surveys"]),
        "interventions": small_tables.interventions(tables["interventions"]),
        "market_pay": small_tables.market_pay(_benchmarks(layout, around)),
        "market_conditions": small_tables.market_conditions(around, layout),
    }
    for name, table in made.items():
        write_csv(table, folder, name)
    truth.write(tables["truth"], tables["exits"], folder / "truth")


def _benchmarks(layout: Plan, around: Market) -> Frame:
    """Collect all pay benchmarks since the story began."""
    rng = layout.rng(12)
    months = range(layout.begins, layout.last_month + 1)
    parts = [records.benchmarks(around, Now(plan=layout, market=around, month=Month(m), rng=rng)) for m in months]
    return records.stacked(parts)
