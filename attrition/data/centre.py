"""A centre's tables behind one door: read, mapped, checked, dated; or every fault of every table at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data import coverage, engine, sources, versions
from attrition.data.faults import contract_error
from attrition.data.files import Entry
from attrition.data.loading import Opened, Taken, take
from attrition.data.quality import NOTICED, SET_ASIDE, USED, Line, frame
from attrition.data.sources import Site, Sources
from attrition.data.tables import TABLES
from attrition.errors import Fault

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from attrition.data.engine import Connection


@dataclass(frozen=True, kw_only=True)
class Centre:
    """Everything known about a centre, in the contract's names and types.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        The tables the site supplies; in each the columns it supplies, and `known_on` and `superseded_on`:
        at month-end `t` a row is visible when ``known_on <= t`` and `superseded_on` is null or later than `t`.
    data_ends : date
        The last month-end up to which the data are complete.
    quality : DataFrame
        table, rule, rows, share, example_columns; rows read = rows used + rows set aside, for every table.
    assumptions : tuple of {"en": ..., "zh": ...}
        What the site did not say and was taken for granted.
    coverage : DataFrame
        One row per table of the contract: what the site supplies of it.
    manifest : tuple of Entry
        path, rows, bytes and SHA-256 of every file that was read.
    snapshot_features : tuple of dict
        The declared columns of `snapshots`, each with what a feature says of itself.
    """

    tables: Mapping[str, ibis.Table]
    site: Site
    data_ends: date
    quality: pd.DataFrame
    assumptions: tuple[Mapping[str, str], ...]
    coverage: pd.DataFrame
    manifest: tuple[Entry, ...]
    con: Connection
    snapshot_features: tuple[dict[str, Any], ...] = ()


def open_centre(workspace: Path) -> Centre:
    """Open the centre a workspace describes.

    Raises
    ------
    DeclarationError
        `pipelines/sources.toml` is missing or says something impossible.
    DataError
        The tables break the contract; `faults` holds every fault of every table.
    """
    centre, faults = inspect(workspace)
    if centre is None:
        raise contract_error(faults)
    return centre


def inspect(workspace: Path) -> tuple[Centre | None, tuple[Fault, ...]]:
    """Look at every table of a workspace: the centre where nothing breaks the contract, and all faults."""
    declared = sources.read(workspace)
    con = engine.duckdb(time_zone=declared.site.time_zone)
    taken = take(con, declared, workspace)
    faults = (*_not_declared(declared), *taken.faults)
    return (None, faults) if faults else (_centre(con, declared, taken), ())


def _not_declared(declared: Sources) -> list[Fault]:
    needed = ("exits",) if "snapshots" in declared.tables else ("agents", "assignments", "exits")
    advice = "give agents, assignments and exits, or snapshots and exits: add [tables.{}] with its path"
    return [
        Fault(
            file="pipelines/sources.toml",
            table=table,
            column="",
            rule="missing table",
            rows=None,
            advice=advice.format(table),
        )
        for table in needed
        if table not in declared.tables
    ]


def _centre(con: Connection, declared: Sources, taken: Taken) -> Centre:
    dating = [partial(_date, con, table, checked, declared) for table, checked in taken.tables.items()]
    lines = [*taken.lines, *(line for dated in engine.run_in_parallel(con, dating) for line in dated)]
    columns = {table: _columns(checked) for table, checked in taken.tables.items()}
    covered = coverage.measure(con, columns)
    ends, assumed = coverage.data_ends(declared.site, covered)
    return Centre(
        tables={table: con.table(table) for table in columns},
        site=declared.site,
        data_ends=ends,
        quality=frame(lines),
        assumptions=(*_assumptions(taken, declared), *filter(None, [assumed])),
        coverage=covered,
        manifest=tuple(entry for checked in taken.tables.values() for entry in checked.landed.manifest),
        con=con,
        snapshot_features=_features(declared),
    )


def _date(con: Connection, name: str, checked: Opened, declared: Sources) -> list[Line]:
    """Give a checked table its name, `known_on` and `superseded_on`, and count what is used of it."""
    table, columns = TABLES[name], checked.checked.columns
    delay = declared.tables[name].recording_delay_days or 0
    query = versions.dated(con, table, checked.relation, columns, checked.keyed, delay_days=delay)
    engine.run(con, f"CREATE {'TABLE' if checked.keyed.has_versions else 'VIEW'} {engine.name(name)} AS {query}")
    used = engine.rows(con, f"SELECT count(*) FROM {engine.name(name)}")[0][0]
    lines = [Line(table=name, rule=USED, rows=used)]
    if checked.keyed.has_versions:
        query = f"SELECT count(*) FROM {engine.name(name)} WHERE superseded_on IS NOT NULL"
        lines.append(Line(table=name, rule=NOTICED + "replaced by a later version", rows=engine.rows(con, query)[0][0]))
    if "is_retracted" in columns:
        query = f"SELECT count(*) FROM {engine.name(checked.relation)} WHERE is_retracted"
        withdrawn = engine.rows(con, query)[0][0]
        lines.insert(0, Line(table=name, rule=SET_ASIDE + "withdrawal", rows=withdrawn, columns=("is_retracted",)))
    return lines


def _columns(checked: Opened) -> tuple[str, ...]:
    shown = (column for column in checked.checked.columns if column != "is_retracted")
    return (*shown, "known_on", "superseded_on")


def _assumptions(taken: Taken, declared: Sources) -> list[Mapping[str, str]]:
    said = [note for checked in taken.tables.values() for note in checked.landed.notes]
    for table, checked in taken.tables.items():
        is_silent = declared.tables[table].recording_delay_days is None and TABLES[table].happened is not None
        if is_silent and "recorded_at" not in checked.checked.columns:
            said.append(
                {
                    "en": f"{table}: neither recorded_at nor recording_delay_days is given; "
                    "rows are taken to be known on the day they happened",
                    "zh": f"{table}：未提供 recorded_at，也未声明 recording_delay_days；假定各行在发生当日即已入录",
                }
            )
    return said


def _features(declared: Sources) -> tuple[dict[str, Any], ...]:
    source = declared.tables.get("snapshots")
    features = source.features if source is not None else {}
    return tuple({"name": name, **said.model_dump()} for name, said in features.items())
