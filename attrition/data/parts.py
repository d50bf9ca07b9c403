"""A mapped column on its way through the engine: the SQL of its text, its value, and the query over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attrition.data.casting import Manner, cast, tidied
from attrition.data.engine import name, text
from attrition.data.landed import Landed
from attrition.data.mapping import Mapped
from attrition.data.schema import Column


@dataclass(frozen=True, kw_only=True)
class Part:
    """One column: `raw` as it landed, `said` tidied, `value` cast; all SQL, the latter two used by alias.

    `is_native` tells that it came in a type of its own, so that no text was parsed.
    """

    column: Column
    at: int
    raw: str
    raw_type: str
    said_sql: str
    draft_sql: str
    value_sql: str
    is_native: bool
    header: str | None

    @property
    def said(self) -> str:
        """Alias of the tidied text (or native value)."""
        return f"__s{self.at}"

    @property
    def draft(self) -> str:
        """Alias of the text that the value is read from."""
        return f"__d{self.at}"

    @property
    def value(self) -> str:
        """Alias of the value in the contract's type."""
        return f"__v{self.at}"

    @property
    def given(self) -> str:
        """Alias of whether the source's cell held anything but blanks."""
        return f"__g{self.at}"

    @property
    def is_id(self) -> bool:
        """Whether the column names a person or a thing; such text survives as it is."""
        return self.column.name.endswith("_id")


def make(mapped: Mapped, landed: Landed, manner: Manner, at: int) -> Part:
    """Write the SQL of one mapped column."""
    if mapped.header is None:
        raw, raw_type = text(mapped.constant or ""), "VARCHAR"
    else:
        raw, raw_type = name(mapped.header), landed.types[mapped.header]
    source, source_type = raw, raw_type
    if mapped.values:
        source, source_type = _mapped_values(raw, raw_type, mapped), "VARCHAR"
    made = cast(mapped.column, source, source_type, manner, aliases=(f"__s{at}", f"__d{at}"))
    return Part(
        column=mapped.column,
        at=at,
        raw=raw,
        raw_type=raw_type,
        said_sql=made.said,
        draft_sql=made.draft,
        value_sql=made.value,
        is_native=made.is_native,
        header=mapped.header,
    )


def untouched(part: Part) -> Part:
    """Give the part of a text column that is known to be tidy: the source's own column, read without a function."""
    return replace(part, said_sql=part.raw, value_sql=part.said)


def query(parts: Sequence[Part], relation: str, *, watched: bool = False) -> str:
    """Write the query that gives `said` and `value` of every part; with `watched`, also the texts before tidying."""
    parsed = [part for part in parts if not part.is_native]
    said = [f"{part.said_sql} AS {part.said}" for part in parts]
    given = [f"{_as_text(part)} AS {part.given}" for part in parsed if watched]
    drafts = [f"{part.draft_sql} AS {part.draft}" for part in parsed if part.draft_sql != "NULL"]
    values = [f"{part.value_sql} AS {part.value}" for part in parts]
    first = f"SELECT {', '.join([*said, *given])} FROM {name(relation)}"
    second = f"SELECT {', '.join(['*', *drafts])} FROM ({first})" if drafts else first
    return f"SELECT {', '.join(['*', *values])} FROM ({second})" if values else first


def _as_text(part: Part) -> str:
    return part.raw if part.raw_type == "VARCHAR" else f"CAST({part.raw} AS VARCHAR)"


def _mapped_values(raw: str, raw_type: str, mapped: Mapped) -> str:
    said = tidied(raw if raw_type == "VARCHAR" else f"CAST({raw} AS VARCHAR)")
    cases = " ".join(f"WHEN {text(before.strip())} THEN {text(after)}" for before, after in mapped.values.items())
    return f"CASE {said} {cases} ELSE {said} END"
