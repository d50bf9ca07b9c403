"""Find days on which far more agents resign than chance allows: likely a transfer, or a change of systems."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from attrition.data.consistency.absences import site_of_agents
from attrition.data.consistency.facts import Facts
from attrition.data.consistency.staff import staff_on
from attrition.data.phrase import Phrase
from attrition.errors import Fault

MIN_PEOPLE = 5
"""Fewer resignations on a day are never a wave."""
SURPRISE = math.log(1e6)
"""A wave is a number that chance reaches in less than one of a million days, as a natural logarithm."""
SURPRISE_OF_A_TENTH = math.log(1e4)
"""Where a tenth of a site leaves on one day, one of ten thousand is enough."""
LARGE_SHARE = 0.1
END_OF_MONTH_DAYS = 3
"""Many contracts end with a month: its last days and the first of the next count as one, beside other month-ends."""
LARGEST_LEFT_OUT = 5
DAYS_PER_LEFT_OUT = 8
"""Of the days that others are judged by, the largest are left out: so many, and at most one of so many."""
DAYS_OF_AN_EVENT = 2
"""A declared event explains a wave up to so many days from its own."""
HIRING_DAYS = 3
"""New numbers that begin within so many days of a wave may be those who left."""
DAYS_NAMED = 2
"""Other days with a wave that a fault names."""


@dataclass(frozen=True, kw_only=True)
class _Wave:
    """A day with a wave: resignations, staff, the most that share one reason, and agents hired in the days after."""

    day: date
    resigned: int
    staff: int
    one_reason: int
    hired_after: int


def check_waves(facts: Facts) -> list[Fault]:
    """Return one fault that names the days on which far more agents resign than chance allows, largest first."""
    if not (facts.has("exits", "exit_date", "exit_type") and facts.has(facts.roster, "agent_id")):
        return []
    if facts.rows.get("exits", MIN_PEOPLE) < MIN_PEOPLE:
        return []
    days = [row for row in _surprising_days(facts) if not _is_declared(facts, row)]
    totals: dict[date, int] = {}
    for row in days:
        totals[row["day"]] = totals.get(row["day"], 0) + row["resigned"]
    if not totals:
        return []
    largest, *others = sorted(totals, key=lambda day: (-totals[day], day))
    sites = [row["site"] for row in days if row["day"] == largest]
    wave = _describe(facts, largest, sites)
    return [_fault(facts, wave, [(day, totals[day]) for day in others])]


def _surprising_days(facts: Facts) -> list[dict[str, Any]]:
    """Return ``site``, ``day``, ``resigned`` of days whose number chance hardly reaches, judged by the site's others.

    The chance of so many is at most ``exp(-surprise)``: Chernoff's bound for a negative binomial number with the mean
    and variance of the site's other days of the same kind (which is Poisson's where the variance is the mean). The
    largest of all days are left out of what others are judged by, so that one wave does not hide another.
    """
    counts = _counts_by_day(facts)
    keys = ["site", "is_month_end"]
    place = ibis.row_number().over(ibis.window(group_by=keys, order_by=[counts.n.desc(), counts.day]))
    left_out = ibis.least(LARGEST_LEFT_OUT, (counts.days / DAYS_PER_LEFT_OUT).floor()).cast("int64")
    counts = counts.mutate(is_usual=place >= left_out, left_out=left_out)
    kind, usual = ibis.window(group_by=keys), counts.is_usual.ifelse(counts.n, 0)
    # A day is not judged by itself.
    total, squares = usual.sum().over(kind) - usual, (usual * usual).sum().over(kind) - usual * usual
    others = ibis.greatest(counts.days - counts.left_out - counts.is_usual.cast("int64"), 1)
    # One more resignation than there was, since none so far does not mean that there cannot be one.
    mean = (total + 1) / (others + 1)
    variance = squares / others - mean * mean
    size = mean * mean / ibis.greatest(variance - mean, mean * 1e-4)
    n = counts.peak
    surprise = n * (n / mean).ln() - (n + size) * ((n + size) / (mean + size)).ln()
    compared = counts.mutate(mean=mean, surprise=surprise).filter(lambda t: (t.peak >= MIN_PEOPLE) & (t.peak > t.mean))
    likely = compared.filter(compared.surprise >= SURPRISE_OF_A_TENTH)
    rows: list[dict[str, Any]] = likely.select("site", "day", "surprise", resigned="peak").to_pyarrow().to_pylist()
    rows = [row for row in rows if row["day"] <= facts.data_ends]
    return [row for row in rows if row["surprise"] >= SURPRISE or _is_large_share(facts, row)]


def _counts_by_day(facts: Facts) -> ir.Table:
    """Return resignations by site and day, the days around the end of a month taken together.

    ``site``, ``is_month_end``, ``n``, the ``day`` with the most of them and its number ``peak``, and ``days``: how many
    days of this kind there were since the site's first exit.
    """
    exits = (
        facts.newest("exits")
        .select("agent_id", "exit_date", "exit_type")
        .inner_join(site_of_agents(facts.tables), "agent_id")
    )
    first = exits.exit_date.min().over(ibis.window(group_by="site"))
    exits = exits.mutate(first=first).filter(lambda t: t.exit_type == "voluntary")
    daily = exits.group_by("site", "first", day="exit_date").aggregate(n=exits.count())
    last = (daily.day.truncate("M") + ibis.interval(months=1)).cast("date") - ibis.interval(days=1)
    left = last.cast("date").delta(daily.day, unit="day")
    is_first = daily.day.day() == 1
    is_month_end = is_first | (left < END_OF_MONTH_DAYS)
    month = daily.day.year() * 12 + daily.day.month() - ibis.ifelse(is_first, 1, 0)
    daily = daily.mutate(is_month_end=is_month_end, unit=ibis.ifelse(is_month_end, month, -daily.day.epoch_seconds()))
    units = daily.group_by("site", "is_month_end", "unit", "first")
    counts = units.aggregate(day=daily.day.argmax(daily.n), peak=daily.n.max(), n=daily.n.sum())
    days = ibis.literal(facts.data_ends).delta(counts.first, unit="day") + 1
    month_ends = ibis.greatest((days / 30.44).ceil(), 1)
    other_days = ibis.greatest(days - month_ends * (END_OF_MONTH_DAYS + 1), 1)
    return counts.mutate(days=ibis.ifelse(counts.is_month_end, month_ends, other_days)).drop("unit", "first")


def _is_large_share(facts: Facts, row: dict[str, Any]) -> bool:
    return bool(row["resigned"] >= LARGE_SHARE * max(_staff(facts, row["day"], [row["site"]]), 1))


def _is_declared(facts: Facts, row: dict[str, Any]) -> bool:
    return any(event.is_about(row["day"], row["site"], days=DAYS_OF_AN_EVENT) for event in facts.declared.events)


def _staff(facts: Facts, day: date, sites: list[str]) -> int:
    staff = staff_on(facts.spells, ibis.memtable({"day": [day] * len(sites), "site": sites}))
    return int(staff.count().execute())


def _describe(facts: Facts, day: date, sites: list[str]) -> _Wave:
    """Count who was there, who gives one reason, and who was hired right after, at the sites of a wave."""
    there = site_of_agents(facts.tables)
    there = there.filter(there.site.isin(sites))
    exits = facts.newest("exits").semi_join(there, "agent_id")
    left = exits.filter((exits.exit_date == day) & (exits.exit_type == "voluntary"))
    hired = facts.spells.semi_join(there, "agent_id")
    after = hired.filter((hired.hired > day) & (hired.hired <= day + timedelta(days=HIRING_DAYS)))
    one_reason = 0
    if "reason" in left.columns:
        reasons = left.filter(left.reason.notnull()).group_by("reason").aggregate(n=lambda t: t.count())
        one_reason = int(reasons.n.max().fill_null(0).execute())
    return _Wave(
        day=day,
        resigned=int(left.agent_id.nunique().execute()),
        staff=_staff(facts, day, sites),
        one_reason=one_reason,
        hired_after=int(after.agent_id.nunique().execute()),
    )


def _fault(facts: Facts, wave: _Wave, others: list[tuple[date, int]]) -> Fault:
    """Return the fault of the largest wave, which names the next days as well."""
    rule = Phrase(
        "resignations on {day} far beyond chance: {n} of {staff} agents{also}",
        "{day} 的主动离职人数远超偶然波动：{staff} 人中 {n} 人{also_zh}",
        day=wave.day,
        n=wave.resigned,
        staff=wave.staff,
        **_signs(wave, others),
    )
    advice = Phrase(
        'if they were transferred or got new numbers, declare [[events]] with date = {day} and kind = "transfer" or '
        '"system_change", and list old and new numbers in the table renumbered, so that tenure goes on; if they did '
        'resign, declare what happened that day, such as kind = "bonus_day"',
        '若属调动或更换工号，请声明 [[events]]，date = {day}，kind = "transfer" 或 "system_change"，'
        '并在 renumbered 表中列出新旧工号，使司龄连续；若确为离职，请声明当日事件，例如 kind = "bonus_day"',
        day=wave.day,
    )
    effect = Phrase(
        "resigned_within_1m jumps: {n} of {staff} agents count as having resigned, and rates, levels of risk and what "
        "precedes a resignation are learnt from them",
        "resigned_within_1m 骤升：{staff} 人中 {n} 人被计为主动离职，离职率、风险水平及离职前兆均会受其影响",
        n=wave.resigned,
        staff=wave.staff,
    )
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="exit_date",
        rule=rule,
        rows=wave.resigned + sum(n for _, n in others),
        advice=advice,
        severity="labels",
        share=wave.resigned / max(wave.staff, 1),
        effect=effect,
    )


def _signs(wave: _Wave, others: list[tuple[date, int]]) -> dict[str, str]:
    """Return what speaks for a transfer, and the next days with a wave, in both languages."""
    en, zh = "", ""
    if wave.one_reason > wave.resigned / 2:
        en += f"; {wave.one_reason} of {wave.resigned} share one reason"
        zh += f"；其中 {wave.one_reason} 人离职原因相同"
    if wave.resigned / 2 <= wave.hired_after <= wave.resigned * 2:
        en += f"; {wave.hired_after} new numbers begin within {HIRING_DAYS} days after"
        zh += f"；其后 {HIRING_DAYS} 天内新增 {wave.hired_after} 个工号"
    if others:
        days = ", ".join(f"{day} ({n})" for day, n in others[:DAYS_NAMED])
        more = len(others) - DAYS_NAMED
        en += f"; also {days}" + (f" and {more} other {'day' if more == 1 else 'days'}" if more > 0 else "")
        zh += f"；另有 {days}" + (f" 及其他 {more} 天" if more > 0 else "")
    return {"also": en, "also_zh": zh}
