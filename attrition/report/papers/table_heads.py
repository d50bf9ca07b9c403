"""Headings of the tables of papers, and what stands where a table has no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter


def heads(formatter: Formatter, *names: str) -> list[str]:
    """Return the headings of columns."""
    return [formatter.text(f"paper.c.{name}") for name in names]


def nothing(formatter: Formatter) -> str:
    """Return what stands in place of a table without rows."""
    return formatter.text("paper.none")
