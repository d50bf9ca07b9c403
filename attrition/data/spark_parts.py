"""Parts of DuckDB's statements that Spark's workers run: those that read a large table of theirs and give few rows.

A part is a query that counts, groups or tells apart. Workers write its result to the storage, and the statement reads
that instead. Whatever is not translated is run by DuckDB, which reads the same files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis.expr.types as ir
from ibis.util import gen_name
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.spark import naming_failure
from attrition.data.spark_sql import SPARK_TYPES, Node
from attrition.data.spark_storage import spark_path, spark_types
from attrition.data.spark_tables import SparkTables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

WRITTEN = "written by workers"
"""The mark of a query that reads what workers wrote."""


@dataclass(frozen=True, eq=False)
class SparkWorkers:
    """What a connection to DuckDB hands on to Spark's workers; it stands on the connection as `workers`.

    Parameters
    ----------
    tables : SparkTables
        The tables that workers read.
    """

    tables: SparkTables

    def with_parts_run(self, con: Connection, statement: str) -> str:
        """Return a statement of DuckDB's whose parts that workers can run were run, and are read from the storage.

        Parameters
        ----------
        con : Connection
            A DuckDB connection whose views the statement reads.
        statement : str
            A statement; only of one that fetches rows, or makes a table of them, parts are run.
        """
        if not self.tables.has_any() or not any(name in statement for name in self.tables.reading(con)):
            return statement
        tree = _parsed(statement)
        query = None if tree is None else _query(tree)
        if tree is None or query is None:
            return statement
        replaced = _replaced(con, self.tables, _without_names(query))
        if not any(part.meta.get(WRITTEN) for part in replaced.find_all(exp.Select)):
            return statement
        if query is tree:
            return str(replaced.sql(dialect="duckdb"))
        tree.set("expression", replaced)
        return tree.sql(dialect="duckdb")

    def table(self, con: Connection, table: ir.Table) -> ir.Table | None:
        """Return a table of DuckDB's as one that workers computed from files they see; None where they cannot."""
        if not self.tables.has_any():
            return None
        frame = self.tables.frame(con, parse_one(con.compile(table), dialect="duckdb"))
        if frame is None:
            return None
        frame, kinds = frame.toDF(*table.columns), spark_types(table)
        with naming_failure():
            return self.tables.storage.kept(
                frame.select(*(frame[kind.name].cast(kind.dataType) for kind in kinds)), kinds
            )


def _parsed(statement: str) -> Node | None:
    """Return a statement that can be written again as it is; None for any other."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH", "CREATE", "INSERT")):
        return None
    try:
        tree = parse_one(statement, dialect="duckdb")
        return tree if parse_one(tree.sql(dialect="duckdb"), dialect="duckdb") == tree else None
    except SqlglotError:
        return None


def _query(tree: Node) -> Node | None:
    """Return the query of a statement that fetches its rows or makes a table of them."""
    if isinstance(tree, exp.Query):
        return tree
    is_table = isinstance(tree, exp.Create) and tree.args.get("kind") == "TABLE"
    if (is_table or isinstance(tree, exp.Insert)) and isinstance(tree.expression, exp.Query):
        return tree.expression
    return None


def _without_names(query: Node) -> Node:
    """Return a query with each named query in the place of its name."""
    whole = query.copy()
    named: dict[str, Node] = {}
    for with_ in [*whole.find_all(exp.With)]:
        for part in with_.expressions:
            named[part.alias] = part.this.transform(lambda node: _in_place(node, named))
        with_.pop()
    return whole.transform(lambda node: _in_place(node, named))


def _in_place(node: Node, named: dict[str, Node]) -> Node:
    if not isinstance(node, exp.Table) or node.name not in named:
        return node
    alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name, quoted=True))
    return exp.Subquery(this=named[node.name].copy(), alias=alias)


def _replaced(con: Connection, tables: SparkTables, node: Node) -> Node:
    """Return a query with the results of its outermost parts that workers could run."""
    if isinstance(node, exp.Select) and _gives_few_rows(node) and not _is_in_footers(tables, node):
        frame = tables.frame(con, node)
        if frame is not None and (result := _result(con, tables, node, frame)) is not None:
            return result
    for part in [*node.iter_expressions()]:
        replaced = _replaced(con, tables, part)
        if replaced is not part:
            part.replace(replaced)
    return node


def _gives_few_rows(query: Node) -> bool:
    """Return whether a query counts, groups, tells apart, or keeps the rows that others name."""
    if query.args.get("group") or query.args.get("distinct") or any(map(_keeps_some, query.args.get("joins") or [])):
        return True
    return any(isinstance(node, exp.AggFunc) for node in _selected(query))


def _is_in_footers(tables: SparkTables, query: Node) -> bool:
    """Return whether the footers of files hold what a query asks: numbers of values, and extremes."""
    if any(query.args.get(key) for key in ("where", "group", "joins", "distinct")):
        return False
    source = query.find(exp.From)
    is_of_files = source is not None and isinstance(source.this, exp.Table) and tables.is_of_files(source.this.name)
    calls = [node for node in _selected(query) if isinstance(node, exp.Func)]
    return is_of_files and all(isinstance(call, exp.Count | exp.Min | exp.Max) for call in calls)


def _keeps_some(join: Node) -> bool:
    return join.kind == "SEMI"


def _selected(query: Node) -> Iterator[Node]:
    for column in query.expressions:
        yield from column.walk()


def _result(con: Connection, tables: SparkTables, query: Node, frame: DataFrame) -> Node | None:
    """Let the workers write a query's result, and return the query that reads it in the types that DuckDB gives it."""
    described = con.con.execute(f"DESCRIBE {query.sql(dialect='duckdb')}").fetchall()
    types = [row[1] for row in described]
    if not set(types) <= set(SPARK_TYPES):
        return None
    numbered = frame.toDF(*(f"c{place}" for place in range(len(types))))
    columns = [numbered[f"c{place}"].cast(SPARK_TYPES[kind]) for place, kind in enumerate(types)]
    path = tables.storage.folder / gen_name("part")
    with naming_failure():
        numbered.select(*columns).write.parquet(spark_path(path))
    values = [f"{_as(place, row[1])} AS {quote_name(row[0])}" for place, row in enumerate(described)]
    read = f"SELECT {', '.join(values)} FROM read_parquet({quote_text(f'{path}/*.parquet')})"
    result = parse_one(read, dialect="duckdb")
    result.meta[WRITTEN] = True
    return result


def _as(place: int, kind: str) -> str:
    """Return the SQL of a column of a result in DuckDB's type."""
    return "NULL" if kind == '"NULL"' else f"CAST(c{place} AS {kind})"
