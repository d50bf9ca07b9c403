"""Find staff numbers where the contract expects none, such as teams that are called by their leader's number."""

from __future__ import annotations

from collections.abc import Iterator

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.loaded import LoadedTable
from attrition.data.phrase import Phrase
from attrition.data.sources import Sources
from attrition.data.tables import TABLES
from attrition.errors import Fault

FEWEST_VALUES, FEWEST_LETTERS, FEWEST_NUMBERS = 5, 4, 0.8
"""A column with fewer different values, or with shorter ones, may hold the same words by chance; of the others this
share must be staff numbers."""
_NOT_KEPT = ("evaluation_id", "payment_id", "contact_id", "event_id", "pilot_id", "customer_id", "id", "system")
"""Columns that no product shows."""
_RULE = Phrase("staff numbers in another column", "其他列中出现工号")


def hidden_numbers(con: Connection, table: LoadedTable, name: str, declared: Sources, numbers: str) -> list[Fault]:
    """Return a fault for each column of a table whose values are staff numbers, where the site does not say so.

    Parameters
    ----------
    numbers : str
        The relation of all staff numbers, in its column ``number``.
    """
    source = declared.tables.get(name)
    if source is None or source.people is not None:
        return []
    return [
        _fault(table, name, column)
        for column in _candidates(con, table, name)
        if _holds_numbers(con, table.before_pseudonyms or table.relation, column, numbers)
    ]


def _candidates(con: Connection, table: LoadedTable, name: str) -> Iterator[str]:
    """Yield the columns of free text that products may show; the contract's own numbers of people are none."""
    contract = {column.name: column for column in TABLES[name].columns}
    for column, kind in con.table(table.relation).schema().items():
        declared = contract.get(column)
        is_free = declared is None or not (declared.choices or declared.names_person or declared.is_name)
        if kind.is_string() and is_free and column not in _NOT_KEPT:
            yield column


def _holds_numbers(con: Connection, relation: str, column: str, numbers: str) -> bool:
    query = (
        f"WITH shown AS (SELECT DISTINCT {quote_name(column)} AS text FROM {quote_name(relation)} "
        f"WHERE {quote_name(column)} IS NOT NULL) SELECT count(*), count(number), min(length(text)) "
        f"FROM shown LEFT JOIN {quote_name(numbers)} AS people ON shown.text = people.number"
    )
    values, people, shortest = engine.fetch_rows(con, query)[0]
    return bool(values >= FEWEST_VALUES and shortest >= FEWEST_LETTERS and people >= FEWEST_NUMBERS * values)


def _fault(table: LoadedTable, name: str, column: str) -> Fault:
    return Fault(
        file=table.raw_table.source_name,
        table=name,
        column=column,
        rule=_RULE,
        rows=None,
        advice=Phrase(
            'declare people = ["{column}"] under [tables.{table}], and they become pseudonyms; '
            "people = [] where they are no staff numbers",
            '请在 [tables.{table}] 下声明 people = ["{column}"]，即换为假名；若并非工号，请写 people = []',
            column=column,
            table=name,
        ),
    )
