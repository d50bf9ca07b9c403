"""The jump of a team's scores when its evaluator changes, beside months without a change."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

MAIN_SHARE = 0.6
"""Share of a team's evaluations in a month that makes an evaluator the team's."""
LEAST_PEOPLE = 5
"""Agents of a team who were evaluated in both months; with fewer the jump is mostly chance."""


@dataclass(frozen=True, kw_only=True)
class Takeovers:
    """Mean absolute jump of teams' scores from one month to the next, in points, with 95 % intervals.

    `changed` and `steady` are numbers of team-months with and without a change of evaluator, `teams` those with one.
    """

    changed: int
    teams: int
    steady: int
    jump: float
    jump_low: float
    jump_high: float
    usual: float
    usual_low: float
    usual_high: float


def team_jumps(scores: pd.DataFrame) -> pd.DataFrame:
    """Return how a team's mean score moved from one month to the next, over the agents evaluated in both.

    Parameters
    ----------
    scores : DataFrame
        ``agent_id``, ``team_id``, ``month`` (month-end), ``evaluator_id``, ``score``.

    Returns
    -------
    DataFrame
        ``team_id``, ``month`` (the later one), ``before`` and ``after`` (the team's evaluator in each), ``people``,
        ``jump`` (points). Months without one evaluator of most of the team's evaluations are left out.
    """
    in_teams = scores.dropna(subset=["team_id", "score"])
    main = _main_evaluators(in_teams)
    means = in_teams.groupby(["team_id", "month", "agent_id"])["score"].mean().reset_index()
    earlier = means.assign(month=means["month"] + pd.offsets.MonthEnd(1))
    pairs = means.merge(earlier, on=["team_id", "month", "agent_id"], suffixes=("", "_before"))
    pairs = pairs.assign(jump=pairs["score"] - pairs["score_before"])
    jumps = pairs.groupby(["team_id", "month"])["jump"].agg(people="size", jump="mean").reset_index()
    before = main.assign(month=main["month"] + pd.offsets.MonthEnd(1)).rename(columns={"evaluator_id": "before"})
    jumps = jumps.merge(before, on=["team_id", "month"])
    jumps = jumps.merge(main.rename(columns={"evaluator_id": "after"}), on=["team_id", "month"])
    return jumps[jumps["people"] >= LEAST_PEOPLE].reset_index(drop=True)


def takeovers(scores: pd.DataFrame) -> Takeovers | None:
    """Return the mean jump in months with a change of evaluator and in those without; None without some of both."""
    jumps = team_jumps(scores)
    is_change = jumps["before"] != jumps["after"]
    changed, steady = jumps[is_change], jumps[~is_change]
    if len(changed) < LEAST_PEOPLE or len(steady) < LEAST_PEOPLE:
        return None
    jump, usual = _mean_interval(changed["jump"].abs()), _mean_interval(steady["jump"].abs())
    return Takeovers(
        changed=len(changed), teams=int(changed["team_id"].nunique()), steady=len(steady),
        jump=jump[0], jump_low=jump[1], jump_high=jump[2], usual=usual[0], usual_low=usual[1], usual_high=usual[2],
    )  # fmt: skip


def _main_evaluators(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the evaluator of most of the evaluations of each team and month."""
    counts = scores.groupby(["team_id", "month", "evaluator_id"]).size().rename("n").reset_index()
    share = counts["n"] / counts.groupby(["team_id", "month"])["n"].transform("sum")
    return counts.loc[share >= MAIN_SHARE, ["team_id", "month", "evaluator_id"]]


def _mean_interval(values: pd.Series) -> tuple[float, float, float]:
    mean, error = float(values.mean()), float(values.std() / len(values) ** 0.5)
    return mean, max(mean - 1.96 * error, 0.0), mean + 1.96 * error
