"""A mapped column on its way through the engine: the SQL of its text, its value, and the query over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attrition.data.casting import Aliases, Cast, Manner, cast
from attrition.data.engine import name, text
from attrition.data.mapping import Mapped
from attrition.data.raw_table import Landed
from attrition.data.schema import Column


@dataclass(frozen=True, kw_only=True)
class Part:
    """One column: where it comes from, and the SQL of the steps that read it; used by their aliases.

    `is_native` tells that it came in a type of its own, so that no text was parsed.
    """

    column: Column
    at: int
    raw: str
    raw_type: str
    steps: Cast
    header: str | None
    is_mapped: bool

    @property
    def said(self) -> str:
        """Alias of what the source says, tidied and mapped (or the native value)."""
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
    def tidy(self) -> str:
        """Alias of the source's text without blanks around it."""
        return f"__t{self.at}"

    @property
    def is_native(self) -> bool:
        """Whether it came in a type of its own."""
        return self.steps.is_native

    @property
    def is_cast(self) -> bool:
        """Whether `value` can lack what `said` has."""
        return self.steps.value != self.said

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
    aliases = Aliases(tidy=f"__t{at}", said=f"__s{at}", draft=f"__d{at}")
    steps = cast(mapped.column, raw, raw_type, manner, aliases=aliases, values=mapped.values)
    return Part(
        column=mapped.column,
        at=at,
        raw=raw,
        raw_type=raw_type,
        steps=steps,
        header=mapped.header,
        is_mapped=bool(mapped.values),
    )


def untouched(part: Part) -> Part:
    """Give the part of a text column that is known to be tidy: the source's own column, read without a function."""
    return replace(part, steps=replace(part.steps, tidy=part.raw))


def query(parts: Sequence[Part], relation: str, *, watched: bool = False, carried: tuple[str, ...] = ()) -> str:
    """Write the query that gives `said` and `value` of every part.

    With `watched` also the texts before tidying; `carried` names columns of the source to pass on as they are.
    """
    parsed = [part for part in parts if not part.is_native]
    given = [f"{_as_text(part)} AS {part.given}" for part in parsed if watched]
    drafted = [part for part in parsed if part.steps.draft != "NULL"]
    steps = [
        [*carried, *(f"{part.steps.tidy} AS {part.tidy}" for part in parts), *given],
        ["*", *(f"{part.steps.said} AS {part.said}" for part in parts)],
        ["*", *(f"{part.steps.draft} AS {part.draft}" for part in drafted)],
        ["*", *(f"{part.steps.value} AS {part.value}" for part in parts)],
    ]
    written = name(relation)
    for step in steps:
        written = written if step == ["*"] else f"(SELECT {', '.join(step)} FROM {written})"
    return written[1:-1]


def _as_text(part: Part) -> str:
    return part.raw if part.raw_type == "VARCHAR" else f"CAST({part.raw} AS VARCHAR)"
