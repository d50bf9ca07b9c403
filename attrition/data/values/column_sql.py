"""SQL that casts the mapped columns of a source to the contract's types, in nested queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from attrition.data.engine import quote_name, quote_text
from attrition.data.files.raw_table import FILE, RawTable
from attrition.data.mapping import MappedColumn
from attrition.data.schema import Column
from attrition.data.values.cast_options import CastOptions
from attrition.data.values.casting import Aliases, CastSteps, cast


@dataclass(frozen=True, kw_only=True)
class ColumnSql:
    """One mapped column, the SQL of the steps that cast it, and the alias of each step, made of the column's index.

    `raw` is the SQL of the source's column or constant, `raw_type` its type in DuckDB; `header` is None for a constant.
    `converted_from` is the unit from which `value` is converted by `factor`, "" where it is not.
    With `fills_blanks` the value map has a value for blanks. `lookup` names the table of `lookup_query` that rows are
    joined to, "" where each row is parsed.
    """

    column: Column
    index: int
    raw: str
    raw_type: str
    steps: CastSteps
    header: str | None
    has_value_map: bool
    options: CastOptions
    fills_blanks: bool = False
    has_id_rules: bool = False
    converted_from: str = ""
    factor: float = 1.0
    lookup: str = ""

    @property
    def raw_text(self) -> str:
        """Alias of the source's text, blanks included."""
        return f"__g{self.index}"

    @property
    def trimmed(self) -> str:
        """Alias of the source's text without blanks around it."""
        return f"__t{self.index}"

    @property
    def mapped(self) -> str:
        """Alias of the trimmed text with values mapped (or of the native value)."""
        return f"__s{self.index}"

    @property
    def cleaned(self) -> str:
        """Alias of the text that the value is parsed from."""
        return f"__d{self.index}"

    @property
    def value(self) -> str:
        """Alias of the value in the contract's type."""
        return f"__v{self.index}"

    @property
    def is_native(self) -> bool:
        """Whether the source has a type of its own, so that no text is parsed."""
        return self.steps.is_native

    @property
    def is_cast(self) -> bool:
        """Whether `value` can be null where `mapped` is not."""
        return self.steps.value != self.mapped

    @property
    def has_missing(self) -> bool:
        """Whether some of its values are declared to mean nothing."""
        return bool(self.options.missing.get(self.column.name))

    @property
    def is_id(self) -> bool:
        """Whether the column identifies a person or a thing; such text is changed by declared rules only."""
        return self.column.name == "id" or self.column.name.endswith("_id")


def column_sql(mapped: MappedColumn, raw_table: RawTable, options: CastOptions, index: int) -> ColumnSql:
    """Return the SQL of one mapped column; `index` must be unique among the columns of a query."""
    if mapped.by_file:
        cases = " ".join(f"WHEN {quote_text(file)} THEN {quote_text(day)}" for file, day in mapped.by_file.items())
        raw, raw_type = f"CASE {FILE} {cases} END", "VARCHAR"
    elif mapped.header is None:
        raw, raw_type = quote_text(mapped.constant or ""), "VARCHAR"
    else:
        raw, raw_type = quote_name(mapped.header), raw_table.types[mapped.header]
    aliases = Aliases(trimmed=f"__t{index}", mapped=f"__s{index}", cleaned=f"__d{index}")
    in_its_unit = replace(mapped.column, unit=mapped.unit or mapped.column.unit)
    steps = cast(in_its_unit, raw, raw_type, options, aliases=aliases, values=mapped.values)
    if mapped.factor != 1:
        steps = replace(steps, value=f"(({steps.value}) * {mapped.factor!r})")
    return ColumnSql(
        column=mapped.column,
        index=index,
        raw=raw,
        raw_type=raw_type,
        steps=steps,
        header=mapped.header,
        has_value_map=bool(mapped.values),
        has_id_rules=options.id_rules(mapped.column) is not None,
        converted_from=mapped.unit if mapped.factor != 1 else "",
        factor=mapped.factor,
        fills_blanks=any(not before.strip() for before in mapped.values),
        options=options,
    )


def without_repairs(column: ColumnSql) -> ColumnSql:
    """Return the SQL of a text column as it is, for columns without outer blanks and without words for nothing."""
    return replace(column, steps=replace(column.steps, trimmed=column.raw, mapped=column.trimmed))


def looking_up(column: ColumnSql, changed: Mapping[str, str | None]) -> ColumnSql:
    """Return the SQL of a text column whose values are those of the source, but for a few that are looked up."""
    cases = " ".join(
        f"WHEN {quote_text(before)} THEN {'NULL' if after is None else quote_text(after)}"
        for before, after in changed.items()
    )
    mapped = f"CASE {column.trimmed} {cases} ELSE {column.trimmed} END" if cases else column.trimmed
    return replace(column, steps=replace(without_repairs(column).steps, mapped=mapped, value=column.mapped))


def lookup_query(column: ColumnSql, texts: str) -> str:
    """Return the query of the steps of each distinct text, with the text as ``__text``; `texts` is their relation."""
    steps = ", ".join(f"{alias} AS __{step}" for step, alias in _looked_up_steps(column).items())
    query = columns_query([column], texts, with_raw_text=True)
    return f"SELECT {column.raw_text} AS __text, {steps} FROM ({query})"


def joined(column: ColumnSql, lookup: str) -> ColumnSql:
    """Return the SQL of a column that is joined to a table of `lookup_query` instead of parsed row by row."""
    trimmed, mapped, value = (f"__{step}{column.index}" for step in _looked_up_steps(column))
    steps = replace(column.steps, trimmed=trimmed, mapped=mapped, cleaned="NULL", value=value)
    return replace(column, lookup=lookup, steps=steps)


def _looked_up_steps(column: ColumnSql) -> dict[str, str]:
    """Return the steps of a column that its rows are read by, and their aliases."""
    return {"trimmed": column.trimmed, "mapped": column.mapped, "value": column.value}


def _with_lookups(columns: Sequence[ColumnSql], relation: str) -> str:
    """Return the relation, joined to the lookups of the columns that have one."""
    looked_up = [column for column in columns if column.lookup]
    if not looked_up:
        return quote_name(relation)
    selected = [
        f"lookup{column.index}.__{step} AS __{step}{column.index}"
        for column in looked_up
        for step in _looked_up_steps(column)
    ]
    joins = [
        f"LEFT JOIN {column.lookup} AS lookup{column.index} "
        f"ON source.{column.raw} IS NOT DISTINCT FROM lookup{column.index}.__text"
        for column in looked_up
    ]
    return f"(SELECT source.*, {', '.join(selected)} FROM {quote_name(relation)} AS source {' '.join(joins)})"


def columns_query(
    columns: Sequence[ColumnSql], relation: str, *, with_raw_text: bool = False, extra: tuple[str, ...] = ()
) -> str:
    """Return the query that computes every step of every column, from `trimmed` to `value`.

    With `with_raw_text` it also selects the texts before trimming; `extra` names source columns to select unchanged.
    """
    parsed = [column for column in columns if not column.is_native]
    raw_texts = [f"{_as_text(column)} AS {column.raw_text}" for column in parsed if with_raw_text]
    cleaned = [column for column in parsed if column.steps.cleaned != "NULL"]
    looked_up = [step for column in columns if column.lookup for step in (column.steps.mapped, column.steps.value)]
    steps = [
        [*extra, *looked_up, *(f"{column.steps.trimmed} AS {column.trimmed}" for column in columns), *raw_texts],
        ["*", *(f"{column.steps.mapped} AS {column.mapped}" for column in columns)],
        ["*", *(f"{column.steps.cleaned} AS {column.cleaned}" for column in cleaned)],
        ["*", *(f"{column.steps.value} AS {column.value}" for column in columns)],
    ]
    query = _with_lookups(columns, relation)
    for step in steps:
        query = query if step == ["*"] else f"(SELECT {', '.join(step)} FROM {query})"
    return query[1:-1]


def _as_text(column: ColumnSql) -> str:
    return column.raw if column.raw_type == "VARCHAR" else f"CAST({column.raw} AS VARCHAR)"
