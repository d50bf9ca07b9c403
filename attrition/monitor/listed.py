"""A sequential test of the list: do the flagged hold the share of the month's resignations that was expected of them?

The month's total is taken as it came, so that a change of the level is no change of the list.
"""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from attrition.monitor.evidence import Evidence, change_evidence

CHANGES = {0.35: 0.4, 0.6: 0.6}
"""Odds ratios of a list that has become worse, with their weights."""
DEVIATION = 0.25
"""Standard deviation of the log odds by which a list that is as good as it was promised may miss its expected share."""
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()


def list_evidence(
    flagged: np.ndarray, resigned: np.ndarray, expected_share: np.ndarray, *, months_between: float
) -> Evidence:
    """Return the evidence that the list has become worse than it promised.

    Parameters
    ----------
    flagged, resigned : ndarray of shape (months,)
        Resignations among the flagged, and among all who were scored; months that do not overlap, oldest first.
    expected_share : ndarray of shape (months,)
        Which share of the month's resignations was expected among the flagged: their risks over everybody's.
    months_between : float
        Months between false alarms: at least so many on average while the list is as good as it promised.

    Examples
    --------
    >>> resigned, share = np.full(8, 20.0), np.full(8, 0.3)
    >>> bool(list_evidence(np.full(8, 6.0), resigned, share, months_between=24).is_alarm.any())
    False
    >>> evidence = list_evidence(np.r_[np.full(5, 6.0), np.full(3, 1.0)], resigned, share, months_between=24)
    >>> bool(evidence.is_alarm[-1]), evidence.start
    (True, 5)
    """
    log_odds = logit(np.clip(expected_share, 1e-6, 1.0 - 1e-6))[:, None] + DEVIATION * _NODES
    changed = [_log_likelihood(flagged, resigned, log_odds + np.log(change)) for change in CHANGES]
    return change_evidence(
        _log_likelihood(flagged, resigned, log_odds),
        np.stack(changed, axis=2),
        weights=_NODE_WEIGHTS,
        change_weights=np.array(list(CHANGES.values())),
        months_between=months_between,
    )


def _log_likelihood(flagged: np.ndarray, resigned: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """Return the log-likelihood of the flagged among a month's resignations, apart from a constant."""
    others = resigned - flagged
    return -flagged[:, None] * np.log1p(np.exp(-log_odds)) - others[:, None] * np.log1p(np.exp(log_odds))
