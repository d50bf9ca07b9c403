"""Bands of risk: each begins at the risk that a declared top share of agents exceeded in the newest months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.model.newcomers import TENURE, is_too_new

if TYPE_CHECKING:
    from attrition.model.spec import Bands
    from attrition.model.training_set import TrainingSet

BAND_NAMES, LOWEST_BAND = ("very_high", "high", "medium"), "low"
BAND_MONTHS = 3
"""Bands begin at risks of so many of the newest months: over a year, who works at a centre changes."""


def rows_for_bands(training: TrainingSet, columns: Sequence[str]) -> TrainingSet:
    """Return the agent-months of the newest months of agents who are not too new to have a band.

    Parameters
    ----------
    training : TrainingSet
        All agent-months up to the fit.
    columns : sequence of str
        Names of the columns of its matrix. Without tenure among them, or where everybody is new, nobody is left out.
    """
    newest = training.select(training.as_of.isin(sorted(training.as_of.unique())[-BAND_MONTHS:]))
    if TENURE not in columns:
        return newest
    is_new = pd.Series(is_too_new(newest.encoded[:, columns.index(TENURE)]))
    return newest if is_new.all() else newest.select(~is_new)


def lowest_risks(risk: np.ndarray, shares: Bands) -> dict[str, float]:
    """Return the lowest risk of each band above the lowest, from the risks of some agent-months.

    Examples
    --------
    >>> from attrition.model.spec import Bands
    >>> {name: round(risk, 2) for name, risk in lowest_risks(np.linspace(0, 1, 101), Bands()).items()}
    {'very_high': 0.95, 'high': 0.85, 'medium': 0.6}
    """
    return {name: float(np.quantile(risk, 1 - getattr(shares, name))) for name in BAND_NAMES}


def band_of(risk: float, bounds: Mapping[str, float]) -> str:
    """Return the band of a risk; `bounds` holds the lowest risk of each band, from "very_high" down.

    Examples
    --------
    >>> [band_of(risk, {"very_high": 0.3, "high": 0.2, "medium": 0.1}) for risk in (0.3, 0.1, 0.05)]
    ['very_high', 'medium', 'low']
    """
    return next((name for name, lowest_risk in bounds.items() if risk >= lowest_risk), LOWEST_BAND)


def bands_by_horizon(risks: np.ndarray, horizons: Sequence[int], shares: Bands) -> dict[int, dict[str, float]]:
    """Return the lowest risk of each band by horizon, from risks of n agent-months, n x horizons."""
    return {horizon: lowest_risks(risk, shares) for horizon, risk in zip(horizons, risks.T, strict=True)}
