"""Features from the columns of a site's monthly file (``snapshots``): level, mean over three months, and change."""

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

WINDOW_MONTHS = 3
"""Number of months that a mean covers, and over which a change is measured."""
MAX_AGE_MONTHS = 3
"""Where newer rows are missing, a row is used for this many months; after that its columns are unknown."""
MEAN_SUFFIX = {"en": ", mean of three months", "zh": "（近三个月均值）"}
"""What is appended to a feature's phrase to name its mean, by language."""


@dataclass(frozen=True)
class SnapshotColumn:
    """A declared column of ``snapshots``: its name in the file, and the feature of its level."""

    name: str
    level: Feature

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features built from the column: level, mean and change; a category has a level only."""
        return (self.level,) if self.level.is_category else (self.level, self.mean, self.change)

    @property
    def mean(self) -> Feature:
        """The declaration of the mean of the last three months."""
        last_part = PARTS.get(self.level.measure, ())[-1:]
        phrases = {
            field: getattr(self.level, field) + suffix
            for language, suffix in MEAN_SUFFIX.items()
            for field in (language, *(f"{part}_{language}" for part in last_part))
        }
        return replace(
            self.level,
            name=f"{self.level.name}_mean_{WINDOW_MONTHS}m",
            topic=f"{self.level.topic}_mean",
            peers=False,
            **phrases,
        )

    @property
    def change(self) -> Feature:
        """The declaration of the difference from three months ago."""
        return replace(
            self.level,
            name=f"{self.level.name}_change_{WINDOW_MONTHS}m",
            topic=f"{self.level.topic}_change",
            measure="change",
            en=f"change in {self.level.en} over three months",
            zh=f"{self.level.zh}三个月变化",
            absence="unknown",
            peers=False,
        )


def snapshot_families(declarations: Sequence[Mapping[str, Any]]) -> tuple[Family, ...]:
    """Return families of features for the columns of ``snapshots`` that a site declares.

    Parameters
    ----------
    declarations : sequence of mappings
        ``name`` of the column, and the fields of `Feature` that `attrition.data.sources.SnapshotFeature` lists.
        The feature of a column has its name, with the family in front where it does not begin with it.

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


def _column(declaration: Mapping[str, Any]) -> SnapshotColumn:
    """Return the column of one declaration."""
    name, family = declaration["name"], declaration["family"]
    full_name = name if name.startswith(f"{family}_") else f"{family}_{name}"
    level = Feature(**{**declaration, "name": full_name})
    return SnapshotColumn(name, replace(level, absence="unknown") if level.is_category else level)


def _build(columns: tuple[SnapshotColumn, ...], past: Past) -> Iterator[ir.Table]:
    """Yield one table with level, mean and change of each column, as known at the month-end."""
    available = tuple(column for column in columns if past.has("snapshots", column.name))
    if not available:
        return
    rows = _numbered_from_newest(past)
    measures = {name: value for column in available for name, value in _measures(rows, column).items()}
    totals = rows.group_by("agent_id", "as_of").aggregate(**measures)
    numeric = [column for column in available if not column.level.is_category]
    yield totals.mutate(**{c.change.name: totals[c.level.name] - totals[f"_{c.name}_before"] for c in numeric})


def _numbered_from_newest(past: Past) -> ir.Table:
    """Return the rows of the spell with ``months_back``, their distance in months from the newest row known."""
    rows = past.events("snapshots", months=WINDOW_MONTHS + MAX_AGE_MONTHS)
    rows = rows.drop("hire_date") if "hire_date" in rows.columns else rows
    spells = past.months.select("agent_id", "as_of", hired_month=month_number(past.months.hire_date))
    rows = rows.inner_join(spells, ["agent_id", "as_of"])
    rows = rows.filter(rows.month - rows.age >= rows.hired_month)
    newest = rows.age.min().over(ibis.window(group_by=["agent_id", "as_of"]))
    rows = rows.mutate(newest=newest, months_back=rows.age - newest)
    return rows.filter(rows.newest < MAX_AGE_MONTHS)


def _measures(rows: ir.Table, column: SnapshotColumn) -> dict[str, ir.Value]:
    """Return level, mean and the value three months before the newest row, by name."""
    if column.level.is_category:
        return {column.level.name: rows[column.name].cast("string").max(where=rows.months_back == 0)}
    value = rows[column.name].cast("float64")
    is_recent = rows.months_back < WINDOW_MONTHS
    total = to_fixed_point(value).sum(where=is_recent)
    return {
        column.level.name: value.max(where=rows.months_back == 0),
        column.mean.name: from_fixed_point(total / value.count(where=is_recent).nullif(0)),
        f"_{column.name}_before": value.max(where=rows.months_back == WINDOW_MONTHS),
    }
