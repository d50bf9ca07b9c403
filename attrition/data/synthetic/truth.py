"""Write the ground truth: true hazards and their contributions, the oracle's probabilities, true effects of levers.

The oracle is a forecast from the true state and hazard of every agent, with which models are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns, departures, forecast, hazard, parameters
from attrition.data.synthetic.exports import write_parquet
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.simulate import SimulatedMonth
from attrition.data.synthetic.worlds.thresholds import THRESHOLDS
from attrition.data.synthetic.worlds.world import World

HORIZONS = (1, 3, 6, 12)
USUAL_RATE = 0.025  # monthly hazard with which contributions are compared
DAYS_A_MONTH = 30.44


def month_end_truth(simulated_month: SimulatedMonth) -> Frame:
    """Return the hazards, contributions and effects of levers of every agent at risk at a month-end.

    At risk are agents who are hired, have not left and have not handed in notice.
    """
    seats = simulated_month.seats
    at_risk = np.flatnonzero(
        seats["active"] & (seats["exit_day"] == NEVER) & (seats["hire_day"] <= simulated_month.month.last_day)
    )
    state = {name: column[at_risk] for name, column in simulated_month.state.items()}
    parts = simulated_month.world.effects(state)
    levers = {
        f"lever_{name}": effect for name, effect in hazard.lever_effects(state, simulated_month.world.effects).items()
    }
    hazards = {
        "hazard": simulated_month.hazards[0][at_risk],
        "competing_hazard": (simulated_month.hazards[1] + simulated_month.hazards[2])[at_risk],
    }
    values = {**parts, **levers, **hazards, "frailty": state["frailty"]}
    return {name: np.asarray(column, dtype=np.float32) for name, column in values.items()} | {
        "spell": seats["spell"][at_risk],
        "person": seats["person"][at_risk],
        "tenure_days": state["tenure_days"],
        "site": state["site"],
        "month": np.full(len(at_risk), simulated_month.month.number),
        "day": np.full(len(at_risk), simulated_month.month.last_day),
    }


def oracle(rows: Frame, world: World = THRESHOLDS, *, first_month: int = 0) -> dict[int, NDArray]:
    """Return the probability of resigning within each horizon of `HORIZONS`, from the true state at the month-end.

    In the months ahead contributions regress to the mean, tenure, season and climate change as they will, frailty stays
    the same, and other exits are competing risks. `first_month` is the first month of the exports.
    """
    if world.persistence is None:
        coming = np.arange(rows["month"].min() + 1, rows["month"].max() + max(HORIZONS) + 2)
        hazards = forecast.monthly_hazards(rows, world.climate(coming - first_month), months=max(HORIZONS))
    else:
        hazards = _hazards_by_persistence(rows, world.persistence)
    alive, resigned = np.ones(len(rows["month"])), np.zeros(len(rows["month"]))
    probabilities = {}
    for ahead, rate in enumerate(hazards):
        total = rate + rows["competing_hazard"]
        leaving_now = -np.expm1(-total)
        resigned = resigned + alive * leaving_now * rate / total
        alive = alive * (1 - leaving_now)
        if ahead + 1 in HORIZONS:
            probabilities[ahead + 1] = resigned
    return probabilities


def _hazards_by_persistence(rows: Frame, persistences: dict[str, float]) -> Iterator[NDArray]:
    """Yield the expected hazards of the months ahead: a stated share of each contribution is left after a month."""
    season = np.array(parameters.SEASON) * hazard.EFFECT_SCALE
    steady = rows["context"] - season[(rows["month"] + 1) % 12]
    for ahead in range(max(HORIZONS)):
        log_rate = hazard.baseline(rows["tenure_days"] + DAYS_A_MONTH * ahead) + rows["frailty"]
        log_rate = log_rate + season[(rows["month"] + 1 + ahead) % 12]
        for family, persistence in persistences.items():
            part = steady if family == "context" else rows[family]
            log_rate = log_rate + part * persistence**ahead
            log_rate += 0.5 * (1 - persistence ** (2 * ahead)) * parameters.SPREAD[family] ** 2
        yield np.exp(log_rate) + parameters.SHOCK_RATE


def write(rows: Frame, exits: Frame, folder: Path, *, world: World = THRESHOLDS, first_month: int = 0) -> None:
    """Write ``agent_months.parquet`` (hazards, oracle, contributions, outcomes) and ``lever_effects.parquet``.

    Parameters
    ----------
    rows : Frame
        The rows of `month_end_truth` of all exported months.
    exits : Frame
        The exits: ``spell``, ``exit_kind``, ``notice_day``, ``exit_day``.
    folder : Path
        Created when missing.
    world : World
        The mechanism by which the months were simulated.
    first_month : int
        Month number of the first month of the exports.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = np.lexsort((rows["month"], rows["person"]))
    rows = {name: column[order] for name, column in rows.items()}
    ids = {"agent_id": columns.agent_ids(rows["person"]), "as_of": columns.dates(rows["day"])}
    tenure = hazard.baseline(rows["tenure_days"]) - np.log(USUAL_RATE)
    families = {name: rows[name].astype(float) for name in parameters.FAMILIES} | {"tenure": tenure}
    without_hidden = sum(families.values()) + np.log(USUAL_RATE)
    families["hidden"] = np.log(rows["hazard"].astype(float)) - without_hidden
    numbers = {"hazard": rows["hazard"], "competing_hazard": rows["competing_hazard"]}
    numbers |= {f"oracle_{months}m": values for months, values in oracle(rows, world, first_month=first_month).items()}
    numbers |= {"base": np.full(len(order), np.log(USUAL_RATE)), **families}
    table = pa.table(
        ids | {name: columns.numbers(column, 6) for name, column in numbers.items()} | _outcomes(rows, exits)
    )
    write_parquet(table, folder, "agent_months")
    levers = {name: columns.numbers(column, 6) for name, column in rows.items() if name.startswith("lever_")}
    write_parquet(pa.table(ids | levers), folder, "lever_effects")


def _outcomes(rows: Frame, exits: Frame) -> dict[str, pa.Array]:
    """Return how and on which day each row's spell ended; null if it had not ended by the last month."""
    size = int(max(rows["spell"].max(initial=0), exits["spell"].max(initial=0))) + 1
    kind, day = np.zeros(size, dtype=np.int64), np.full(size, NEVER)
    kind[exits["spell"]] = exits["exit_kind"]
    day[exits["spell"]] = np.minimum(exits["notice_day"], exits["exit_day"])
    return {
        "left_kind": columns.labels(departures.EXIT_TYPES, kind[rows["spell"]]),
        "left_on": columns.dates(day[rows["spell"]]),
    }
