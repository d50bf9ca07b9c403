from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import replace

import httpx
import pytest
import uvicorn

from attrition.errors import UserError
from attrition.model.provisional import Caveat
from attrition.predict.service import allowed_hosts, application
from tests.predict.test_predictions import as_json_rows

JSON = {"Content-Type": "application/json"}


@contextlib.contextmanager
def serving(app):
    """A real server on a free port of this machine, and a client that talks to it."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{door.getsockname()[1]}", timeout=30) as client:
            yield client
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def client(month):
    with serving(application(month.fitted, version="7", maximum_bytes=200_000)) as client:
        yield client


@pytest.mark.parametrize("path", ["/score", "/invocations"])
def test_rows_in_the_form_of_mlflow_are_answered_in_its_form_with_the_risks_of_the_panel(client, month, path):
    reply = client.post(path, json={"dataframe_records": as_json_rows(month, 20)})
    risks = month.fitted.score(month.frame.head(20)).query("horizon_months == 3")["risk"].tolist()
    assert reply.status_code == 200
    assert [row["risk_3m"] for row in reply.json()["predictions"]] == risks
    assert {row["model_version"] for row in reply.json()["predictions"]} == {"7"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"dataframe_records": 3}', 400),
        (b'{"dataframe_records": []}', 400),
        (b'{"dataframe_records": [3]}', 400),
        (b'{"dataframe_records": [{}], "params": {}}', 400),
        (b'{"instances": [{}]}', 400),
        (b'{"dataframe_records": [{"pay_market_ratio": "secret"}]}', 400),
        (b'{"dataframe_records": [{"pay_market_ratio": NaN}]}', 400),
        (b'{"dataframe_records": [{"pay_market_ratio": Infinity}]}', 400),
        (b'{"dataframe_records": [{"pay_market_ratio": 1e999}]}', 400),
        (b'{"dataframe_records": [{"pay_market_ratio": 9223372036854775808}]}', 400),
        (b'{"dataframe_records": [{"pay_market_ratio": ' + b"9" * 5000 + b"}]}", 400),
        (b'{"dataframe_records": [{"pay_market_ratio": true}]}', 400),
        (b'{"dataframe_records": [{"secret": 1}]}', 400),
        (b'{"dataframe_records": [{"schedule_work_mode": 1}]}', 400),
        (b"[" * 100_000, 400),
        (b'{"dataframe_records": [' + b" " * 300_000 + b"]}", 413),
        (b'{"dataframe_records": [' + b"{}," * 20_000 + b"{}]}", 413),
    ],
)
def test_bad_bodies_are_refused_without_repeating_them(client, body, status):
    reply = client.post("/score", content=body, headers=JSON)
    assert reply.status_code == status
    assert "secret" not in reply.text
    assert len(reply.content) < 500
    assert reply.headers["X-Model-Version"] == "7"


def test_a_body_without_its_content_type_is_refused(client):
    assert client.post("/score", content=b"{}").status_code == 415
    assert client.post("/score", content=b"{}", headers={"Content-Type": "text/csv"}).status_code == 415


def test_a_row_of_nulls_is_answered(client):
    reply = client.post("/score", json={"dataframe_records": [{}]})
    assert 0 < reply.json()["predictions"][0]["risk_3m"] < 1


def test_every_reply_carries_the_version_even_that_of_a_path_that_is_not_there(client):
    for reply in (client.get("/health"), client.get("/version"), client.get("/nowhere"), client.get("/score")):
        assert reply.headers["X-Model-Version"] == "7"
    assert client.get("/health").json() == {"status": "ready", "model_version": "7"}
    assert client.get("/version").json()["model"] == "resignation"


def test_what_could_not_be_shown_of_a_model_is_replied_and_without_an_order_no_band(month):
    caveat = Caveat("Provisional: nobody can be ranked.", "暂行模型：不能排名。", lists_people=False)
    fitted = replace(month.fitted, orders_people=False)
    with serving(application(fitted, version="7", caveat=caveat)) as client:
        reply = client.post("/score", json={"dataframe_records": [{}]}).json()
        assert client.get("/version").json() == reply["about"]
    assert (reply["about"]["caveat"], reply["about"]["caveat_zh"]) == (caveat.en, caveat.zh)
    assert (reply["predictions"][0]["band"], reply["predictions"][0]["model_version"]) == (None, "7")


def test_a_token_is_asked_for_when_the_service_has_one(month):
    body, right = {"dataframe_records": [{}]}, {"Authorization": "Bearer käse".encode()}
    with serving(application(month.fitted, version="7", token="käse")) as client:
        assert client.post("/score", json=body).status_code == 401
        assert client.post("/score", json=body, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.post("/score", json=body, headers=right).status_code == 200
        assert client.get("/health").status_code == 200


def test_a_name_that_is_not_this_machine_is_turned_away(client):
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_a_failing_model_says_nothing_of_its_input(month):
    class Broken:
        features, spec = month.fitted.features, month.fitted.spec
        horizons = month.fitted.horizons

        def score(self, frame):
            raise ValueError("secret")

    with serving(application(Broken(), version="7")) as client:
        reply = client.post("/score", json={"dataframe_records": [{}]})
    assert reply.status_code == 500
    assert json.loads(reply.text) == {"error": "the model failed"}
    assert reply.headers["X-Model-Version"] == "7"


def test_other_machines_need_a_token():
    with pytest.raises(UserError, match="set ATTRITION_TOKEN"):
        allowed_hosts("0.0.0.0", None)
    assert allowed_hosts("0.0.0.0", "secret") == ("*",)
