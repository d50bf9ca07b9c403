"""The sample of agents that a model is trained and evaluated on where there are more agent-months than it needs.

Whole agents are drawn, by a keyed hash of their numbers: the same agents whatever the order of the rows, and mostly the
same ones a month later. Of those who resigned, of those who left otherwise, and of all others the same share is drawn,
so every agent counts alike and nothing is weighted: a fit, a calibration, a baseline, a null check or a metric of the
sample is one of the centre.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.data.terms import LANGUAGES
from attrition.labels.outcomes import VOLUNTARY
from attrition.message import Message, catalogue_of, in_words


@dataclass(frozen=True)
class Counts:
    """How many agent-months, agents, and agents who resigned there are."""

    agent_months: int
    agents: int
    resigned: int


@dataclass(frozen=True)
class TrainingSample:
    """What a model was trained on, of how much.

    Attributes
    ----------
    drawn, centre : Counts
        Of the sample, and of all agents.
    """

    drawn: Counts
    centre: Counts

    @property
    def sentence(self) -> Message:
        """The sample as one sentence."""
        return Message(
            "The model was trained and evaluated on a sample of whole agents: {agents:,} of {all_agents:,} agents with "
            "{months:,} of {all_months:,} agent-months; {resigned:,} of {all_resigned:,} agents who resigned are in "
            "it, the same share as of all others.",
            agents=self.drawn.agents,
            all_agents=self.centre.agents,
            months=self.drawn.agent_months,
            all_months=self.centre.agent_months,
            resigned=self.drawn.resigned,
            all_resigned=self.centre.resigned,
        )

    @property
    def by_language(self) -> dict[str, str]:
        """The sentence in each language, as the report lists what was assumed."""
        return _in_each_language(self.sentence)

    @property
    def of_backtest(self) -> dict[str, str]:
        """What a backtest says of it, in each language."""
        learnt = Message(
            "The models tried here learnt from a sample of whole agents, {agents:,} of {all_agents:,}; everybody was "
            "scored.",
            agents=self.drawn.agents,
            all_agents=self.centre.agents,
        )
        return _in_each_language(learnt)


def draw_agents(outcomes: pd.DataFrame, *, most_agent_months: int, seed: int) -> pd.Index | None:
    """Return the agents that a model is trained on; None where all of them are.

    Parameters
    ----------
    outcomes : DataFrame
        ``agent_id`` and ``exit_kind`` of all agent-months.
    most_agent_months : int
        About so many agent-months the sample has; all agents are used where there are no more.
    seed : int
        Key of the hash: another one draws other agents.

    Returns
    -------
    Index of str or None
        In no order.

    Examples
    --------
    >>> exits = ["voluntary", "voluntary", "otherwise", "otherwise", None, None, None, None]
    >>> outcomes = pd.DataFrame({"agent_id": [f"A{n}" for n in range(8)] * 5, "exit_kind": exits * 5})
    >>> sorted(draw_agents(outcomes, most_agent_months=20, seed=1))
    ['A1', 'A3', 'A4', 'A6']
    >>> draw_agents(outcomes, most_agent_months=40, seed=1) is None
    True
    """
    if len(outcomes) <= most_agent_months:
        return None
    share = most_agent_months / len(outcomes)
    agents = _exit_of_each_agent(outcomes)
    hashes = pd.Series([_hash(agent, seed) for agent in agents.index], index=agents.index, dtype="uint64")
    drawn = [stratum.nsmallest(round(share * len(stratum))).index for _, stratum in hashes.groupby(agents, sort=True)]
    return pd.Index(np.concatenate(drawn)).astype("str")


def count_sample(outcomes: pd.DataFrame, agents: pd.Index | None) -> TrainingSample | None:
    """Return how much of the centre the agents of a sample are; None where all agents are used."""
    if agents is None:
        return None
    return TrainingSample(_counts(outcomes[outcomes["agent_id"].isin(agents)]), _counts(outcomes))


def read_sample(saved: Mapping[str, Mapping[str, int]] | None) -> TrainingSample | None:
    """Return a sample that was saved as JSON; None where a model has learnt from everybody."""
    return None if saved is None else TrainingSample(Counts(**saved["drawn"]), Counts(**saved["centre"]))


def _exit_of_each_agent(outcomes: pd.DataFrame) -> pd.Series:
    """Return by agent 2 for those who resigned at least once, 1 for those who only left otherwise, else 0."""
    kind = outcomes["exit_kind"]
    code = pd.Series(np.where(kind == VOLUNTARY, 2, kind.notna().astype(int)), index=outcomes.index)
    return code.groupby(outcomes["agent_id"].astype("str")).max()


def _in_each_language(sentence: Message) -> dict[str, str]:
    return {language: in_words(sentence, catalogue_of(language)) for language in LANGUAGES}


def _hash(agent: str, seed: int) -> int:
    digest = hashlib.blake2b(agent.encode(), digest_size=8, key=str(seed).encode()).digest()
    return int.from_bytes(digest, "big")


def _counts(outcomes: pd.DataFrame) -> Counts:
    resigned = outcomes.loc[outcomes["exit_kind"] == VOLUNTARY, "agent_id"]
    return Counts(len(outcomes), int(outcomes["agent_id"].nunique()), int(resigned.nunique()))
