"""Turn a month's counts of talks, help, recognition and messages into rows of the interactions table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import Layout
from attrition.data.synthetic.simulate import SimulatedMonth
from attrition.data.synthetic.teams import FIRST_LEADER

KINDS = ("one_to_one", "coaching", "recognition", "meeting", "peer_help", "message")
COUNT_COLUMNS = ("one_to_one", "coaching", "recognition", "meetings", "peer_help", "messages")
MINUTES = (30.0, 25.0, np.nan, 20.0, 8.0, np.nan)
FIRST_PEER_KIND = 4  # this and later kinds are between colleagues
MESSAGE_ROWS = 4  # days a month with messages: each row is a day's count with one colleague


def interactions(simulated: SimulatedMonth, layout: Layout) -> pa.Table:
    """Return a month's rows of interactions; messages are a day's count with one colleague."""
    seats, rng = simulated.seats, layout.rng(8, simulated.month.number)
    rows = _events(seats, rng)
    leader = FIRST_LEADER + simulated.teams["leader"][seats["team"][rows["seat"]]]
    colleague = _colleague(seats, rows["seat"], rng)
    rows["other"] = np.where(rows["kind"] < FIRST_PEER_KIND, leader, columns.FIRST_AGENT + seats["person"][colleague])
    has_partner = (rows["kind"] < FIRST_PEER_KIND) | (colleague != rows["seat"])
    rows = {name: column[has_partner] for name, column in rows.items()}
    minutes = np.array(MINUTES)[rows["kind"]] * np.round(rng.uniform(0.6, 1.5, len(rows["kind"])), 1)
    return pa.table(
        {
            "interaction_date": columns.dates(rows["day"]),
            "agent_id": columns.agent_ids(seats["person"][rows["seat"]]),
            "other_id": columns.staff_ids(rows["other"]),
            "kind": columns.labels(KINDS, rows["kind"]),
            "minutes": columns.numbers(minutes, 0),
            "count": columns.small_integers(rows["count"]),
        }
    )


def _events(seats: Frame, rng: np.random.Generator) -> Frame:
    """Return one row per event, with a day each, from a month's counts."""
    present = seats["active"] & (seats["end"] >= seats["start"])
    parts = []
    for kind, column in enumerate(COUNT_COLUMNS):
        total = np.where(present, seats[column], 0).astype(int)
        rows = np.minimum(total, MESSAGE_ROWS) if column == "messages" else total
        seat = np.repeat(np.arange(len(total)), rows)
        turn = np.arange(len(seat)) - np.repeat(np.cumsum(rows) - rows, rows)
        share = total[seat] // rows[seat] + (turn < total[seat] % rows[seat])
        span = seats["end"][seat] - seats["start"][seat] + 1
        day = seats["start"][seat] + np.floor(rng.random(len(seat)) * span).astype(int)
        parts.append(np.stack([seat, np.full(len(seat), kind), share, day]))
    seat, kinds, count, day = np.concatenate(parts, axis=1)
    return {"seat": seat, "kind": kinds, "count": count, "day": day}


def _colleague(seats: Frame, seat: NDArray, rng: np.random.Generator) -> NDArray:
    """Draw another active seat of the same team for each row, or the seat itself when the team has no other."""
    present = np.flatnonzero(seats["active"] & (seats["end"] >= seats["start"]))
    order = present[np.argsort(seats["team"][present], kind="stable")]
    sizes = np.bincount(seats["team"][present], minlength=int(seats["team"].max()) + 1)
    first = np.cumsum(sizes) - sizes
    place = np.zeros(len(seats["team"]), dtype=np.int64)
    place[order] = np.arange(len(order)) - first[seats["team"][order]]
    team = seats["team"][seat]
    others = np.maximum(sizes[team] - 1, 1)
    step = 1 + np.floor(rng.random(len(seat)) * others).astype(int)
    return order[first[team] + (place[seat] + step) % sizes[team]]
