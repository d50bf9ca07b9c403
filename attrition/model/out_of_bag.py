"""Margins by members that were fitted without the row's agent: what the trees say of people they have not seen.

Trees describe the agents they were fitted on too well, so whatever is learnt from margins (the calibration, the bands)
is learnt from these. No second set of trees is needed, and what is learnt belongs to the trees that are served.
"""

from __future__ import annotations

import numpy as np


def out_of_bag_margin(margins: np.ndarray, is_left_out: np.ndarray) -> np.ndarray:
    """Return each row's mean margin over the members that were fitted without its agent.

    Parameters
    ----------
    margins : ndarray of shape (n, members)
        Log-odds by each member.
    is_left_out : ndarray of bool, shape (n, members)
        From `attrition.model.agent_samples.AgentSamples.is_left_out`.

    Returns
    -------
    ndarray of shape (n,)
        NaN for a row whose agent no member left out.

    Notes
    -----
    Breiman (1996), out-of-bag estimation.

    Examples
    --------
    >>> margins = np.array([[-1.0, -2.0], [-1.0, -2.0], [-1.0, -2.0]])
    >>> out_of_bag_margin(margins, np.array([[True, False], [True, True], [False, False]]))
    array([-1. , -1.5,  nan])
    """
    counts = is_left_out.sum(axis=1)
    sums = np.where(is_left_out, margins, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def expected_served_margin(margins: np.ndarray, is_left_out: np.ndarray) -> np.ndarray:
    """Return the margin that all members together would give each row if none had seen its agent, as expected.

    The mean over the few members that left an agent out spreads more than the served mean over all. A calibration on
    it would have too small a slope and, since a risk is not linear in its log-odds, too low a level.

    Parameters
    ----------
    margins, is_left_out
        As for `out_of_bag_margin`.

    Returns
    -------
    ndarray of shape (n,)
        NaN for a row whose agent no member left out.

    Notes
    -----
    Regression calibration (Carroll et al. 2006): the out-of-bag margin is drawn towards its mean by the share of its
    variance that the served margin has. The variance among members is divided by their number.

    Examples
    --------
    >>> margins = np.array([[-1.0, -1.2, -0.8], [1.0, 0.8, 1.2]])
    >>> is_left_out = np.array([[True, False, False], [False, True, False]])
    >>> expected_served_margin(margins, is_left_out).round(2)
    array([-0.97,  0.77])
    """
    margin, counts = out_of_bag_margin(margins, is_left_out), is_left_out.sum(axis=1)
    has_margin = counts > 0
    members = margins.shape[1]
    if members == 1 or not has_margin.any():
        return margin
    noise = float(margins[has_margin].var(axis=1, ddof=1).mean())
    signal = max(float(margin[has_margin].var()) - noise * float((1.0 / counts[has_margin]).mean()), 0.0)
    out_of_bag = np.maximum(signal + noise / np.maximum(counts, 1), 1e-12)
    centre = float(margin[has_margin].mean())
    return centre + (signal + noise / members) / out_of_bag * (margin - centre)
