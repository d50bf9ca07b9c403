"""A site's own monthly columns as features: their level, their mean over three months, and their change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from attrition.data.terms import FAMILY_NAMES, PARTS
from attrition.exposure.calendar import month_number
from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature

BACK = 3
"""Months that a mean spans, and that a change looks back."""
STALE = 3
"""A file that comes late is used for so many months; after that a column is unknown."""
OF_MEANS = {"en": ", mean of three months", "zh": "（近三个月均值）"}
"""What is added to a phrase, by language, for the mean of a column."""


@dataclass(frozen=True)
class Column:
    """A declared column of ``snapshots``: its name there, and its level as a feature."""

    name: str
    level: Feature

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features built from the column: a category has a level only."""
        return (self.level,) if self.level.is_category else (self.level, self.mean, self.change)

    @property
    def mean(self) -> Feature:
        """The mean of the last three months."""
        last_part = PARTS.get(self.level.measure, ())[-1:]
        phrases = {
            field: getattr(self.level, field) + suffix
            for language, suffix in OF_MEANS.items()
            for field in (language, *(f"{part}_{language}" for part in last_part))
        }
        return replace(
            self.level,
            name=f"{self.level.name}_mean_{BACK}m",
            topic=f"{self.level.topic}_mean",
            peers=False,
            **phrases,
        )

    @property
    def change(self) -> Feature:
        """The difference from three months ago."""
        return replace(
            self.level,
            name=f"{self.level.name}_change_{BACK}m",
            topic=f"{self.level.topic}_change",
            measure="change",
            en=f"change in {self.level.en} over three months",
            zh=f"{self.level.zh}三个月变化",
            absence="unknown",
            peers=False,
        )


def snapshot_families(declarations: Sequence[Mapping[str, Any]]) -> tuple[Family, ...]:
    """Make families of the columns of ``snapshots`` that a site declares as features.

    Parameters
    ----------
    declarations : sequence of mappings
        ``name`` of the column, and the fields of `Feature` that `attrition.data.sources.SnapshotFeature` lists.
        A name that does not begin with its family gets the family in front.

    Examples
    --------
    >>> income = {"name": "income", "family": "pay", "lever": "pay", "unit": "money", "en": "income", "zh": "月收入"}
    >>> [feature.name for family in snapshot_families([income]) for feature in family.features]
    ['pay_income', 'pay_income_mean_3m', 'pay_income_change_3m']
    """
    columns = [_column(declaration) for declaration in declarations]
    families = []
    for family in FAMILY_NAMES:
        members = tuple(column for column in columns if column.level.family == family)
        features = tuple(feature for column in members for feature in column.features)
        if members:
            families.append(Family(name=family, features=features, build=partial(_build, members)))
    return tuple(families)


def _column(declaration: Mapping[str, Any]) -> Column:
    name, family = declaration["name"], declaration["family"]
    full_name = name if name.startswith(f"{family}_") else f"{family}_{name}"
    level = Feature(**{**declaration, "name": full_name})
    return Column(name, replace(level, absence="unknown") if level.is_category else level)


def _build(columns: tuple[Column, ...], past: Past) -> Iterator[ir.Table]:
    """Yield what the monthly file says of each agent-month, from the newest row that was known."""
    here = tuple(column for column in columns if past.has("snapshots", column.name))
    if not here:
        return
    rows = _newest_first(past)
    measures = {name: value for column in here for name, value in _measures(rows, column).items()}
    told = rows.group_by("agent_id", "as_of").aggregate(**measures)
    yield told.mutate(**{c.change.name: told[c.level.name] - told[f"_{c.name}_before"] for c in here if _counts(c)})


def _newest_first(past: Past) -> ir.Table:
    """Count the rows of the spell backwards, 0 being the newest that was known."""
    rows = past.events("snapshots", months=BACK + STALE)
    rows = rows.drop("hire_date") if "hire_date" in rows.columns else rows
    spells = past.months.select("agent_id", "as_of", hired_month=month_number(past.months.hire_date))
    rows = rows.inner_join(spells, ["agent_id", "as_of"])
    rows = rows.filter(rows.month - rows.age >= rows.hired_month)
    newest = rows.age.min().over(ibis.window(group_by=["agent_id", "as_of"]))
    rows = rows.mutate(newest=newest, back=rows.age - newest)
    return rows.filter(rows.newest < STALE)


def _measures(rows: ir.Table, column: Column) -> dict[str, ir.Value]:
    if not _counts(column):
        return {column.level.name: rows[column.name].cast("string").max(where=rows.back == 0)}
    value = rows[column.name].cast("float64")
    lately = rows.back < BACK
    return {
        column.level.name: value.max(where=rows.back == 0),
        column.mean.name: from_fixed_point(
            to_fixed_point(value).sum(where=lately) / value.count(where=lately).nullif(0)
        ),
        f"_{column.name}_before": value.max(where=rows.back == BACK),
    }


def _counts(column: Column) -> bool:
    """Tell whether a column holds numbers."""
    return not column.level.is_category
