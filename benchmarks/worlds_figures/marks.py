"""Whether the mark of families that cannot be told apart is right, over all centres."""

from __future__ import annotations

import numpy as np
import pandas as pd

TELLS_APART_FROM = 0.4
"""A family that a noise-free fit ranks worse than this against the truth cannot be told apart by anybody."""


def mark_figures(figures: pd.DataFrame, families: tuple[str, ...]) -> dict[str, float]:
    """Return how often families that cannot be told apart are marked, and families that could be.

    Parameters
    ----------
    figures : DataFrame
        ``world``, ``seed``, ``figure``, ``value``; of each centre ``marked``, ``driver`` and ``noise-free: driver``
        of every family.
    families : tuple of str

    Examples
    --------
    >>> values = {"marked pay": 1, "driver pay": 0.1, "noise-free: driver pay": 0.2}
    >>> figures = pd.DataFrame({"world": "w", "seed": 1, "figure": list(values), "value": list(values.values())})
    >>> mark_figures(figures, ("pay",))["of them marked"]
    1.0
    """
    centres = figures.pivot_table(index=["world", "seed"], columns="figure", values="value")
    is_marked, own, ceiling = (
        centres.reindex(columns=[f"{prefix} {name}" for name in families]).to_numpy().ravel()
        for prefix in ("marked", "driver", "noise-free: driver")
    )
    is_known = ~np.isnan(is_marked) & ~np.isnan(own) & ~np.isnan(ceiling)
    is_marked, own, ceiling = is_marked[is_known] > 0, own[is_known], ceiling[is_known]
    cannot, fails = ceiling < TELLS_APART_FROM, own < TELLS_APART_FROM
    return {
        "cannot be told apart": float(cannot.sum()),
        "of them marked": _mean(is_marked[cannot]),
        "could be told apart": float((~cannot).sum()),
        "of those marked": _mean(is_marked[~cannot]),
        "the model does not tell apart": float(fails.sum()),
        "of these marked": _mean(is_marked[fails]),
        "rank correlation of the marked": _mean(own[is_marked]),
        "of the others": _mean(own[~is_marked]),
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")
