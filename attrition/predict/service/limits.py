"""How much the service takes at once: of bytes, rows, requests, connections and time."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """The limits of a service; what goes beyond is refused with a status that says so, and never half answered.

    Attributes
    ----------
    body_bytes, rows, row_bytes : int
        Longest body, most rows of a request, and longest text of one row.
    large_body_bytes : int
        Bodies that are longer than this are scored one after the other.
    bytes_at_once : int
        All bodies that are being read or wait to be scored, together.
    requests, connections : int
        Requests with rows at once, and open connections.
    head_seconds, body_seconds, reply_seconds : float
        Until the head of a request, its whole body, and some of its reply must have gone over the line.
    """

    body_bytes: int = 32 * MEGABYTE
    rows: int = 10_000
    row_bytes: int = 256 * 1024
    large_body_bytes: int = MEGABYTE
    bytes_at_once: int = 128 * MEGABYTE
    requests: int = 64
    connections: int = 256
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    reply_seconds: float = 30.0
