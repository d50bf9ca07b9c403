"""Reads the body of a request within its limits of length and time, and the rows in it one after the other.

A body is never turned into objects as a whole: lists of lists or millions of empty objects would take thirty times its
length. Rows are flat, so that each is cut out of the bytes, parsed, encoded and forgotten.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from attrition.predict.inputs import Fields, Inputs, InvalidInput, RowReader
from attrition.predict.service.limits import Limits
from attrition.predict.service.reply import Receive, RejectedRequest

STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
SPACE = re.compile(rb"[ \t\n\r]*+")
ROW = re.compile(rb'\{[^"{}\[\]]*+(?:' + STRING + rb'[^"{}\[\]]*+)*+\}', flags=re.DOTALL)
KEY = re.compile(rb'"(dataframe_records|drivers)"[ \t\n\r]*+:[ \t\n\r]*+')
DRIVERS = re.compile(rb"true|false")
FORM = 'the body must be {"dataframe_records": [...]}, and may hold "drivers": false'


class ClientGone(Exception):
    """The client closed the connection before its body was complete."""


class ByteBudget:
    """How many bytes of bodies are in memory, all requests together."""

    def __init__(self, maximum: int) -> None:
        self.maximum, self.taken = maximum, 0

    @contextmanager
    def body(self) -> Iterator[Body]:
        """Yield an empty body, whose bytes are given back at the end of the block."""
        body = Body(self)
        try:
            yield body
        finally:
            self.taken -= len(body.content)


class Body:
    """The bytes of one body as they come in."""

    def __init__(self, budget: ByteBudget) -> None:
        self._budget, self.content = budget, bytearray()

    def add(self, part: bytes) -> None:
        """Add some bytes; reject the request where those of all bodies are too many."""
        if self._budget.taken + len(part) > self._budget.maximum:
            raise RejectedRequest(503, "too many long bodies at once; try again")
        self._budget.taken += len(part)
        self.content += part


async def read_body(body: Body, receive: Receive, headers: Mapping[bytes, bytes], limits: Limits) -> None:
    """Read the whole body; reject one that is not JSON by its headers, too long, or too slow."""
    _check_headers(headers)
    try:
        async with asyncio.timeout(limits.body_seconds):
            length = await _read(body, receive, limits)
    except TimeoutError:
        raise RejectedRequest(408, f"the body was not complete within {limits.body_seconds:g} seconds") from None
    if length > limits.body_bytes:
        raise RejectedRequest(413, f"the body is longer than {limits.body_bytes} bytes")


async def _read(body: Body, receive: Receive, limits: Limits) -> int:
    """Keep what is not too long, and let the rest pass, so that the client reads the reply; return the length."""
    length = 0
    while length <= 2 * limits.body_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        length += len(part)
        if length <= limits.body_bytes:
            body.add(part)
        if not message.get("more_body"):
            break
    return length


def _check_headers(headers: Mapping[bytes, bytes]) -> None:
    kind, *parameters = headers.get(b"content-type", b"").lower().replace(b" ", b"").split(b";")
    is_utf8 = all(
        not part.startswith(b"charset=") or part.strip(b'"')[8:].strip(b'"') == b"utf-8" for part in parameters
    )
    if kind != b"application/json" or not is_utf8:
        raise RejectedRequest(415, "the body must be JSON in UTF-8, with Content-Type: application/json")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise RejectedRequest(415, "the body must not be compressed")


def parse_body(body: bytearray, fields: Fields, limits: Limits) -> tuple[Inputs, bool]:
    """Return the rows of a body ``{"dataframe_records": [...], "drivers": false}``, and whether drivers are wanted.

    Raises
    ------
    RejectedRequest
        The body has another form, a key stands in it twice, or it holds too many rows.
    InvalidInput
        Values are of the wrong type, or a row has a field that the model does not have.
    """
    reader, drivers, position = RowReader(fields), True, _expect(body, b"{", 0)
    keys: list[bytes] = []
    while True:
        key = KEY.match(body, position)
        if not key or key[1] in keys:
            raise RejectedRequest(400, FORM)
        keys.append(bytes(key[1]))
        if key[1] == b"drivers":
            drivers, position = _flag(body, key.end())
        else:
            position = _read_rows(reader, body, key.end(), limits)
        if body[position : position + 1] != b",":
            break
        position = _skip_space(body, position + 1)
    position = _expect(body, b"}", position)
    if position != len(body) or b"dataframe_records" not in keys:
        raise RejectedRequest(400, FORM)
    return reader.inputs(), drivers


def _read_rows(reader: RowReader, body: bytearray, position: int, limits: Limits) -> int:
    """Read the list of rows that begins at a position; return the position behind it."""
    position = _expect(body, b"[", position)
    if body[position : position + 1] == b"]":
        return _skip_space(body, position + 1)
    while True:
        row = ROW.match(body, position)
        if not row or row.end() - row.start() > limits.row_bytes:
            raise InvalidInput(
                f"row {reader.row_count + 1} is not a flat JSON object of at most {limits.row_bytes} bytes"
            )
        if reader.row_count == limits.rows:
            raise RejectedRequest(413, f"there are more than {limits.rows} rows")
        reader.add(_parse_row(row[0], reader.row_count + 1))
        position = _skip_space(body, row.end())
        if body[position : position + 1] != b",":
            return _expect(body, b"]", position)
        position = _skip_space(body, position + 1)


def _parse_row(row: bytes, number: int) -> dict[str, Any]:
    try:
        record: dict[str, Any] = DECODER.decode(row.decode("utf-8"))
    except _DuplicateField:
        raise InvalidInput(f"row {number} has a field twice") from None
    except ValueError:
        raise InvalidInput(f"row {number} is not JSON") from None
    return record


def _flag(body: bytearray, position: int) -> tuple[bool, int]:
    flag = DRIVERS.match(body, position)
    if not flag:
        raise RejectedRequest(400, '"drivers" must be true or false')
    return flag[0] == b"true", _skip_space(body, flag.end())


def _expect(body: bytearray, character: bytes, position: int) -> int:
    """Return the position of what follows a character and space around it; reject a body that has another there."""
    position = _skip_space(body, position)
    if body[position : position + 1] != character:
        raise RejectedRequest(400, FORM)
    return _skip_space(body, position + 1)


def _skip_space(body: bytearray, position: int) -> int:
    space = SPACE.match(body, position)
    return space.end() if space else position


class _DuplicateField(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise _DuplicateField
    return record


def _reject_constant(_: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads although they are not JSON."""
    raise ValueError


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_reject_constant)
