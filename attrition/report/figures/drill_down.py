"""From an abnormal indicator down to one team, with what the tables can say to the questions practitioners ask.

In all teams or in one? Was anything declared to have changed? Are there more new agents, less training, another team
leader, more losses, more load? What the tables cannot say (the agents' relation with their leader, exam results, what
happened lately) stays a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import poisson
from scipy.stats import t as student

from attrition.report.figures.abnormal import MIN_MONTHS
from attrition.report.figures.indicators import BY_NAME, HEADCOUNT, TRAINING, TURNOVER, ranges_of_one, ratios
from attrition.report.rounding import round_mean, round_share

MAX_INDICATORS = 4
"""At most this many abnormal indicators are followed down."""
DEPARTING = 0.05
"""A team goes the same way where its distance from its own past has a smaller probability by chance."""
LEADER_MONTHS, EVENT_DAYS, LOSS_MONTHS, PAST_MONTHS = 6, 62, 3, 12
"""How far back changes of leader, declared events and losses are named, and what "usual" is."""
LOSSES = "losses"
"""The fact how many resigned within `LOSS_MONTHS`."""
CONDITIONS = (HEADCOUNT, TRAINING, "occupancy", "absence", "scheduled_of_required")
"""Indicators that may explain another one."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What the tables say to one question: a figure now and usually, or the days on which something happened.

    ``is_beyond`` says whether the figure differs from what is usual by more than months do by chance.
    """

    name: str
    now: float = float("nan")
    usual: float = float("nan")
    is_beyond: bool = False
    days: tuple[date, ...] = ()
    kind: str = ""

    @property
    def indicator(self) -> str:
        """The indicator that the figure belongs to; nothing is asked about one that is itself to be explained."""
        return TURNOVER if self.name == LOSSES else self.name


@dataclass(frozen=True, kw_only=True, eq=False)
class DrillDown:
    """One abnormal indicator, from the centre down.

    Parameters
    ----------
    indicator : str
        Its name.
    path : DataFrame
        Centre, site (or queue) and team: ``level``, ``unit``, ``value``, ``usual`` (rounded), ``is_departing``.
    against : {"past", "others"}
        What ``usual`` is of: the past year of the unit, or the other teams this month.
    scope : {"team", "site", "queue"}
        What is counted: teams of the site, or of the centre where it shows there; sites or queues where the indicator
        is not one of teams.
    departing, groups : int
        How many of them go the same way by more than chance, of how many.
    facts : tuple of Fact
        What the tables say about the last unit of the path.
    """

    indicator: str
    path: pd.DataFrame
    against: str
    scope: str
    departing: int
    groups: int
    facts: tuple[Fact, ...]

    @property
    def last(self) -> Any:
        """The unit at the end of the path."""
        return next(iter(self.path.tail(1).itertuples(index=False)))


def drill_downs(
    compared: pd.DataFrame, sums: pd.DataFrame, as_of: pd.Timestamp, *, events: Sequence[Mapping[str, Any]] = ()
) -> list[DrillDown]:
    """Return the abnormal indicators that are worse than usual, the least likely by chance first.

    Parameters
    ----------
    compared : DataFrame
        From `attrition.report.figures.abnormal.comparisons`.
    sums : DataFrame
        Sums of groups that may be shown, with ``resignations`` and ``leader_changed`` of teams.
    as_of : Timestamp
        The month.
    events : sequence of mapping
        What the site declares to have happened: ``date``, ``kind``, ``site``.
    """
    worse = compared[compared["is_abnormal"] & compared["is_worse"]].sort_values(["p", "level", "unit"])
    firsts = worse.drop_duplicates("indicator").head(MAX_INDICATORS)
    return [_drill_down(first, compared, sums, as_of, events) for _, first in firsts.iterrows()]


def _drill_down(
    first: pd.Series, compared: pd.DataFrame, sums: pd.DataFrame, as_of: pd.Timestamp, events: Sequence[Mapping]
) -> DrillDown:
    same = compared[compared["indicator"] == first["indicator"]]
    against = "past" if (same["against"] == "past").any() else "others"
    same = same[same["against"] == against]
    same = same.assign(is_departing=(same["distance"] * first["distance"] > 0) & (same["p"] < DEPARTING))
    units = _units(first, same)
    path = pd.concat([same[(same["level"] == level) & (same["unit"] == unit)].head(1) for level, unit in units])
    groups = _counted(first, same)
    return DrillDown(
        indicator=first["indicator"],
        path=rounded(path, sums, as_of)[["level", "unit", "value", "usual", "is_departing"]].reset_index(drop=True),
        against=against,
        scope="team" if groups.empty else str(groups["level"].iloc[0]),
        departing=int(groups["is_departing"].sum()),
        groups=len(groups),
        facts=facts_about(sums, as_of, path.tail(1)[["level", "unit", "site"]], events),
    )


def _counted(first: pd.Series, same: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of which is counted how many go the same way."""
    teams = same[same["level"] == "team"]
    if teams.empty or first["level"] == "queue":
        return same[same["level"] == ("queue" if first["level"] == "queue" else "site")]
    return teams if first["level"] == "centre" else teams[teams["site"] == first["site"]]


def _units(first: pd.Series, same: pd.DataFrame) -> list[tuple[str, str]]:
    """Return centre, site and team, or queue: those of the abnormal point, below it those that depart furthest."""
    if first["level"] == "queue":
        return [("centre", "centre"), ("queue", first["unit"])]
    site = first["site"] or _furthest(same[same["level"] == "site"])
    teams = same[(same["level"] == "team") & (same["site"] == site)]
    team = first["unit"] if first["level"] == "team" else _furthest(teams)
    return [("centre", "centre"), *([("site", site)] if site else []), *([("team", team)] if team else [])]


def _furthest(rows: pd.DataFrame) -> str:
    """Return the unit that departs furthest from its past in the direction sought, "" where none departs."""
    departing = rows[rows["is_departing"]].sort_values(["p", "unit"])
    return str(departing["unit"].iloc[0]) if len(departing) else ""


def rounded(rows: pd.DataFrame, sums: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return rows with ``value`` and ``usual`` rounded as the indicators are, see `figures.indicators`."""
    table = ratios(sums[sums["as_of"] == as_of])
    keys = ["level", "unit", "indicator"]
    sizes = table.drop_duplicates(keys)[[*keys, "clusters"]]
    rows = rows.merge(sizes, on=keys, how="left", validate="many_to_one")
    ranges = ranges_of_one(rows[["indicator"]].assign(as_of=as_of), table)
    cells = list(zip(rows["clusters"].fillna(0).astype(int), ranges, strict=True))
    return rows.assign(
        **{
            name: [round_mean(value, n, range_of_one=size) for value, (n, size) in zip(rows[name], cells, strict=True)]
            for name in ("value", "usual")
        }
    )


def facts_about(
    sums: pd.DataFrame, as_of: pd.Timestamp, unit: pd.DataFrame, events: Sequence[Mapping[str, Any]]
) -> tuple[Fact, ...]:
    """Return what the tables say about one unit: declared events, changes of leader, losses, and its conditions."""
    level, name, site = next(iter(unit.itertuples(index=False)))
    own = sums[(sums["level"] == level) & (sums["unit"] == name)]
    conditions = [_condition(own, sums, as_of, indicator) for indicator in CONDITIONS]
    facts = [*_events(events, as_of, site), _leader(own, as_of), _losses(own, as_of), *conditions]
    return tuple(fact for fact in facts if fact is not None)


def _events(events: Sequence[Mapping[str, Any]], as_of: pd.Timestamp, site: str) -> list[Fact]:
    """Return the declared events of the last two months at the site or the centre, and that there were none."""
    days = [(event, pd.Timestamp(event["date"])) for event in events if event.get("site") in (None, "", site)]
    recent = [(event, day) for event, day in days if 0 <= (as_of - day).days <= EVENT_DAYS]
    facts = [Fact(name="event", kind=event["kind"], days=(day.date(),)) for event, day in recent]
    return facts or [Fact(name="no_event")]


def _leader(own: pd.DataFrame, as_of: pd.Timestamp) -> Fact | None:
    changes = own[(own["indicator"] == "leader_changed") & (own["as_of"] > as_of - pd.offsets.MonthEnd(LEADER_MONTHS))]
    if changes.empty:
        return None
    months = changes.loc[changes["y"] > 0, "as_of"].sort_values()
    return Fact(name="leader", days=tuple(day.date() for day in months))


def _losses(own: pd.DataFrame, as_of: pd.Timestamp) -> Fact | None:
    """Return the share that resigned within three months, and what is usual within three months."""
    rows = own[own["indicator"] == "resignations"].sort_values("as_of")
    now = rows[(rows["as_of"] <= as_of) & (rows["as_of"] > as_of - pd.offsets.MonthEnd(LOSS_MONTHS))]
    before = rows[rows["as_of"] <= as_of - pd.offsets.MonthEnd(LOSS_MONTHS)].tail(PAST_MONTHS)
    if len(now) < LOSS_MONTHS or before.empty:
        return None
    usual = LOSS_MONTHS * before["y"].sum() / len(before)
    people, lost = (round(now["x"].mean()), round(before["x"].mean())), int(now["y"].sum())
    return Fact(
        name=LOSSES,
        now=round_share(lost, people[0]),
        usual=round_share(round(usual), people[1]),
        is_beyond=bool(min(poisson.cdf(lost, usual), poisson.sf(lost - 1, usual)) < DEPARTING / 2),
    )


def _condition(own: pd.DataFrame, sums: pd.DataFrame, as_of: pd.Timestamp, indicator: str) -> Fact | None:
    """Return a condition of the month beside that of the year before, rounded alike."""
    table = ratios(own[own["indicator"] == indicator])
    now = table[table["as_of"] == as_of]
    before = table[(table["as_of"] < as_of) & (table["as_of"] >= as_of - pd.offsets.MonthEnd(PAST_MONTHS))]
    if now.empty or before.empty or indicator not in BY_NAME:
        return None
    rows = now.assign(usual=before["value"].mean())[["level", "unit", "indicator", "value", "usual"]]
    shown = rounded(rows, sums[sums["indicator"] == indicator], as_of).iloc[0]
    return Fact(
        name=indicator,
        now=float(shown["value"]),
        usual=float(shown["usual"]),
        is_beyond=_is_beyond(float(now["value"].iloc[0]), before["value"]),
    )


def _is_beyond(value: float, months: pd.Series) -> bool:
    """Return whether a value lies further from the mean of other months than one of them would by chance."""
    if len(months) < MIN_MONTHS:
        return False
    limit = student.ppf(1 - DEPARTING / 2, len(months) - 1) * np.sqrt(1 + 1 / len(months))
    return bool(abs(value - months.mean()) > limit * months.std())
