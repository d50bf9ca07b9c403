"""Which of many cases of one kind run every day; the others carry the mark `exhaustive`, see CONTRIBUTING.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def some_every_day(cases: Iterable[Any], everyday: Collection[Any]) -> list[Any]:
    """Return the cases as parameters, those that do not run every day marked."""
    return [case if case in everyday else pytest.param(case, marks=pytest.mark.exhaustive) for case in cases]
