"""Estimate how severe each evaluator is, adjusted for whom they evaluate, with shrinkage and intervals.

A score is the agent's level, plus what is special about the agent's month, minus the evaluator's severity, plus chance.
Agents and calendar months are fixed, so that an evaluator is compared on the same agents as others, whoever gave them
to whom; agent-months and evaluators are random (variances by the method of moments, and by EM for the evaluators'),
so that an evaluator of whom little is known is drawn towards the mean. Henderson's mixed-model equations in closed
form: Henderson 1975, Biometrics 31; Searle, Casella & McCulloch 1992.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

EM_STEPS = 200
FLAT = 1e-6
"""Precision of the prior of what is fixed: next to none."""
Z95 = 1.959964


@dataclass(frozen=True, eq=False)
class Severities:
    """Posterior of the evaluators' severities, in points below the mean of all evaluators.

    Parameters
    ----------
    mean : Series
        By ``evaluator_id``.
    covariance : DataFrame
        Of the same, by evaluator twice.
    spread : float
        Standard deviation between evaluators.
    chance : float
        Standard deviation of one score about what agent, month and evaluator let expect.
    """

    mean: pd.Series
    covariance: pd.DataFrame
    spread: float
    chance: float

    @property
    def error(self) -> pd.Series:
        """The standard error of each severity."""
        return pd.Series(np.sqrt(np.clip(np.diag(self.covariance), 0, None)), index=self.mean.index)

    def of(self, evaluators: pd.Index) -> Severities:
        """Return those of some evaluators."""
        some = self.mean.index[self.mean.index.isin(evaluators)]
        return replace(self, mean=self.mean[some], covariance=self.covariance.loc[some, some])

    def error_between(self, one: str, other: str) -> float:
        """Return the standard error of the difference of two evaluators."""
        pair = self.covariance.loc[[one, other], [one, other]].to_numpy()
        return float(np.sqrt(max(pair[0, 0] + pair[1, 1] - 2 * pair[0, 1], 0)))


def severities(scores: pd.DataFrame) -> Severities | None:
    """Return the severities of evaluators who are linked by agents whom several of them evaluated; None without two.

    Parameters
    ----------
    scores : DataFrame
        ``agent_id``, ``month``, ``evaluator_id``, ``score``: one row per evaluation.
    """
    linked = largest_linked(scores)
    evaluators = pd.Index(sorted(linked["evaluator_id"].unique()), name="evaluator_id")
    if len(evaluators) < 2:
        return None
    chance, monthly = _variances(linked)
    precision, weighted = _equations(linked, evaluators, chance=chance, monthly=monthly)
    effect, covariance, spread = _posterior(precision, weighted, len(evaluators))
    centred = np.eye(len(evaluators)) - 1.0 / len(evaluators)
    frame = pd.DataFrame(centred @ covariance @ centred, index=evaluators, columns=evaluators)
    return Severities(pd.Series(-centred @ effect, index=evaluators), frame, float(np.sqrt(spread)), float(chance**0.5))


def largest_linked(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the largest set of evaluators that can be compared: each shares agents with another of it."""
    agents, evaluators = pd.factorize(scores["agent_id"])[0], pd.factorize(scores["evaluator_id"])[0]
    if not len(scores):
        return scores
    first = agents.max() + 1
    size = first + evaluators.max() + 1
    links = sparse.coo_matrix((np.ones(len(scores)), (agents, first + evaluators)), shape=(size, size))
    _, part = sparse.csgraph.connected_components(links, directed=False)
    return scores[part[agents] == np.bincount(part[agents]).argmax()]


def _variances(scores: pd.DataFrame) -> tuple[float, float]:
    """Return the variance of single scores, and that of an agent's months, both within agent and evaluator."""
    cells = scores.groupby(["agent_id", "evaluator_id", "month"])["score"].agg(["mean", "var", "size"]).reset_index()
    free = cells["size"] - 1
    chance = float((cells["var"].fillna(0) * free).sum() / max(free.sum(), 1))
    pairs = cells.groupby(["agent_id", "evaluator_id"])
    between = pairs["mean"].var() * (pairs.size() - 1)
    months = max(int((pairs.size() - 1).sum()), 1)
    part_of_chance = chance * float((1 / cells["size"])[pairs["mean"].transform("size") > 1].mean())
    monthly = float(between.sum()) / months - (0.0 if np.isnan(part_of_chance) else part_of_chance)
    return max(chance, 0.01), max(monthly, 0.0)


def _equations(scores: pd.DataFrame, evaluators: pd.Index, *, chance: float, monthly: float) -> tuple[NDArray, NDArray]:
    """Return precision and weighted sum of the effects of evaluators and months, the agents taken out exactly."""
    cell, _ = pd.factorize(pd.MultiIndex.from_frame(scores[["agent_id", "month"]]))
    agent, month = pd.factorize(scores["agent_id"])[0], pd.factorize(scores["month"])[0]
    rows = np.arange(len(scores))
    columns = np.concatenate([evaluators.get_indexer(pd.Index(scores["evaluator_id"])), len(evaluators) + month])
    shape = (len(scores), len(evaluators) + month.max() + 1)
    design = sparse.csr_matrix((np.ones(2 * len(scores)), (np.concatenate([rows, rows]), columns)), shape=shape)
    score = scores["score"].to_numpy(float) - scores["score"].mean()
    of_cell, of_agent = _indicator(cell), _indicator(agent[np.unique(cell, return_index=True)[1]])
    count = np.bincount(cell)
    discount = sparse.diags(monthly / (chance + count * monthly))
    cells, sums = of_cell @ design, of_cell @ score
    weights = sparse.diags(1 - count * monthly / (chance + count * monthly))
    agents, totals = of_agent @ weights @ cells, of_agent @ weights @ sums
    size = sparse.diags(1 / (of_agent @ weights @ count))
    precision = design.T @ design - cells.T @ discount @ cells - agents.T @ size @ agents
    weighted = design.T @ score - cells.T @ discount @ sums - agents.T @ size @ totals
    return precision.toarray() / chance, np.asarray(weighted).ravel() / chance


def _indicator(codes: NDArray) -> sparse.csr_matrix:
    """Return the matrix that adds up rows by their code."""
    return sparse.csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(codes.max() + 1, len(codes)))


def _posterior(precision: NDArray, weighted: NDArray, evaluators: int) -> tuple[NDArray, NDArray, float]:
    """Return mean and covariance of the evaluators' effects, and their variance by EM."""
    spread = 10.0
    prior = np.full(len(precision), FLAT)
    for _ in range(EM_STEPS):
        prior[:evaluators] = 1 / spread
        covariance = np.linalg.inv(precision + np.diag(prior))
        effect = covariance @ weighted
        seen = float((effect[:evaluators] ** 2).sum() + np.trace(covariance[:evaluators, :evaluators])) / evaluators
        if abs(seen - spread) < 1e-4 * spread:
            break
        spread = max(seen, 1e-3)
    return effect[:evaluators], covariance[:evaluators, :evaluators], spread
