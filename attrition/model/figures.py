"""Two drawings of an examination: are the risks right, and does the top of the list hold the leavers?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.model.metrics import Judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 10


def calibration_table(judged: Judged) -> pd.DataFrame:
    """Give mean risk and rate of resigning over ten bins of about equal size.

    Returns
    -------
    DataFrame
        expected, observed, rows; from the lowest risk up.
    """
    bins = pd.qcut(pd.Series(judged.risk), BINS, labels=False, duplicates="drop")
    table = pd.DataFrame({"expected": judged.risk, "observed": judged.label, "rows": 1.0}).groupby(bins)
    return table.agg({"expected": "mean", "observed": "mean", "rows": "sum"}).reset_index(drop=True)


def capture_table(judged: Judged) -> pd.DataFrame:
    """Give the share of leavers found within each top share of the list, at 101 shares from 0 to 1."""
    found = np.cumsum(judged.label[np.argsort(-judged.risk, kind="stable")]) / max(judged.label.sum(), 1.0)
    shares = np.linspace(0, 1, 101)
    places = np.ceil(shares * len(found)).astype(int)
    return pd.DataFrame({"listed": shares, "found": np.r_[0.0, found][places]})


def draw_calibration(table: pd.DataFrame) -> Figure:
    """Draw mean risk against rate; the diagonal is perfect."""
    figure, axes = _canvas("Are the risks right?", "risk", "rate of resigning")
    top = float(table[["expected", "observed"]].to_numpy().max()) * 1.1
    axes.plot([0, top], [0, top], color="0.7", linewidth=1)
    axes.plot(table["expected"], table["observed"], marker="o")
    return figure


def draw_capture(table: pd.DataFrame) -> Figure:
    """Draw the share of leavers found against the share of agents listed; the diagonal is chance."""
    figure, axes = _canvas("Does the top of the list hold the leavers?", "share of agents listed", "share of leavers")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot(table["listed"], table["found"])
    return figure


def _canvas(title: str, across: str, up: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.set(title=title, xlabel=across, ylabel=up)
    return figure, axes
