"""What the service does with those who are slow, too many, or send too much; by a real server and raw connections."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import pytest

from attrition.predict.service.limits import Limits
from tests.predict.service.running import raw_reply, service_of, serving

HEAD = b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
QUICK = Limits(head_seconds=0.4, body_seconds=0.4)
SMALL = Limits(head_seconds=60, body_seconds=60, body_bytes=50_000, requests=2, connections=4, bytes_at_once=60_000)


@pytest.fixture
def quick(month):
    """A client of a server that does not wait."""
    with serving(service_of(month.fitted, limits=QUICK)) as client:
        yield client


@pytest.fixture
def small(month):
    """A client of a server that takes little at once, and waits."""
    with serving(service_of(month.fitted, limits=SMALL)) as client:
        yield client


def wait_until(holds):
    """Wait until something holds; a minute is plenty on the busiest machine."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that within a minute")


@contextlib.contextmanager
def open_line(client):
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=20) as line:
        yield line


def status_and_content(reply):
    head, _, content = reply.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(content)


def test_a_body_that_does_not_come_to_an_end_is_refused_in_time(quick):
    status, content = status_and_content(raw_reply(quick, HEAD + b"Content-Length: 100\r\n\r\n{"))
    assert (status, content) == (408, {"error": "the body was not complete within 0.4 seconds"})


def test_a_body_that_drips_is_refused_in_time_too(quick):
    with open_line(quick) as line:
        line.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(1000):
                line.sendall(b" ")
                time.sleep(0.05)
    assert 'attrition_requests_total{route="/score",status="408"} 1' in quick.get("/metrics").text


@pytest.mark.parametrize("beginning", [b"", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "])
def test_a_head_that_does_not_come_to_an_end_closes_the_connection(quick, beginning):
    assert raw_reply(quick, beginning) == b""


def test_a_second_request_that_does_not_come_to_an_end_closes_the_connection(quick):
    reply = raw_reply(quick, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
    assert reply.count(b"HTTP/1.1 200") == 1


def reply_read_after_sending(client, head):
    """Send a head, then a long body in pieces without a look at the reply, and return everything the server sent."""
    with open_line(client) as line:
        line.sendall(head)
        for _ in range(10):
            time.sleep(0.03)
            line.sendall(b" " * 50_000)
        with line.makefile("rb") as reply:
            return reply.read()


CLOSING = b"Host: localhost\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /score HTTP/1.1\r\n" + CLOSING, 415),
        (b"POST /health HTTP/1.1\r\n" + CLOSING, 405),
        (b"SCORE\r\n\r\n", 400),
    ],
    ids=["not JSON", "not this method", "not HTTP"],
)
def test_who_sends_to_the_end_reads_why_the_request_was_refused_by_its_head(small, head, status):
    assert int(reply_read_after_sending(small, head).split()[1]) == status


def test_who_sends_to_the_end_reads_that_there_are_too_many_requests(small):
    with open_line(small) as one, open_line(small) as other:
        for line in (one, other):
            line.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        wait_until(lambda: "attrition_requests_in_flight 2" in small.get("/metrics").text)
        reply = reply_read_after_sending(small, HEAD + b"Content-Length: 500000\r\n\r\n")
    assert status_and_content(reply) == (503, {"error": "too many requests at once; try again"})


def test_who_goes_on_sending_after_the_reply_loses_the_connection_in_time(quick):
    with open_line(quick) as line, pytest.raises((BrokenPipeError, ConnectionResetError)):
        line.sendall(b"SCORE\r\n\r\n")
        for _ in range(1000):
            line.sendall(b" ")
            time.sleep(0.05)


def test_connections_beyond_the_limit_get_a_refusal_in_json(small):
    head = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with contextlib.ExitStack() as lines:
        for _ in range(SMALL.connections):
            lines.enter_context(open_line(small))
        wait_until(lambda: status_and_content(raw_reply(small, head))[0] == 503)
        content = status_and_content(raw_reply(small, head))[1]
    assert content == {"error": "too many connections at once; try again"}


def test_requests_beyond_the_limit_get_a_refusal_in_json_and_health_is_answered(small):
    with open_line(small) as one, open_line(small) as other:
        for line in (one, other):
            line.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        wait_until(lambda: "attrition_requests_in_flight 2" in small.get("/metrics").text)
        reply = small.post("/score", json={"dataframe_records": [{}]})
        assert (reply.status_code, reply.headers["Retry-After"]) == (503, "1")
        assert small.get("/health").status_code == 200
    wait_until(lambda: small.post("/score", json={"dataframe_records": [{}]}).status_code == 200)


def test_bytes_of_bodies_beyond_what_is_held_at_once_are_refused(small):
    def reply():
        return small.post("/score", content=b" " * 30_000, headers={"Content-Type": "application/json"})

    with open_line(small) as line:
        line.sendall(HEAD + b"Content-Length: 49000\r\n\r\n" + b" " * 40_000)
        wait_until(lambda: reply().status_code == 503)
        assert reply().json()["error"] == "too many long bodies at once; try again"
    wait_until(lambda: reply().status_code == 400)


def test_a_body_in_pieces_that_grows_too_long_is_refused_and_the_reply_is_read(small):
    pieces = (b" " * 10_000 for _ in range(9))
    reply = small.post("/score", content=pieces, headers={"Content-Type": "application/json"})
    assert reply.status_code == 413
