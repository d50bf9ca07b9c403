"""Monthly curves for each agent: the probabilities of staying, of having resigned, and of having left otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS

COLUMNS = [*KEYS, "month_ahead", "staying", "resigned", "left_otherwise"]


def survival(scores: pd.DataFrame) -> pd.DataFrame:
    """Return monthly curves, interpolated between the risks of the horizons.

    Parameters
    ----------
    scores : DataFrame
        agent_id, as_of, horizon_months, risk, involuntary_risk; all agent-months with the same horizons.

    Returns
    -------
    DataFrame
        agent_id, as_of, month_ahead (1 to the longest horizon), staying, resigned, left_otherwise. The three sum to 1;
        staying never rises, the others never fall, and at each horizon they equal the risks of `scores`.

    Notes
    -----
    Between two horizons the hazards are assumed constant: the probability of staying falls geometrically, and the fall
    is divided between the two kinds of exit in the same proportion in every month.

    Examples
    --------
    >>> scores = pd.DataFrame({"agent_id": "a", "as_of": pd.Timestamp("2026-10-31"), "horizon_months": [1, 3],
    ...                        "risk": [0.1, 0.271], "involuntary_risk": [0.0, 0.0]})
    >>> survival(scores)["staying"].round(3).tolist()
    [0.9, 0.81, 0.729]
    """
    wide = scores.sort_values([*KEYS, "horizon_months"], kind="stable")
    horizons = np.sort(wide["horizon_months"].unique())
    agents = wide[KEYS].iloc[:: len(horizons)]
    resigned, otherwise = (
        np.column_stack([np.zeros(len(agents)), wide[name].to_numpy().reshape(-1, len(horizons))])
        for name in ("risk", "involuntary_risk")
    )
    months = np.arange(1, horizons[-1] + 1)
    share, next_knot = _share_of_fall(1.0 - resigned - otherwise, np.r_[0, horizons], months)
    parts = [
        risks[:, next_knot - 1] + share * (risks[:, next_knot] - risks[:, next_knot - 1])
        for risks in (resigned, otherwise)
    ]
    keys = {key: np.repeat(agents[key].to_numpy(), len(months)) for key in KEYS}
    curves = {"staying": 1.0 - parts[0] - parts[1], "resigned": parts[0], "left_otherwise": parts[1]}
    columns = {"month_ahead": np.tile(months, len(agents))} | {name: part.ravel() for name, part in curves.items()}
    return pd.DataFrame(keys | columns)[COLUMNS]


def _share_of_fall(staying: np.ndarray, knots: np.ndarray, months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how much of the fall between its two knots is reached in each month, and the index of the later knot.

    Knots are the months 0 and the horizons. Where staying does not fall, the share is the time since the first knot.
    """
    next_knot = np.searchsorted(knots, months)
    elapsed = (months - knots[next_knot - 1]) / (knots[next_knot] - knots[next_knot - 1])
    first, last = staying[:, next_knot - 1], staying[:, next_knot]
    fall = first - last
    ratio = np.clip(last, 1e-300, None) / np.clip(first, 1e-300, None)
    divisor = np.where(fall > 0, fall, 1.0)
    return np.where(fall > 0, first * (1.0 - ratio**elapsed) / divisor, elapsed), next_knot
