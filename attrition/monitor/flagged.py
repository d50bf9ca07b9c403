"""The flagged of each issued month and everybody else: who resigned in the month after, and what was expected of both.

Agents who accepted an intervention in that month are left out on both sides and counted: one that worked would make a
good list look bad.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.labels.interventions_received import received_within
from attrition.labels.outcomes import KEYS, exit_within
from attrition.monitor.issued import LEAST_MATURE


def flagged_months(
    scores: pd.DataFrame,
    outcomes: pd.DataFrame,
    interventions: pd.DataFrame,
    *,
    flagged: pd.Series,
    known_at: pd.Timestamp,
) -> pd.DataFrame:
    """Return by issued month how the flagged and everybody fared within the month after.

    Parameters
    ----------
    scores : DataFrame
        The contract's ``scores`` of issued months at their shortest horizon.
    outcomes, interventions : DataFrame
        As the panel holds them today.
    flagged : Series of bool
        Which rows of `scores` were flagged.
    known_at : Timestamp
        Month-end; what was recorded later is not known.

    Returns
    -------
    DataFrame
        ``as_of``, ``flagged``, ``flagged_resigned``, ``resigned``, ``expected_share`` (of the risks that the flagged
        hold), ``treated`` (agents left out because of an intervention).
    """
    labels = outcomes[KEYS].assign(resigned=exit_within(outcomes, 1, known_at=known_at))
    rows = scores[[*KEYS, "risk"]].assign(flagged=flagged.to_numpy(dtype=bool))
    rows = rows.merge(labels, on=KEYS, how="left", validate="one_to_one")
    mature = rows.groupby("as_of")["resigned"].transform(lambda labels: labels.notna().mean())
    rows = rows[mature >= LEAST_MATURE].dropna(subset="resigned")
    accepted = received_within(rows[KEYS], interventions, 1, known_at=known_at)[KEYS].drop_duplicates()
    rows = rows.merge(accepted.assign(is_treated=True), on=KEYS, how="left", validate="one_to_one")
    rows["is_treated"] = rows["is_treated"].notna()
    months = [_month(as_of, agents) for as_of, agents in rows.groupby("as_of")]
    return pd.DataFrame(months, columns=COLUMNS)


COLUMNS = ["as_of", "flagged", "flagged_resigned", "resigned", "expected_share", "treated"]


def _month(as_of: object, agents: pd.DataFrame) -> tuple[object, ...]:
    untreated = agents[~agents["is_treated"]]
    is_flagged, resigned = untreated["flagged"].to_numpy(), untreated["resigned"].to_numpy(dtype=float)
    risks = untreated["risk"].to_numpy(dtype=float)
    share = risks[is_flagged].sum() / max(float(risks.sum()), 1e-9)
    counts = (int(is_flagged.sum()), float(resigned[is_flagged].sum()), float(resigned.sum()))
    return as_of, *counts, float(np.clip(share, 0.0, 1.0)), int(agents["is_treated"].sum())
