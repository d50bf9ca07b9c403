"""The panel on Spark: its workers read, compute and write what has a row for each agent-month; none comes back here.

What comes back are counts and the sums behind the indicators, by group and month. Functions of pandas that the other
engine calls for a whole table are called by the workers for parts of it, so that nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from attrition.data.atomic import atomic_folder
from attrition.data.engine import run_in_parallel
from attrition.data.spark_parts import SparkWorkers
from attrition.data.spark_storage import SparkStorage
from attrition.exposure.open_past import CUT_COLUMNS, GROUP_COLUMNS
from attrition.features.declare import Family, Feature
from attrition.features.indicators import COLUMNS, sums_of_staff
from attrition.features.joined import features_of_family
from attrition.features.registry import declared_features
from attrition.features.team_leaders import leader_changes
from attrition.labels.maturity import with_observation
from attrition.labels.next_exits import next_exits, with_timestamps
from attrition.labels.outcomes import KEYS
from attrition.runs import Runs
from attrition.steps.indicator_files import SOURCES, shown_sums, staff_of
from attrition.steps.panel_families import families_of, past_of
from attrition.steps.spark_months import PanelMonths

if TYPE_CHECKING:
    from attrition.data.centre import Centre
    from attrition.data.consistency.extent import Extent
    from attrition.data.progress import Progress
    from attrition.exposure.past import Past

TEXT, DAY, NUMBER = pa.string(), pa.timestamp("us"), pa.float64()
OUTCOMES = pa.schema(
    [
        *(("agent_id", TEXT), ("as_of", DAY), ("exit_kind", TEXT), ("left_on", DAY), ("known_on", DAY)),
        *((name, TEXT) for name in (*GROUP_COLUMNS, *CUT_COLUMNS)),
        *(("observed_to", DAY), ("recording_months", pa.int64()), ("gone_known_on", DAY)),
    ]
)
STAFF = pa.schema(
    [
        *(("agent_id", TEXT), ("as_of", DAY), ("site", TEXT), ("team_id", TEXT), ("supervisor_id", TEXT)),
        *(("has_resigned", NUMBER), ("is_new", NUMBER)),
    ]
)
SUMS = pa.schema(
    [
        ("as_of", DAY),
        *((name, TEXT) for name in COLUMNS[1:5]),
        ("clusters", pa.int64()),
        *((name, NUMBER) for name in COLUMNS[6:]),
    ]
)


@dataclass(frozen=True, eq=False)
class SparkPanel:
    """A panel on the storage of Spark, as long as its run lasts.

    Parameters
    ----------
    storage : SparkStorage
        Where it is.
    months : Path
        A dataset of the agent-months with their groups.
    families : mapping of Path to list of str
        Datasets of the features of each family, and their columns.
    declared : mapping of str to Feature
        Every declared feature by name.
    outcomes : ibis.Table
        When and how employments ended, by agent-month.
    spells, indicators : DataFrame
        As in `attrition.steps.panel_files.BuiltPanel`.
    """

    storage: SparkStorage
    months: Path
    families: Mapping[Path, Sequence[str]]
    declared: Mapping[str, Feature]
    outcomes: ir.Table
    spells: pd.DataFrame
    indicators: pd.DataFrame

    @property
    def columns(self) -> list[str]:
        """The columns of the panel."""
        built = {name for columns in self.families.values() for name in columns}
        return [*KEYS, *(name for name, feature in self.declared.items() if (feature.compared or name) in built)]

    def write(self, runs: Runs, ends: pd.Timestamp) -> None:
        """Let the workers write the panel with its labels, and its outcomes, as datasets with a folder for each month.

        Labels are as known at `ends`, the end of the data.
        """
        names = sorted(path.name for path in self.months.iterdir())
        with atomic_folder(runs.folder / "outcomes.parquet") as outcomes, atomic_folder(runs.panel) as panel:
            self.storage.write_months(self.outcomes, outcomes, within=KEYS)
            months = PanelMonths(self.months, list(self.families), outcomes.absolute(), self.declared, ends)
            self.storage.run_for_each(partial(months.write, panel.absolute()), names)
            for attempt in panel.rglob("month=*/.*"):
                attempt.unlink()


def panel_on_spark(centre: Centre, spells: pd.DataFrame, workers: SparkWorkers, *, progress: Progress) -> SparkPanel:
    """Return a centre's panel, which is on the storage of Spark as long as that is there.

    Parameters
    ----------
    centre : Centre
        Of its tables the workers read the large typed ones where they are; the others are copied to the storage.
    spells : DataFrame
        One row per employment.
    workers : SparkWorkers
        With the tables that they read, and their storage.
    """
    storage = workers.tables.storage
    tasks = [partial(_on_spark, name, table, centre, workers) for name, table in centre.tables.items()]
    tables = dict(zip(centre.tables, run_in_parallel(centre.con, tasks), strict=True))
    past = past_of(centre, tables)
    progress("building the features")
    families = families_of(centre)
    declared = declared_features(families)
    built: list[Callable[[], Any]] = [
        *(partial(_family, storage, family, past, declared) for family in families),
        partial(storage.keep_months, past.months.select(*KEYS, *GROUP_COLUMNS)),
        partial(_followed, storage, centre, past, tables),
    ]
    *of_families, months, (outcomes, indicators) = run_in_parallel(storage.backend, built)
    progress("writing the panel")
    return SparkPanel(storage, months, dict(of_families), declared, outcomes, spells, indicators)


def _family(
    storage: SparkStorage, family: Family, past: Past, declared: Mapping[str, Feature]
) -> tuple[Path, list[str]]:
    """Return the dataset of a family's features, and its columns."""
    features = features_of_family(family, past, declared)
    return storage.keep_months(features), list(features.columns)


def _followed(
    storage: SparkStorage, centre: Centre, past: Past, tables: dict[str, ir.Table]
) -> tuple[ir.Table, pd.DataFrame]:
    """Return how the employment of each agent-month ended, and the sums behind the indicators."""
    observed = partial(_observed, extent=centre.extent, gone=centre.gone)
    outcomes = storage.of_rows(next_exits(past.months, tables["exits"]), observed, OUTCOMES)
    return outcomes, _indicators(storage, past, tables, outcomes, pd.Timestamp(centre.data_ends))


def _on_spark(name: str, table: ir.Table, centre: Centre, workers: SparkWorkers) -> ir.Table:
    """Return a table of DuckDB as Spark's: computed by the workers from files that they see, or copied."""
    computed = workers.table(centre.con, table)
    return workers.tables.storage.of_duckdb(name, table) if computed is None else computed


def _indicators(
    storage: SparkStorage, past: Past, tables: dict[str, ir.Table], outcomes: ir.Table, data_end: pd.Timestamp
) -> pd.DataFrame:
    """Return the sums behind the indicators, added up by Spark."""
    if not set(SOURCES) & set(tables):
        return pd.DataFrame(columns=list(COLUMNS))
    staff = storage.of_groups(outcomes, partial(staff_of, data_end=data_end), STAFF, by="agent_id")
    changes = storage.of_groups(staff.filter(staff.team_id.notnull()), _leader_changes, SUMS, by="team_id").to_pandas()
    sums = sums_of_staff(past, tables, staff.drop("supervisor_id"))
    return shown_sums(pd.concat([sums, changes[list(COLUMNS)].sort_values(["unit", "as_of"])]), data_end)


def _observed(rows: pd.DataFrame, *, extent: Extent, gone: pd.DataFrame) -> pd.DataFrame:
    """Return agent-months and their exits with until when an exit would be on file."""
    return with_observation(with_timestamps(rows), extent, gone)


def _leader_changes(staff: pd.DataFrame) -> pd.DataFrame:
    return leader_changes(staff.sort_values(KEYS))
