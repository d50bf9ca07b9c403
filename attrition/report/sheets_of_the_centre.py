"""The director's sheets of the workbook: the tables behind the charts of the centre's edition, as plain columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.cohorts import told
from attrition.report.columns import Column, Kind, Sheet, both, in_language, of_features
from attrition.report.sentences import capital

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month

DAYS = (30, 90, 180, 365)
MONEY = (
    ("past", "past"),
    ("past", "past_each", "past_each"),
    ("expected_cost", "expected"),
    ("expected_cost", "expected_each", "expected_each"),
)
"""Headings, and the column they stand over."""


def turnover(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give headcount and exits by month."""
    found = month.centre.turnover
    if found is None:
        return None
    rows = found.months
    columns = (
        Column(both(forms, "c.month"), [day.date() for day in rows["as_of"]], "month"),
        *_numbers(rows, forms, "count", headcount="headcount", voluntary="voluntary", otherwise="otherwise"),
    )
    return Sheet("Turnover", both(forms, "section.turnover.sheet"), columns)


def costs(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give what resignations cost, by part."""
    found = month.centre.costs
    if found is None:
        return None
    rows = found.parts
    columns = (
        Column(both(forms, "c.part"), [both(forms, part, "cost") for part in rows["part"]]),
        *(
            Column(": ".join(both(forms, f"c.{name}") for name in names), rows[column].astype(float).tolist(), "money")
            for *names, column in MONEY
        ),
    )
    return Sheet("Cost", both(forms, "section.costs.sheet"), columns)


def funnel(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give units beside what was expected of them."""
    found = month.centre.funnel
    if found is None:
        return None
    rows = found.units
    columns = (
        Column(both(forms, "c.unit"), _units(rows["level"], rows["unit"], forms)),
        Column(both(forms, "c.level"), [both(forms, f"level.{level}") for level in rows["level"]]),
        *_numbers(rows, forms, "count", expected="expected", resigned="resigned"),
        *_numbers(rows, forms, "figure", ratio="ratio"),
        Column(both(forms, "c.result"), [_result(name, forms) for name in rows["result"]]),
    )
    return Sheet("BeyondChance", both(forms, "section.funnel.sheet"), columns)


def cohorts(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give the share of new hires still there, by half-year of hiring."""
    if month.centre.cohorts.empty:
        return None
    rows = told(month.centre.cohorts)
    names = [" ".join(_half_year(row, form) for form in forms) for row in rows.to_dict("records")]
    columns = (
        Column(both(forms, "c.cohort"), names),
        *_numbers(rows, forms, "count", hires="hires"),
        *_numbers(rows, forms, "share", **{f"day_{day}": f"survival_{day}" for day in DAYS}),
    )
    return Sheet("NewHires", both(forms, "section.cohorts.sheet"), columns)


def movements(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give the drivers that matter most, and those that moved most in the whole centre."""
    found = month.centre.movements
    if found is None:
        return None
    others = found.changed[~found.changed["topic"].isin(found.most["topic"])]
    rows = pd.concat([found.most, others], ignore_index=True)
    columns = (
        *of_features(forms, "c.feature", rows["topic"].map(found.subjects), month.products.features),
        Column(both(forms, "c.lever"), [both(forms, lever, "lever") for lever in rows["lever"]]),
        *_numbers(rows, forms, "figure", over_peers="points"),
        *_numbers(rows, forms, "count", raised="raised"),
        *_numbers(rows, forms, "figure", since_month="month", since_year="year"),
    )
    return Sheet("Movements", both(forms, "section.movements.sheet"), columns)


def market(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give base pay against the market, by site and tenure band."""
    rows = month.centre.market
    if rows.empty:
        return None
    names = [
        both(forms, "level.centre") if by == "centre" else both(forms, str(group), "value")
        for by, group in zip(rows["by"], rows["group"], strict=True)
    ]
    columns = (
        Column(both(forms, "c.group"), names),
        Column(both(forms, "c.by"), [both(forms, by, "by") for by in rows["by"]]),
        *_numbers(rows, forms, "count", headcount="agents"),
        *_numbers(rows, forms, "figure", median="median", lowest_tenth="low", highest_tenth="high"),
        *_numbers(rows, forms, "share", below="below"),
    )
    return Sheet("Market", both(forms, "section.market.sheet"), columns)


def strain(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give workload and schedules by site, now, a month and a year ago."""
    rows = month.centre.strain
    if rows.empty:
        return None
    columns = (
        *of_features(forms, "c.feature", rows["feature"], month.products.features),
        Column(both(forms, "c.site"), [site or both(forms, "level.centre") for site in rows["site"]]),
        *_numbers(rows, forms, "figure", now="now", month_before="month", year_ago="year"),
    )
    return Sheet("Workload", both(forms, "section.strain.sheet"), columns)


def steps(month: Month, forms: Sequence[Form]) -> Sheet | None:
    """Give what was recommended, given and planned, by intervention."""
    rows = month.centre.steps.table
    if rows.empty:
        return None
    offers = {offered.id: offered for offered in month.products.interventions}
    columns = (
        *(
            in_language(form, "c.intervention", [_named(offers, name, form) for name in rows["intervention"]])
            for form in forms
        ),
        Column(both(forms, "c.lever"), [both(forms, lever, "lever") for lever in rows["lever"]]),
        *_numbers(rows, forms, "count", recommended="recommended"),
        *_numbers(rows, forms, "money", cost="cost"),
        *_numbers(rows, forms, "count", given="given", planned="planned"),
    )
    return Sheet("Steps", both(forms, "section.steps.sheet"), columns)


def _result(name: object, forms: Sequence[Form]) -> str:
    return both(forms, name, "result") if isinstance(name, str) else ""


def _half_year(row: Any, form: Form) -> str:
    return form.words("cohort", year=row["cohort"].year, half=form.words(f"half.{row['half']}"))


def _named(offers: dict[str, Any], name: str, form: Form) -> str:
    return capital(str(getattr(offers[name], form.words.lang))) if name in offers else name


def _units(levels: pd.Series, units: pd.Series, forms: Sequence[Form]) -> list[str]:
    return [
        both(forms, "level.centre") if level == "centre" else str(unit)
        for level, unit in zip(levels, units, strict=True)
    ]


def _numbers(rows: pd.DataFrame, forms: Sequence[Form], kind: Kind, **named: str) -> list[Column]:
    """Make a column of numbers per heading and the table's column it shows."""
    return [
        Column(both(forms, f"c.{heading}"), rows[column].astype(float).tolist(), kind)
        for heading, column in named.items()
    ]
