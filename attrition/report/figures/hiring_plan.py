"""Hires, class dates and seats that a declared headcount needs over the next twelve months, site by site.

Who is lost: the resignations expected in the month, other exits at the rate of the last year, and the declared share of
each class. Those who join are taken to leave at the rate of those who are there. A class begins so many weeks before
the month in which it ends; before the first that can still be called, a site is short.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from attrition.predict.planning import Planning

COLUMNS = [
    *("site", "month", "target", "leavers", "other_exits", "class_starts", "hires", "joining", "headcount"),
    *("at_full_strength", "seats"),
]
WEEKS_PER_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True)
class Class:
    """Classes that begin on one day: how many people begin, how many finish, and the month they join in."""

    starts: date
    hires: int
    joining: int
    month: int


@dataclass(frozen=True)
class Site:
    """A site now: people, those who leave month by month as a share of the people there, and the declared headcount."""

    name: str
    headcount: int
    target: int
    leaving: tuple[float, ...]
    other_rate: float


def hiring_plan(sites: list[Site], planning: Planning, as_of: date, *, ramp: tuple[float, float]) -> pd.DataFrame:
    """Return what each site needs month by month.

    Parameters
    ----------
    sites : list of Site
        Those with a declared headcount.
    planning : Planning
        Share lost in training, weeks of training, class size.
    as_of : date
        The month-end from which is planned.
    ramp : tuple of float
        Months until somebody new is at full strength, and the share of their work lost until then.

    Returns
    -------
    DataFrame
        ``site``, ``month`` (its last day), ``target``, ``leavers`` (resignations) and ``other_exits``; ``class_starts``
        (the day of the classes that join in the month, null without any), ``hires`` (who begin them), ``joining`` (who
        finish); ``headcount`` at the end, ``at_full_strength`` (the same without what new people cannot do yet), and
        ``seats`` (people and trainees).
    """
    rows = [row for site in sites for row in _months(site, planning, as_of, ramp)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _months(site: Site, planning: Planning, as_of: date, ramp: tuple[float, float]) -> Iterator[Mapping[str, object]]:
    people, classes, rows = float(site.headcount), [], []
    for number, share in enumerate(site.leaving, start=1):
        leavers, others = people * share, people * site.other_rate / 12
        called = _class(site.target - (people - leavers - others), number, planning, as_of)
        classes += [called] if called is not None else []
        joining = called.joining if called is not None else 0
        people = people - leavers - others + joining
        rows.append((number, leavers, others, called, people))
    for number, leavers, others, called, staffed in rows:
        yield {
            "site": site.name,
            "month": _month_end(as_of, number),
            "target": site.target,
            "leavers": leavers,
            "other_exits": others,
            "class_starts": pd.Timestamp(called.starts) if called else pd.NaT,
            "hires": called.hires if called else 0,
            "joining": called.joining if called else 0,
            "headcount": round(staffed),
            "at_full_strength": round(staffed - _lost_in_ramp(classes, number, ramp)),
            "seats": math.ceil(staffed) + sum(_is_in_training(each, as_of, number) * each.hires for each in classes),
        }


def _class(missing: float, number: int, planning: Planning, as_of: date) -> Class | None:
    """Return the classes that fill a gap by joining in a month; None where there is none, or it is too late to call."""
    starts = _monday(_month_end(as_of, number - 1) + timedelta(days=1) - timedelta(weeks=planning.training_weeks))
    if missing < 0.5 or starts <= as_of:
        return None
    count = math.ceil(missing / (planning.class_size * (1 - planning.training_loss_share)))
    hires = count * planning.class_size
    return Class(starts, hires, round(hires * (1 - planning.training_loss_share)), number)


def _monday(day: date) -> date:
    """Return the Monday of a day's week.

    Examples
    --------
    >>> _monday(date(2026, 12, 1))
    datetime.date(2026, 11, 30)
    """
    return day - timedelta(days=day.weekday())


def _lost_in_ramp(classes: list[Class], number: int, ramp: tuple[float, float]) -> float:
    """Return how many people's work is lost at the end of a month by those who are not at full strength yet."""
    months, lost = ramp
    return sum(each.joining * lost for each in classes if each.month <= number < each.month + months)


def _is_in_training(each: Class, as_of: date, number: int) -> bool:
    """Return whether a class sits in training on some day of a month."""
    return each.starts <= _month_end(as_of, number) and number < each.month


def _month_end(as_of: date, months: int) -> date:
    return (pd.Timestamp(as_of) + pd.offsets.MonthEnd(months)).date() if months else as_of
