"""Declared rules that turn the numbers of people as a source writes them into those of the roster."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from attrition.data.engine import quote_text
from attrition.declared import Declaration
from attrition.message import Message

FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F))
_NOT_IN_SQL = r"\(\?[=!<]|\\[1-9]"  # what DuckDB's expressions lack: looking ahead or back, and groups that stand again


class IdRules(Declaration):
    """How the numbers of people become those of the roster: in every column that holds one, in this order.

    `ids = "acd"` is short for `ids = { system = "acd" }`.

    Examples
    --------
    >>> from attrition.data import engine
    >>> rules = IdRules(strip_suffix=".0", width=5, prefix="E")
    >>> engine.fetch_rows(engine.open_duckdb(), f"SELECT {rules.sql(engine.quote_text('123.0'))}")
    [('E00123',)]
    >>> rules = IdRules(pattern="^([A-Z]?[0-9]+)-")
    >>> engine.fetch_rows(engine.open_duckdb(), f"SELECT {rules.sql(engine.quote_text('T035-张三'))}")
    [('T035',)]
    """

    half_width: bool = False
    """Write full-width letters, digits and signs (Ｅ０１) as ordinary ones (E01)."""
    pattern: str = ""
    """A regular expression whose one group is the number, such as "^([A-Z]?[0-9]+)-" for "T035-张三"; where it does not
    fit, the value is no number."""
    remove: str = ""
    """Characters to leave out wherever they stand, such as " -" for blanks and hyphens."""
    case: Literal["upper", "lower"] | None = None
    """Write letters as capitals ("upper") or small ("lower")."""
    strip_prefix: str = ""
    """Text to take away at the beginning, where a number begins with it."""
    strip_suffix: str = ""
    """Text to take away at the end, where a number ends with it, such as ".0"."""
    strip_zeros: bool = False
    """Take leading zeros away."""
    width: Annotated[int, Field(ge=2, le=40)] | None = None
    """Give back lost leading zeros: numbers of digits only are filled up to this many digits."""
    prefix: str = ""
    """Text to put in front of every number that does not begin with it, such as "E"."""
    suffix: str = ""
    """Text to put at the end of every number that does not end with it."""
    system: str | None = None
    """The system in `identities` whose logins the numbers are, after the other rules: each row belongs to whoever had
    the login on its day."""

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, value: str) -> str:
        try:
            groups = re.compile(value).groups if value else 1
        except re.error:
            groups = 0
        if groups != 1 or re.search(_NOT_IN_SQL, value):
            raise ValueError(
                Message(
                    '"{value}" is no regular expression with one pair of round brackets around the number; write '
                    'it like "^([A-Z]?\\d+)-"',
                    value=value,
                )
            )
        return value

    @model_validator(mode="after")
    def _says_something(self) -> IdRules:
        if not (self.rewrites or self.system):
            raise ValueError(Message('declare a rule, such as ids = { width = 5 }, or a system, such as ids = "acd"'))
        return self

    @property
    def rewrites(self) -> bool:
        """Whether any rule changes the text of a number; a lookup in `identities` is not one of them."""
        return any(value for name, value in self if name != "system")

    def sql(self, text: str) -> str:
        """Return the SQL of the rewritten number; a text of which nothing is left becomes null."""
        text = f"translate({text}, {quote_text(FULL_WIDTH)}, {quote_text(HALF_WIDTH)})" if self.half_width else text
        text = f"regexp_extract({text}, {quote_text(self.pattern)}, 1)" if self.pattern else text
        text = f"translate({text}, {quote_text(self.remove)}, '')" if self.remove else text
        text = f"{self.case}({text})" if self.case else text
        text = _without(text, f"^{re.escape(self.strip_prefix)}") if self.strip_prefix else text
        text = _without(text, f"{re.escape(self.strip_suffix)}$") if self.strip_suffix else text
        text = f"regexp_replace({text}, '^0+(.)', '\\1')" if self.strip_zeros else text
        if self.width:
            is_short = f"regexp_full_match({text}, '\\d{{1,{self.width - 1}}}')"
            text = f"CASE WHEN {is_short} THEN lpad({text}, {self.width}, '0') ELSE {text} END"
        if self.prefix:
            text = f"({quote_text(self.prefix)} || nullif({_without(text, f'^{re.escape(self.prefix)}')}, ''))"
        if self.suffix:
            text = f"(nullif({_without(text, f'{re.escape(self.suffix)}$')}, '') || {quote_text(self.suffix)})"
        return f"nullif({text}, '')"


def _without(text: str, pattern: str) -> str:
    return f"regexp_replace({text}, {quote_text(pattern)}, '')"
