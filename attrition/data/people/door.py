"""The door: every column that names a person gets pseudonyms instead of staff numbers, and the erased stay outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.loaded import LoadedTable, LoadedTables
from attrition.data.people.hidden_numbers import hidden_numbers
from attrition.data.people.people_file import erased_mark
from attrition.data.people.protection import read_protection
from attrition.data.people.pseudonyms import Pseudonyms
from attrition.data.phrase import Phrase
from attrition.data.quality import SET_ASIDE, QualityLine
from attrition.data.rows import agent_months
from attrition.data.sources import Sources
from attrition.data.tables import PEOPLE_COLUMNS

_PAIRS = "__pseudonyms"
_NEW = "pseudonymised_"
ERASED = SET_ASIDE + Phrase("of people who were erased", "属于已删除的人员")
"""The rule of rows that are left out because their agent was erased."""


@dataclass(frozen=True, kw_only=True)
class _Relation:
    """A relation of the database, its columns, those of them that name people, and whether somebody was erased."""

    name: str
    columns: Sequence[str]
    people: Sequence[str]
    has_erased: bool = False


def through_the_door(con: Connection, loaded: LoadedTables, declared: Sources, workspace: Path) -> LoadedTables:
    """Return the tables with a pseudonym in the place of every staff number, without rows of people who were erased.

    A workspace that declares `pseudonyms = false` keeps its numbers, and the erased stay out all the same.

    Parameters
    ----------
    con : Connection
        The database of the relations.
    loaded : LoadedTables
        Tables after every check that needs staff numbers as they were written.
    declared : Sources
        Says which further columns hold staff numbers.
    workspace : Path
        Declares whether there are pseudonyms, and keeps the key and the way back.
    """
    has_pseudonyms = read_protection(workspace).pseudonyms
    if not has_pseudonyms and not erased_mark(workspace):
        return loaded
    relations = {name: _relation(con, table.relation, declared, name) for name, table in loaded.tables.items()}
    pairs = _pairs(workspace, _numbers(con, relations.values()), has_pseudonyms=has_pseudonyms)
    con.create_table(_PAIRS, pairs)
    names, has_erased = list(loaded.tables), bool(pairs["pseudonym"].null_count)
    relations = {name: replace(relation, has_erased=has_erased) for name, relation in relations.items()}
    tasks = [partial(_translated, con, loaded.tables[name], relations[name], declared, name) for name in names]
    tables = dict(zip(names, engine.run_in_parallel(con, tasks), strict=True))
    lines = [line for name in names if has_erased for line in _erased_lines(con, name, relations[name])]
    checks = [partial(hidden_numbers, con, tables[name], name, declared, _PAIRS) for name in names]
    faults = [fault for of_table in engine.run_in_parallel(con, checks) for fault in of_table]
    agent_months.keep_only(con, [table.relation for table in tables.values()])
    passed = LoadedTables(
        tables=tables,
        faults=(*loaded.faults, *(faults if has_pseudonyms else ())),
        lines=(*loaded.lines, *lines),
        people=_people(con, loaded.people),
    )
    engine.drop_unread(con, loaded.relations - passed.relations)  # a table that names nobody is in both
    return passed


def person_columns(declared: Sources, table: str) -> tuple[str, ...]:
    """Return the columns of a table that hold staff numbers: those of the contract, and those that a site declares."""
    source = declared.tables.get(table)
    return (*PEOPLE_COLUMNS, *(source.people or () if source is not None else ()))


def _relation(con: Connection, name: str, declared: Sources, table: str) -> _Relation:
    columns = con.table(name).columns
    return _Relation(
        name=name, columns=columns, people=[one for one in person_columns(declared, table) if one in columns]
    )


def _numbers(con: Connection, relations: Iterable[_Relation]) -> list[str]:
    """Return every staff number in any column that names people."""
    selects = [
        f"SELECT DISTINCT {quote_name(column)} FROM {quote_name(_holder(con, relation, column))}"
        for relation in relations
        for column in relation.people
    ]
    results = engine.run_in_parallel(con, [partial(engine.fetch_rows, con, select) for select in selects])
    return sorted({number for rows in results for (number,) in rows if number is not None})


def _holder(con: Connection, relation: _Relation, column: str) -> str:
    """Return the smallest relation with every number of a column."""
    is_counted = column == "agent_id" and agent_months.is_counted(con, relation.name)
    return agent_months.name_of(relation.name) if is_counted else relation.name


def _pairs(workspace: Path, numbers: Sequence[str], *, has_pseudonyms: bool) -> pa.Table:
    """Return each number with its pseudonym, null for people who were erased, and keep the way back."""
    pseudonyms = Pseudonyms.open(workspace)
    kept = set(numbers) - pseudonyms.erased(numbers)
    names_of = pseudonyms.record(kept) if has_pseudonyms else dict(zip(kept, kept, strict=True))
    names = [names_of.get(number) for number in numbers]
    return pa.table({"number": pa.array(numbers, pa.string()), "pseudonym": pa.array(names, pa.string())})


def _translated(con: Connection, table: LoadedTable, relation: _Relation, declared: Sources, name: str) -> LoadedTable:
    """Return a table whose rows, and those that share a key, name people by their pseudonyms."""
    shared = table.key_check.shared_relation
    if shared:
        shared = _translate(con, replace(_relation(con, shared, declared, name), has_erased=relation.has_erased))
    new = _translate(con, relation)
    if agent_months.is_counted(con, relation.name):
        agent_months.replace_agents(con, relation.name, new, pairs=_PAIRS)
    return replace(
        table,
        relation=new,
        before_pseudonyms="" if relation.has_erased or not engine.is_view(con, new) else relation.name,
        key_check=replace(table.key_check, shared_relation=shared),
    )


def _translate(con: Connection, relation: _Relation) -> str:
    """Create the relation with pseudonyms, a table of a table and a view of a view, and return its name."""
    if not relation.people:
        return relation.name
    new = _NEW + relation.name
    kind = "VIEW" if engine.is_view(con, relation.name) else "TABLE"
    engine.execute(con, f"CREATE {kind} {quote_name(new)} AS {_query(relation)}")
    return new


def _query(relation: _Relation) -> str:
    """Return the query of a relation's rows with pseudonyms; rows of an agent who was erased are left out."""
    joins, values = "", {}
    for position, column in enumerate(relation.people):
        joins += f" LEFT JOIN {_PAIRS} AS p{position} ON rows.{quote_name(column)} = p{position}.number"
        values[column] = f"p{position}.pseudonym AS {quote_name(column)}"
    return (
        f"SELECT rows.* REPLACE ({', '.join(values.values())}) FROM {quote_name(relation.name)} AS rows{joins}"
        f"{_not_erased(relation)}"
    )


def _not_erased(relation: _Relation) -> str:
    if "agent_id" not in relation.people or not relation.has_erased:
        return ""
    own = f"p{list(relation.people).index('agent_id')}"
    return f" WHERE {own}.number IS NULL OR {own}.pseudonym IS NOT NULL"


def _erased_lines(con: Connection, name: str, old: _Relation) -> list[QualityLine]:
    """Return how many rows of a table are left out because their agent was erased."""
    if "agent_id" not in old.people:
        return []
    query = f"SELECT count(*) FROM {quote_name(old.name)} AS rows SEMI JOIN "
    query += f"(SELECT number FROM {_PAIRS} WHERE pseudonym IS NULL) AS erased ON rows.agent_id = erased.number"
    rows = int(engine.fetch_rows(con, query)[0][0])
    return [QualityLine(table=name, rule=ERASED, rows=rows, columns=("agent_id",))] if rows else []


def _people(con: Connection, people: ir.Table | None) -> ir.Table | None:
    """Return the numbers of people in every table by their pseudonyms."""
    if people is None:
        return None
    pairs = con.table(_PAIRS)
    named = people.inner_join(pairs, people.id == pairs.number)
    return (
        named.filter(named.pseudonym.notnull())
        .select(*[column for column in people.columns if column != "id"], id=named.pseudonym)
        .cache()
    )
