"""What nobody sees: true hazards, the oracle's probabilities, true contributions by family, true effects of levers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns, hazard, leaving, world
from attrition.data.synthetic.exports import write_parquet
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.world import NEVER, Frame

HORIZONS = (1, 3, 6, 12)
USUAL_RATE = 0.025  # the log-hazard that contributions are measured against
DAYS_A_MONTH = 30.44


def month_end(month: Lived) -> Frame:
    """Take down the truth of everybody at risk at a month's end: hired, there, no notice handed in."""
    seats = month.seats
    risk = np.flatnonzero(seats["active"] & (seats["exit_day"] == NEVER) & (seats["hire_day"] <= month.month.last))
    at = {name: column[risk] for name, column in month.at.items()}
    parts = hazard.contributions(at)
    levers = {f"lever_{name}": effect for name, effect in hazard.lever_effects(at).items()}
    single = {"hazard": month.hazards[0][risk], "competing_hazard": (month.hazards[1] + month.hazards[2])[risk]}
    measured = {**parts, **levers, **single, "frailty": at["frailty"]}
    return {name: np.asarray(column, dtype=np.float32) for name, column in measured.items()} | {
        "spell": seats["spell"][risk],
        "person": seats["person"][risk],
        "tenure_days": at["tenure_days"],
        "month": np.full(len(risk), month.month.number),
        "day": np.full(len(risk), month.month.last),
    }


def oracle(rows: Frame) -> dict[int, NDArray]:
    """Probability of resigning within each horizon, given all that is true at the month's end.

    Contributions fade towards the usual at the pace of `world.PERSISTENCE`; tenure and the calendar move on;
    frailty stays; other exits compete.
    """
    season = np.array(world.SEASON) * hazard.SCALE
    steady = rows["context"] - season[(rows["month"] + 1) % 12]
    alive, resigned = np.ones(len(steady)), np.zeros(len(steady))
    found = {}
    for ahead in range(max(HORIZONS)):
        log_rate = hazard.baseline(rows["tenure_days"] + DAYS_A_MONTH * ahead) + rows["frailty"]
        log_rate = log_rate + season[(rows["month"] + 1 + ahead) % 12]
        for family, kept in world.PERSISTENCE.items():
            part = steady if family == "context" else rows[family]
            log_rate = log_rate + part * kept**ahead
            log_rate += 0.5 * (1 - kept ** (2 * ahead)) * world.SPREAD[family] ** 2
        rate = np.exp(log_rate) + world.SHOCK_RATE
        total = rate + rows["competing_hazard"]
        leaving_now = -np.expm1(-total)
        resigned = resigned + alive * leaving_now * rate / total
        alive = alive * (1 - leaving_now)
        if ahead + 1 in HORIZONS:
            found[ahead + 1] = resigned
    return found


def write(rows: Frame, left: Frame, folder: Path) -> None:
    """Write the truth: `agent_months` (hazards, oracle, contributions) and `lever_effects`.

    Parameters
    ----------
    rows : Frame
        From `month_end`, all exported months.
    left : Frame
        Who left: ``spell``, ``exit_kind``, ``notice_day``, ``exit_day``.
    folder : Path
        Made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = np.lexsort((rows["month"], rows["person"]))
    rows = {name: column[order] for name, column in rows.items()}
    ids = {"agent_id": columns.agent(rows["person"]), "as_of": columns.date(rows["day"])}
    tenure = hazard.baseline(rows["tenure_days"]) - np.log(USUAL_RATE)
    families = {name: rows[name].astype(float) for name in world.FAMILIES} | {"tenure": tenure}
    explained = sum(families.values()) + np.log(USUAL_RATE)
    families["hidden"] = np.log(rows["hazard"].astype(float)) - explained
    numbers = {"hazard": rows["hazard"], "competing_hazard": rows["competing_hazard"]}
    numbers |= {f"oracle_{months}m": values for months, values in oracle(rows).items()}
    numbers |= {"base": np.full(len(order), np.log(USUAL_RATE)), **families}
    table = pa.table(ids | {name: columns.number(column, 6) for name, column in numbers.items()} | _left(rows, left))
    write_parquet(table, folder, "agent_months")
    levers = {name: columns.number(column, 6) for name, column in rows.items() if name.startswith("lever_")}
    write_parquet(pa.table(ids | levers), folder, "lever_effects")


def _left(rows: Frame, left: Frame) -> dict[str, pa.Array]:
    """Say when and how each row's spell truly ended, as far as the exported months tell."""
    size = int(max(rows["spell"].max(initial=0), left["spell"].max(initial=0))) + 1
    kind, day = np.zeros(size, dtype=np.int64), np.full(size, NEVER)
    kind[left["spell"]] = left["exit_kind"]
    day[left["spell"]] = np.minimum(left["notice_day"], left["exit_day"])
    return {
        "left_kind": columns.name(leaving.KINDS, kind[rows["spell"]]),
        "left_on": columns.date(day[rows["spell"]]),
    }
