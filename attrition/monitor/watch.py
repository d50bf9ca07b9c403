"""What was watched and what it showed, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from attrition.data.phrase import Phrase
from attrition.monitor.alarm import Alarm

ANSWERED_BY_A_RETRAIN = ("level", "site_level", "list", "inputs", "scores")
"""Kinds of alarm that a model which learns from the newest months may end; the others are mended in the data."""


@dataclass(frozen=True, kw_only=True)
class RetrainAdvice:
    """Whether a retrain is proposed, and how much it could learn that is new.

    Parameters
    ----------
    is_warranted : bool
        There is an alarm that a retrain may end.
    months, resignations : int
        Months with mature labels since the model was fitted, and people who resigned in them.
    needed_months, needed_resignations : int
        From how many on a retrain may learn enough.
    """

    is_warranted: bool
    months: int
    resignations: int
    needed_months: int
    needed_resignations: int

    @property
    def is_proposed(self) -> bool:
        """Whether it is warranted, and there is enough to learn from.

        Examples
        --------
        >>> facts = {"months": 4, "resignations": 50, "needed_months": 3, "needed_resignations": 30}
        >>> RetrainAdvice(is_warranted=True, **facts).is_proposed
        True
        >>> RetrainAdvice(is_warranted=True, **facts | {"resignations": 12}).is_proposed
        False
        """
        is_enough = self.months >= self.needed_months and self.resignations >= self.needed_resignations
        return self.is_warranted and is_enough


@dataclass(frozen=True, kw_only=True, eq=False)
class Watch:
    """Everything that `attrition monitor` found.

    Parameters
    ----------
    as_of : Timestamp
        The last month-end of the panel.
    version : str
        The model in use.
    fitted_at : Timestamp
        When it was fitted.
    level : DataFrame
        ``level``, ``unit``, ``as_of``, ``headcount``, ``expected``, ``observed``, ``low``, ``high`` (where chance may
        put it, 90 %), ``evidence`` (multiple of the threshold), ``is_alarm``; of sites only those that may be shown,
        without range and evidence where too few resignations are expected to watch them.
    listed : DataFrame
        By month: ``flagged``, ``flagged_resigned``, ``resigned``, ``expected_share``, ``treated``, ``evidence``.
    inputs, families, scores, abstained : DataFrame
        From `attrition.monitor.inputs` and `attrition.monitor.scored`.
    alarms : sequence of Alarm
        What is an alarm now.
    retrain : RetrainAdvice
        Whether a retrain is proposed.
    notes : sequence of Phrase
        What could not be watched, and why.
    """

    as_of: pd.Timestamp
    version: str
    fitted_at: pd.Timestamp
    level: pd.DataFrame
    listed: pd.DataFrame
    inputs: pd.DataFrame
    families: pd.DataFrame
    scores: pd.DataFrame
    abstained: pd.DataFrame
    alarms: Sequence[Alarm]
    retrain: RetrainAdvice
    notes: Sequence[Phrase] = ()

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by the names of their files."""
        families = self.families.assign(moved=self.families["moved"].map(", ".join)) if len(self.families) else None
        named = {"level": self.level, "list": self.listed, "inputs": self.inputs, "families": families}
        named |= {"scores": self.scores, "abstained": self.abstained}
        return {name: table for name, table in named.items() if table is not None and len(table)}
