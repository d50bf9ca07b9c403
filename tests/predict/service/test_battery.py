"""The battery of bad requests against a real server process: no failure, no echo, no line of log with content."""

from __future__ import annotations

import pytest

from tests.predict.service.bad_requests import bad_requests
from tests.predict.service.process import kept_workspace, serving_process

REQUESTS = bad_requests()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving_process(kept_workspace(tmp_path_factory.mktemp("battery"))) as server:
        yield server


def test_there_are_at_least_120_different_ones():
    assert len({(request.body, request.path, str(request.headers)) for request in REQUESTS}) >= 120


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.name[:70])
def test_it_is_refused_without_failure_and_without_repeating_anything(server, request_):
    reply = server.client.request(request_.method, request_.path, content=request_.body, headers=request_.headers)
    assert 400 <= reply.status_code < 500
    assert list(reply.json()) == ["error"]
    assert "SENTINEL" not in str(reply.headers) + reply.text
    assert len(reply.content) < 600
    assert reply.headers["X-Model-Version"] == server.version


def test_afterwards_it_answers_and_its_log_has_no_content(server):
    good = {"dataframe_records": [{"agent_id": "SENTINEL", "pay_market_ratio": 0.98}]}
    for request in REQUESTS:
        server.client.request(request.method, request.path, content=request.body, headers=request.headers)
    assert server.client.post("/score", json=good).status_code == 200
    log = server.log.read_text(encoding="utf-8")
    assert "SENTINEL" not in log
    assert "Traceback" not in log
    counted = server.client.get("/metrics").text
    assert 'status="400"' in counted
    assert "SENTINEL" not in counted
