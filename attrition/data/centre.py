"""Open a centre: read, map, check and date its tables, or report every fault of every table in one error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data import coverage, engine, sources
from attrition.data.consistency.absence_exits import AbsenceExits, exits_from_absence
from attrition.data.consistency.checks import check_consistency
from attrition.data.consistency.extent import Extent
from attrition.data.consistency.facts import Facts, gather_facts
from attrition.data.consistency.outside_employment import outside_employment
from attrition.data.consistency.withdrawn_exits import set_withdrawn_exits_aside
from attrition.data.events import Event, Reorganisation
from attrition.data.faults import contract_error
from attrition.data.files.manifest import ManifestEntry
from attrition.data.files.watched import naming_damage
from attrition.data.loaded import LoadedTable, LoadedTables
from attrition.data.loading import load_tables
from attrition.data.people.name_columns import without_names
from attrition.data.people.person_faults import dated_at_hire
from attrition.data.quality import NOTICED, QualityLine, quality_table
from attrition.data.required_tables import undeclared_tables
from attrition.data.rolled_contacts import as_supplied
from attrition.data.rows import agent_months
from attrition.data.rows.versioned import add_versions, has_all_rows
from attrition.data.sources import Site, Sources
from attrition.data.tables import TABLES
from attrition.data.values.hire_dates import tenure_assumption, without_default_hires
from attrition.errors import Fault

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from attrition.data.engine import Connection
    from attrition.data.spark_parts import SparkWorkers


@dataclass(frozen=True, kw_only=True)
class Centre:
    """The data of a centre, in the contract's names and types.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        The tables the site supplies, each with the columns it supplies and with `known_on` and `superseded_on`:
        at month-end `t` a row is visible when ``known_on <= t`` and `superseded_on` is null or later than `t`.
    extent : Extent
        From when to when the data are complete, and up to when the list of exits is.
    quality : DataFrame
        table, rule, rows, share, example_columns; rows read = rows used + rows set aside, for every table.
    assumptions : tuple of {"en": ..., "zh": ...}
        What was assumed because the site did not declare it.
    coverage : DataFrame
        One row per table of the contract, see `attrition.data.coverage.measure_coverage`.
    manifest : tuple of ManifestEntry
        Path, rows, bytes and SHA-256 of every file that was read.
    con : Connection
        The DuckDB database that holds the tables.
    gone : DataFrame
        Agents who are gone without an exit on file: ``agent_id``, ``site``, ``hired`` and ``last_seen``.
    headcount : DataFrame
        People employed and active by site and month, see `attrition.data.consistency.headcount`.
    facts : Facts
        What the tables were held against each other with.
    snapshot_features : tuple of dict
        The declared features of `snapshots`: their names and declarations.
    faults : tuple of Fault
        What is wrong with the tables and does not stop: it changes labels or costs features. Each also has a line in
        `quality`.
    reorganisations : tuple of Reorganisation
        The days on which the teams of a site were changed, declared or found in the tables.
    events : tuple of Event
        The events that the site declares.
    before_pseudonyms : mapping of str to ibis.Table
        Tables of the same rows and columns before people got pseudonyms; they are only counted, which is quicker there.
    """

    tables: Mapping[str, ir.Table]
    site: Site
    extent: Extent
    quality: pd.DataFrame
    assumptions: tuple[Mapping[str, str], ...]
    coverage: pd.DataFrame
    manifest: tuple[ManifestEntry, ...]
    con: Connection
    gone: pd.DataFrame
    headcount: pd.DataFrame
    snapshot_features: tuple[dict[str, Any], ...] = ()
    facts: Facts | None = None
    faults: tuple[Fault, ...] = ()
    reorganisations: tuple[Reorganisation, ...] = ()
    events: tuple[Event, ...] = ()
    before_pseudonyms: Mapping[str, ir.Table] = field(default_factory=dict)

    @property
    def data_ends(self) -> date:
        """The last month-end of the data."""
        return self.extent.ends


def open_centre(workspace: Path, *, workers: SparkWorkers | None = None) -> Centre:
    """Return the centre of a workspace; Spark's `workers` read and count the large typed tables where there are some.

    Raises
    ------
    DeclarationError
        `pipelines/sources.toml` is missing or not valid.
    DataError
        The tables break the contract; `faults` holds every fault of every table.
    MissingExtra
        A source is a database whose driver is not installed.
    """
    centre, faults = examine(workspace, workers=workers)
    refuse(faults)
    assert centre is not None
    return centre


def refuse(faults: Sequence[Fault], *, page: str = "") -> None:
    """Raise a `DataError` with all faults if one of them stops; `page` is the file that shows what to change."""
    if any(fault.stops for fault in faults):
        raise contract_error(faults, page=page)


def inspect(workspace: Path) -> tuple[Centre | None, tuple[Fault, ...]]:
    """Check every table of a workspace; return the centre, or None if a fault stops, and all faults."""
    centre, faults = examine(workspace)
    return (None if any(fault.stops for fault in faults) else centre), faults


def examine(workspace: Path, *, workers: SparkWorkers | None = None) -> tuple[Centre | None, tuple[Fault, ...]]:
    """Check every table of a workspace; return the centre, and all faults.

    Tables are held against each other only where none of them has a fault that stops by itself; otherwise the centre is
    None. A centre that is refused for what they show together is returned, so that the rows can be listed.
    """
    declared = sources.read(workspace)
    con = engine.open_duckdb(time_zone=declared.site.time_zone)
    con.workers = workers
    loaded = load_tables(con, declared, workspace)
    faults = (*undeclared_tables(declared), *dated_at_hire(declared), *loaded.faults)
    if any(fault.stops for fault in faults):
        return None, faults
    with naming_damage(manifest_of(loaded), workspace):
        centre = hold_together(con, declared, loaded, faults)
    return centre, centre.faults


def without_checks(centre: Centre) -> Centre:
    """Return the centre without what only its checks and its description read, which leaves the database."""
    agent_months.keep_only(centre.con, ())
    engine.give_back(centre.con)
    return replace(centre, facts=None, before_pseudonyms={})


def with_faults(centre: Centre, faults: Sequence[Fault]) -> Centre:
    """Return the centre with further faults that do not stop, each of which also has a line in `quality`."""
    import pandas as pd

    if not faults:
        return centre
    quality = pd.concat([centre.quality, quality_table(map(_quality_line, faults))])
    quality = quality.sort_values("table", kind="stable", ignore_index=True)
    return replace(centre, quality=quality, faults=(*centre.faults, *faults))


def manifest_of(loaded: LoadedTables) -> tuple[ManifestEntry, ...]:
    """Return the files from which tables were loaded."""
    return tuple(entry for table in loaded.tables.values() for entry in table.raw_table.manifest)


def hold_together(con: Connection, declared: Sources, loaded: LoadedTables, faults: tuple[Fault, ...]) -> Centre:
    """Add versions to the loaded tables, hold them against each other, and return the centre."""
    supplied, declared = declared, declared.rolled_up
    tasks = [partial(add_versions, con, name, table, declared) for name, table in loaded.tables.items()]
    lines = [*loaded.lines, *(line for lines in engine.run_in_parallel(con, tasks) for line in lines)]
    engine.drop_unread(con, loaded.relations)
    columns = {name: _columns(table) for name, table in loaded.tables.items()}
    exits = declared.tables.get("exits")
    if exits is not None and exits.if_work_goes_on == "withdrawn":
        lines = set_withdrawn_exits_aside(con, columns, lines)
    table_coverage = coverage.measure_coverage(con, columns)
    facts, hire_faults, derived = _gathered(con, declared, loaded, table_coverage)
    outside = outside_employment(facts, loaded.people)
    faults = as_supplied((*faults, *hire_faults, *check_consistency(con, facts), *outside.faults), supplied)
    lines = [*lines, *(derived.lines if derived is not None else ()), *outside.lines]
    assumed = [tenure_assumption(facts), derived.assumption if derived is not None else None]
    return Centre(
        tables=facts.tables,
        site=declared.site,
        extent=facts.extent,
        quality=quality_table([*lines, *map(_quality_line, faults)]),
        assumptions=(*_assumptions(loaded, declared), *facts.extent.assumptions, *filter(None, assumed)),
        coverage=table_coverage,
        manifest=manifest_of(loaded),
        con=con,
        gone=facts.gone.to_pandas(),
        headcount=facts.headcount,
        snapshot_features=_features(declared),
        facts=facts,
        faults=faults,
        reorganisations=facts.reorganisations,
        events=declared.events,
        before_pseudonyms=_before_pseudonyms(con, loaded, facts),
    )


def _before_pseudonyms(con: Connection, loaded: LoadedTables, facts: Facts) -> dict[str, ir.Table]:
    """Return the tables whose rows are those of a view below the door: all that are neither replaced nor left out."""
    return {
        name: con.table(table.before_pseudonyms)
        for name, table in loaded.tables.items()
        if table.before_pseudonyms and has_all_rows(table) and facts.tables[name].equals(con.table(name))
    }


def _gathered(
    con: Connection, declared: Sources, loaded: LoadedTables, table_coverage: pd.DataFrame
) -> tuple[Facts, list[Fault], AbsenceExits | None]:
    """Return the facts of a centre, without default hire dates and with exits read from absence where declared."""
    facts = gather_facts(
        {name: con.table(name) for name in loaded.tables},
        declared,
        {name: table.raw_table.source_name for name, table in loaded.tables.items()},
        rows=dict(zip(table_coverage["table"], table_coverage["rows"], strict=True)),
    )
    marked, faults = without_default_hires(facts)
    facts = facts if marked is facts.tables else replace(facts, tables=marked)
    if declared.site.exits_from != "absence":
        return facts, faults, None
    derived = exits_from_absence(facts)
    tables = {**facts.tables, "exits": derived.exits}
    return gather_facts(tables, declared, facts.source_names, rows=facts.rows), faults, derived


def _quality_line(fault: Fault) -> QualityLine:
    columns = tuple(filter(None, [fault.column]))
    return QualityLine(table=fault.table, rule=NOTICED + fault.rule, rows=fault.rows or 0, columns=columns)


def _columns(loaded: LoadedTable) -> tuple[str, ...]:
    kept_columns = (column for column in without_names(loaded.checked.columns) if column != "is_retracted")
    return (*kept_columns, "known_on", "superseded_on")


def _assumptions(loaded: LoadedTables, declared: Sources) -> list[Mapping[str, str]]:
    assumptions = [note for table in loaded.tables.values() for note in table.raw_table.notes]
    for name, table in loaded.tables.items():
        has_no_delay = declared.tables[name].recording_delay_days is None and TABLES[name].happened is not None
        if has_no_delay and "recorded_at" not in table.checked.columns:
            assumptions.append(
                {
                    "en": f"{name}: neither recorded_at nor recording_delay_days is given; "
                    "rows are taken to be known on the day they happened",
                    "zh": f"{name}：未提供 recorded_at，也未声明 recording_delay_days；假定各行在发生当日即已入录",
                }
            )
    if "exits" in loaded.tables and "notice_date" not in loaded.tables["exits"].checked.columns:
        assumptions.append(
            {
                "en": "exits: notice_date is not given; a resignation is taken to be handed in on the day of the exit",
                "zh": "exits：未提供 notice_date；假定辞职于离职当日提出",
            }
        )
    return assumptions


def _features(declared: Sources) -> tuple[dict[str, Any], ...]:
    source = declared.tables.get("snapshots")
    features = source.features if source is not None else {}
    return tuple({"name": name, **feature.model_dump()} for name, feature in features.items())
