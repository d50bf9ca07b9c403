"""Matplotlib figures of a holdout evaluation: calibration overall, by month and by group, and the capture curve."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.message import Message
from attrition.model.metrics import LabelledScores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHINESE_FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Micro Hei")
"""Fonts with Chinese characters that Linux, Windows and macOS come with."""

TITLES = {
    "calibration": Message("Are the risks right?"),
    "capture": Message("Does the top of the list hold the leavers?"),
    "months": Message("Is the level right month by month?"),
    "groups": Message("Is the level right in every group?"),
}
RISK, RATE, MONTH = Message("risk"), Message("rate of resigning"), Message("month")
LISTED, LEAVERS = Message("share of agents listed"), Message("share of leavers")
EXPECTED, SEEN, RATIO = Message("expected"), Message("seen"), Message("seen over expected")
TEXTS = (*TITLES.values(), RISK, RATE, MONTH, LISTED, LEAVERS, EXPECTED, SEEN, RATIO)
"""All texts of the figures but numbers and the names of groups."""


def capture_table(scores: LabelledScores) -> pd.DataFrame:
    """Return the share of leavers (captured) in each top share of agents by risk (listed: 0, 0.01, ... 1)."""
    captured = np.cumsum(scores.label[np.argsort(-scores.risk, kind="stable")]) / max(scores.label.sum(), 1.0)
    shares = np.linspace(0, 1, 101)
    listed_counts = np.ceil(shares * len(captured)).astype(int)
    return pd.DataFrame({"listed": shares, "captured": np.r_[0.0, captured][listed_counts]})


def draw_calibration(table: pd.DataFrame) -> Figure:
    """Draw the rate of resigning over the mean risk of each bin, and where chance may put it if the risks are right.

    Parameters
    ----------
    table : DataFrame
        From `attrition.model.calibration_table.calibration_table`.
    """
    figure, axes = _canvas(TITLES["calibration"], RISK, RATE)
    largest = float(table[["expected", "observed", "high"]].to_numpy().max()) * 1.1
    axes.vlines(table["expected"], table["low"], table["high"], color="0.8", linewidth=6)
    axes.plot([0, largest], [0, largest], color="0.7", linewidth=1)
    axes.plot(table["expected"], table["observed"], marker="o")
    return figure


def draw_capture(table: pd.DataFrame) -> Figure:
    """Draw the share of leavers captured over the share of agents listed; the diagonal is a random list."""
    figure, axes = _canvas(TITLES["capture"], LISTED, LEAVERS)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot(table["listed"], table["captured"])
    return figure


def draw_months(months: pd.DataFrame) -> Figure:
    """Draw the observed and the expected rate of resigning of each month.

    Parameters
    ----------
    months : DataFrame
        as_of, observed, expected: one row per month of one model at one horizon, and low and high, where chance may put
        the rate if the risks are right.
    """
    figure, axes = _canvas(TITLES["months"], MONTH, RATE)
    positions = np.arange(len(months))
    axes.vlines(positions, months["low"], months["high"], color="0.8", linewidth=6)
    axes.plot(positions, months["expected"], marker="o", color="tab:blue")
    axes.plot(positions, months["observed"], marker="o", color="black", linestyle=":")
    for column, label, colour in (("expected", EXPECTED, "tab:blue"), ("observed", SEEN, "black")):
        last_point = (positions[-1], months[column].iloc[-1])
        axes.annotate(label, last_point, (8, 0), textcoords="offset points", color=colour, va="center")
    axes.set_xticks(positions, [f"{month:%Y-%m}" for month in months["as_of"]], rotation=45)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.22)
    return figure


def draw_groups(groups: pd.DataFrame) -> Figure:
    """Draw observed over expected of every group that is not too small, and where chance may put it for right risks.

    Parameters
    ----------
    groups : DataFrame
        From `attrition.model.groups.calibration_by_group`.
    """
    evaluated = groups.dropna(subset="ratio").iloc[::-1]
    figure, axes = _canvas(TITLES["groups"], RATIO, "")
    figure.set_figheight(max(4.0, 0.28 * len(evaluated) + 1.2))
    positions = np.arange(len(evaluated))
    axes.axvline(1.0, color="0.7", linewidth=1)
    axes.hlines(positions, evaluated["low"], evaluated["high"], color="0.8", linewidth=6)
    axes.plot(evaluated["ratio"], positions, "o", color="tab:blue")
    axes.set_yticks(positions, [plain_text(unit) for unit in evaluated["unit"]], family=_font_families())
    return figure


def save(figure: Figure, target: Path | IO[Any], **options: Any) -> None:
    """Save a figure; where no installed font has the characters of a name, boxes stand for them in a PNG."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.savefig(target, **options)


def plain_text(name: str) -> str:
    r"""Return a name as Matplotlib's text, which reads what stands between two dollar signs as mathematics.

    Examples
    --------
    >>> print(plain_text("Site $North$"))
    Site \$North\$
    """
    return name.replace("$", r"\$")


def _font_families() -> list[str]:
    """Return the installed fonts for names of groups, which may be Chinese, in the order in which they are tried."""
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    return [family for family in CHINESE_FONTS if family in installed] + ["DejaVu Sans"]


def _canvas(title: str, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """Return an empty figure with a title and axis labels, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    return figure, axes
