"""What the quality edition is made from: evaluations as they were known at a month-end, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

SEVERITY_MONTHS = 6
"""Months whose evaluations say how severe evaluators are now."""
MONTHS = 12
"""Months of everything else."""
MONTHS_READ = 24
PANEL_COLUMNS = ("pay_base_amount", "pay_bonus_share_3m", "quality_score_3m", "team_since_coaching_days")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A calibration session that the site declares: its day, and its site, the whole centre where empty."""

    day: date
    site: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class EvaluationRecords:
    """Evaluations with what stands beside them.

    Parameters
    ----------
    items : DataFrame
        The contract's ``qa_evaluations`` of `MONTHS_READ` months, as far as they were known: one row per evaluation, or
        per ``item`` of one.
    groups : DataFrame
        ``agent_id``, ``as_of``, and where the site has them ``site`` and ``team_id``.
    panel : DataFrame
        ``agent_id``, ``as_of`` and those of `PANEL_COLUMNS` that the panel has, of `MONTHS_READ` months.
    sessions : sequence of Session
        Calibration sessions up to the month-end.
    numbers : mapping of str to str
        Staff numbers of evaluators; where one is missing they are shown as the tables name them.
    """

    items: pd.DataFrame
    groups: pd.DataFrame
    panel: pd.DataFrame
    sessions: Sequence[Session] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
