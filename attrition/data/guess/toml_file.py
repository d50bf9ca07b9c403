"""Write `sources.toml` key by key, so that everything else in the file stays as its owner wrote it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from attrition.data.guess.questions import Change, Key
from attrition.errors import DeclarationError

_HEADER = re.compile(r"\s*\[(?!\[)(.+?)\]\s*(#.*)?$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def literal(value: Any) -> str:
    """Return a value as TOML on one line.

    Examples
    --------
    >>> print(literal({"width": 7}), literal(["在职", "离职"]), literal(3))
    { width = 7 } ["在职", "离职"] 3
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{bare_or_quoted(name)} = {literal(each)}' for name, each in value.items())} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(literal(each) for each in value)}]"
    return str(value)


def bare_or_quoted(name: str) -> str:
    """Return a key as TOML writes it: bare where it can be."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def apply(text: str, change: Change) -> str:
    r"""Return the text of a file with one key set; a value of None takes the key out.

    The key's line is replaced where there is one, else a line is added at the end of its section, else a section.

    Raises
    ------
    DeclarationError
        The file has the key in a form that cannot be changed line by line, such as a table within braces.

    Examples
    --------
    >>> text = '[tables.exits]\npath = "a.csv"\n'
    >>> print(apply(text, Change(key=("tables", "exits", "recording_delay_days"), value=3)))
    [tables.exits]
    path = "a.csv"
    recording_delay_days = 3
    <BLANKLINE>
    """
    section, name = change.key[:-1], change.key[-1]
    value = [*_value(text, change.key, []), *change.value] if change.adds else change.value
    lines = text.splitlines()
    line = None if value is None else f"{bare_or_quoted(name)} = {literal(value)}"
    span = _section_span(lines, section)
    if span is None:
        added = [] if line is None else ["", f"[{'.'.join(map(bare_or_quoted, section))}]", line]
        lines = [*lines[: _after_table(lines, section)], *added, *lines[_after_table(lines, section) :]]
    else:
        place = _statement(lines, *span, name)
        first, last = place if place is not None else (_end_of(lines, *span),) * 2
        lines = [*lines[:first], *([] if line is None else [line]), *lines[last:]]
    changed = "\n".join(lines) + "\n"
    if not _holds(changed, change.key, value):
        raise DeclarationError(
            "sources.toml cannot be changed line by line here; write this yourself under [{section}]: {line}",
            section=".".join(map(bare_or_quoted, section)),
            line=line or f"# {name}",
        )
    return changed


def _holds(text: str, key: Key, value: Any) -> bool:
    try:
        return bool(_value(text, key, None) == value)
    except tomllib.TOMLDecodeError:
        return False


def _value(text: str, key: Key, otherwise: Any) -> Any:
    """Return what a file holds at a key, or another value."""
    return value_at(tomllib.loads(text), key, otherwise)


def value_at(content: Mapping[str, Any], key: Key, otherwise: Any = None) -> Any:
    """Return the value at a key of parsed TOML, or `otherwise`.

    Examples
    --------
    >>> value_at({"tables": {"pay": {"path": "p.csv"}}}, ("tables", "pay", "path"))
    'p.csv'
    """
    place: Any = content
    for part in key:
        if not isinstance(place, Mapping) or part not in place:
            return otherwise
        place = place[part]
    return place


def sections(lines: Sequence[str]) -> list[tuple[int, Key]]:
    """Return the number of each line that begins a section, and the section's key."""
    starts = []
    for number, line in enumerate(lines):
        if (match := _HEADER.match(line)) and (key := _parsed(match[1])):
            starts.append((number, key))
    return starts


def _parsed(header: str) -> Key:
    try:
        place: Any = tomllib.loads(f"[{header}]")
    except tomllib.TOMLDecodeError:
        return ()
    key = []
    while isinstance(place, Mapping) and place:
        name = next(iter(place))
        key.append(name)
        place = place[name]
    return tuple(key)


def _section_span(lines: Sequence[str], section: Key) -> tuple[int, int] | None:
    """Return the first and the last line (exclusive) below a section's header."""
    starts = sections(lines)
    for index, (number, key) in enumerate(starts):
        if key == section:
            return number + 1, starts[index + 1][0] if index + 1 < len(starts) else len(lines)
    return None


def _after_table(lines: Sequence[str], section: Key) -> int:
    """Return where a new section goes: behind the last section of the same table, or at the end."""
    starts = sections(lines)
    ends = [number for number, _ in starts[1:]] + [len(lines)]
    same = [end for (_, key), end in zip(starts, ends, strict=True) if key[:2] == section[:2]]
    end = same[-1] if same else len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _statement(lines: Sequence[str], first: int, last: int, name: str) -> tuple[int, int] | None:
    """Return the lines that set a key of a section, which may be several where its value is a list."""
    pattern = re.compile(
        rf"\s*(?:{re.escape(json.dumps(name, ensure_ascii=False))}|'{re.escape(name)}'|{re.escape(name)})\s*="
    )
    for number in range(first, last):
        if pattern.match(lines[number]):
            end = number + 1
            while end < last and not _is_whole("\n".join(lines[number:end])):
                end += 1
            return number, end
    return None


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _end_of(lines: Sequence[str], first: int, last: int) -> int:
    """Return the place behind the last line of a section that sets something, before its closing remarks."""
    filled = [number for number in range(first, last) if lines[number].strip() and not lines[number].startswith("#")]
    return filled[-1] + 1 if filled else first
