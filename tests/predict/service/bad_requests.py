"""The battery of bad requests as data: bodies from a file, and those that are too long or strange to stand in one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class BadRequest:
    """A request with rows that must be refused."""

    name: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    path: str = "/invocations"
    method: str = "POST"


def bad_requests() -> list[BadRequest]:
    """Return all of them; none has the name of another."""
    drawn = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    bodies = [
        *drawn["bodies"],
        *(f'{{"dataframe_records": [{row}]}}' for row in drawn["rows"]),
        *(f'{{"dataframe_records": [{{{fragment}}}]}}' for fragment in drawn["fragments"]),
        *(f'{{"dataframe_records": [{{}}, {{{fragment}}}]}}' for fragment in drawn["fragments"][:12]),
    ]
    drawn_requests = [BadRequest(f"{number} {body[:60]}", body.encode()) for number, body in enumerate(bodies)]
    return [*drawn_requests, *_strange_bodies(), *_strange_heads()]


def _strange_bodies() -> list[BadRequest]:
    good = '{"dataframe_records": [{}]}'
    bodies = {
        "not UTF-8": b'{"dataframe_records": [{"site": "\xff\xfe"}]}',
        "GB18030": '{"dataframe_records": [{"site": "佛山"}]}'.encode("gb18030"),
        "UTF-16": good.encode("utf-16"),
        "UTF-32": good.encode("utf-32"),
        "a byte order mark": b"\xef\xbb\xbf" + good.encode(),
        "null bytes": b"\0" * 1000,
        "a thousand lists in lists": b"[" * 1000,
        "a hundred thousand lists in lists": b"[" * 100_000,
        "a hundred thousand objects in objects": b'{"a":' * 100_000,
        "lists in a field": b'{"dataframe_records": [{"pay_market_ratio": ' + b"[" * 50_000 + b"]" * 50_000 + b"}]}",
        "five thousand digits": b'{"dataframe_records": [{"pay_market_ratio": ' + b"9" * 5000 + b"}]}",
        "a text without an end": b'{"dataframe_records": [{"site": "' + b"SENTINEL" * 20_000,
        "a name as long as a book": b'{"dataframe_records": [{"' + b"SENTINEL" * 20_000 + b'": 1}]}',
        "a row as long as a book": b'{"dataframe_records": [{"site": "' + b"SENTINEL" * 50_000 + b'"}]}',
        "ten thousand fields": b'{"dataframe_records": [{'
        + b",".join(b'"SENTINEL%d": 1' % number for number in range(10_000))
        + b"}]}",
        "cut off": b'{"dataframe_records": [' + b'{"agent_id": "SENTINEL", "pay_market_ratio": 0.98}, ' * 2000,
        "Parquet": b"PAR1" + bytes(range(256)) * 20 + b"PAR1",
        "gzip": b"\x1f\x8b\x08\x00SENTINEL",
    }
    return [BadRequest(name, body) for name, body in bodies.items()]


def _strange_heads() -> list[BadRequest]:
    good = b'{"dataframe_records": [{"agent_id": "SENTINEL"}]}'
    kinds = ["text/plain", "text/csv", "application/xml", "multipart/form-data; boundary=SENTINEL", "SENTINEL"]
    kinds += ["application/x-www-form-urlencoded", "application/octet-stream", "application/json; charset=utf-16"]
    requests = [BadRequest(f"declared as {kind}", good, {"Content-Type": kind}) for kind in kinds]
    return [
        *requests,
        BadRequest("not declared", good, {}),
        BadRequest("said to be compressed", good, JSON | {"Content-Encoding": "gzip"}),
        BadRequest("another path", good, path="/SENTINEL"),
        BadRequest("a path upwards", good, path="/../../etc/passwd"),
        BadRequest("a method that is not", good, method="PUT"),
        BadRequest("a method that deletes", good, method="DELETE"),
    ]
