"""Columns of the sections about evaluators: points and shares with their ranges, and what lies beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.columns import Column, named
from attrition.report.formatter import MISSING

if TYPE_CHECKING:
    from attrition.report.view import View


def score_points(name: str, heading: str = "") -> Column:
    """Return a column of points of score, with one decimal."""
    return Column((name,), heading or name, "number", 1)


def score_range(low: str, high: str, heading: str = "range") -> Column:
    """Return a column of ranges of points of score; the workbook has a column for each end."""

    def words(row: Any, view: View[Any]) -> str:
        return view.formatter.interval(getattr(row, low), getattr(row, high), 1)

    return Column((low, high), heading, "number", 1, words=words)


def share_range(low: str, high: str, heading: str = "range") -> Column:
    """Return a column of ranges of shares, empty where there is none; the workbook has a column for each end."""

    def words(row: Any, view: View[Any]) -> str:
        ends = getattr(row, low), getattr(row, high)
        return MISSING if any(end != end for end in ends) else view.formatter.share_interval(*ends)

    return Column((low, high), heading, "share", words=words)


def money_range(low: str, high: str, heading: str = "range") -> Column:
    """Return a column of ranges of money; the workbook has a column for each end."""

    def words(row: Any, view: View[Any]) -> str:
        ends = getattr(row, low), getattr(row, high)
        if any(end != end for end in ends):
            return MISSING
        return view.formatter.span(view.formatter.money(ends[0]), view.formatter.money(ends[1]))

    return Column((low, high), heading, "money", words=words)


def verdict(name: str, heading: str, kind: str = "chance") -> Column:
    """Return a column that says whether something lies beyond chance, and in which direction."""
    return named(name, kind, heading)


def site(name: str = "site") -> Column:
    """Return the column of the site; an empty name is the whole centre."""

    def words(row: Any, view: View[Any]) -> str:
        return getattr(row, name) or view.text("level.centre")

    return Column((name,), "site", "text", words=words)
