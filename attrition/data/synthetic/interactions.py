"""Draw rows of the table ``interactions`` that add up to a month's counts of talks, help, recognition and messages."""

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
MEAN_MINUTES = (30.0, 25.0, np.nan, 20.0, 8.0, np.nan)
FIRST_PEER_KIND = 4  # position in KINDS from which on kinds are between colleagues, not with the leader
MESSAGE_ROWS = 4  # days a month with messages: each row is a day's count with one colleague


def interactions(simulated_month: SimulatedMonth, layout: Layout) -> pa.Table:
    """Return a month's rows; a row of messages counts those with one colleague on one day."""
    seats, rng = simulated_month.seats, layout.rng(8, simulated_month.month.number)
    rows = _events(seats, rng)
    leader = FIRST_LEADER + simulated_month.teams["leader"][seats["team"][rows["seat"]]]
    colleague = _colleague(seats, rows["seat"], rng)
    rows["partner"] = np.where(rows["kind"] < FIRST_PEER_KIND, leader, columns.FIRST_AGENT + seats["person"][colleague])
    has_partner = (rows["kind"] < FIRST_PEER_KIND) | (colleague != rows["seat"])
    rows = {name: column[has_partner] for name, column in rows.items()}
    minutes = np.array(MEAN_MINUTES)[rows["kind"]] * np.round(rng.uniform(0.6, 1.5, len(rows["kind"])), 1)
    return pa.table(
        {
            "interaction_date": columns.dates(rows["day"]),
            "agent_id": columns.agent_ids(seats["person"][rows["seat"]]),
            "other_id": columns.staff_ids(rows["partner"]),
            "kind": columns.labels(KINDS, rows["kind"]),
            "minutes": columns.numbers(minutes, 0),
            "count": columns.small_integers(rows["count"]),
        }
    )


def _events(seats: Frame, rng: np.random.Generator) -> Frame:
    """Return one row per event on a random day, and at most `MESSAGE_ROWS` rows of messages per seat."""
    present = seats["active"] & (seats["end"] >= seats["start"])
    parts = []
    for kind, column in enumerate(COUNT_COLUMNS):
        total = np.where(present, seats[column], 0).astype(int)
        rows = np.minimum(total, MESSAGE_ROWS) if column == "messages" else total
        seat = np.repeat(np.arange(len(total)), rows)
        row_in_seat = np.arange(len(seat)) - np.repeat(np.cumsum(rows) - rows, rows)
        row_count = total[seat] // rows[seat] + (row_in_seat < total[seat] % rows[seat])
        span = seats["end"][seat] - seats["start"][seat] + 1
        day = seats["start"][seat] + np.floor(rng.random(len(seat)) * span).astype(int)
        parts.append(np.stack([seat, np.full(len(seat), kind), row_count, day]))
    seat, kinds, count, day = np.concatenate(parts, axis=1)
    return {"seat": seat, "kind": kinds, "count": count, "day": day}


def _colleague(seats: Frame, seat: NDArray, rng: np.random.Generator) -> NDArray:
    """Return a random other active seat of the same team for each row, or the seat itself if its team has no other."""
    present = np.flatnonzero(seats["active"] & (seats["end"] >= seats["start"]))
    order = present[np.argsort(seats["team"][present], kind="stable")]
    sizes = np.bincount(seats["team"][present], minlength=int(seats["team"].max()) + 1)
    first = np.cumsum(sizes) - sizes
    position = np.zeros(len(seats["team"]), dtype=np.int64)
    position[order] = np.arange(len(order)) - first[seats["team"][order]]
    team = seats["team"][seat]
    others = np.maximum(sizes[team] - 1, 1)
    step = 1 + np.floor(rng.random(len(seat)) * others).astype(int)
    return order[first[team] + (position[seat] + step) % sizes[team]]
