"""Who had to do with whom: a month's talks, help, praise and messages, as rows of the interactions table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns
from attrition.data.synthetic.plan import Plan
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.teams import FIRST_LEADER
from attrition.data.synthetic.world import Frame

KINDS = ("one_to_one", "coaching", "recognition", "meeting", "peer_help", "message")
COLUMN = ("one_to_one", "coaching", "recognition", "meetings", "peer_help", "messages")
MINUTES = (30.0, 25.0, np.nan, 20.0, 8.0, np.nan)
AMONG_COLLEAGUES = 4  # from this kind on
MESSAGE_ROWS = 4  # messages come as a day's count with one colleague, so many days a month


def interactions(month: Lived, plan: Plan) -> pa.Table:
    """Write a month's interactions; messages are a day's count with one colleague."""
    seats, rng = month.seats, plan.rng(8, month.month.number)
    rows = _happened(seats, rng)
    leader = FIRST_LEADER + month.teams["leader"][seats["team"][rows["seat"]]]
    mate = _colleague(seats, rows["seat"], rng)
    rows["other"] = np.where(rows["kind"] < AMONG_COLLEAGUES, leader, columns.FIRST_AGENT + seats["person"][mate])
    kept = (rows["kind"] < AMONG_COLLEAGUES) | (mate != rows["seat"])
    rows = {name: column[kept] for name, column in rows.items()}
    minutes = np.array(MINUTES)[rows["kind"]] * np.round(rng.uniform(0.6, 1.5, len(rows["kind"])), 1)
    return pa.table(
        {
            "interaction_date": columns.date(rows["day"]),
            "agent_id": columns.agent(seats["person"][rows["seat"]]),
            "other_id": columns.staff(rows["other"]),
            "kind": columns.name(KINDS, rows["kind"]),
            "minutes": columns.number(minutes, 0),
            "count": columns.small(rows["count"]),
        }
    )


def _happened(seats: Frame, rng: np.random.Generator) -> Frame:
    """Unfold a month's counts into rows with a day each."""
    present = seats["active"] & (seats["end"] >= seats["start"])
    parts = []
    for kind, column in enumerate(COLUMN):
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
    """Choose another present seat of the same team for each row, or the seat itself when it is alone."""
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
