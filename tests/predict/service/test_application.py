from __future__ import annotations

import json
from dataclasses import replace

import pytest

from attrition.errors import UserError
from attrition.model.abstention import OBJECTED
from attrition.model.provisional import Caveat
from attrition.predict.service.application import Service
from attrition.predict.service.current_model import CurrentModel, LoadedModel
from attrition.predict.service.limits import Limits
from attrition.predict.service.server import allowed_hosts
from tests.predict.service.running import service_of, serving
from tests.predict.test_predictions import KNOWN, as_json_rows

JSON = {"Content-Type": "application/json"}
SMALL = Limits(body_bytes=200_000)


@pytest.fixture(scope="module")
def client(month):
    with serving(service_of(month.fitted, limits=SMALL)) as client:
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
    assert client.get("/health").json() == {"status": "alive", "model_version": "7"}
    assert client.get("/ready").json() == {"status": "ready", "model_version": "7", "golden_rows": "passed"}
    assert client.get("/version").json()["model"] == "resignation"


def test_what_could_not_be_shown_of_a_model_is_replied_and_without_an_order_no_band(month):
    caveat = Caveat("Provisional: nobody can be ranked.", "暂行模型：不能排名。", lists_people=False)
    fitted = replace(month.fitted, orders_people=False)
    with serving(Service(CurrentModel(LoadedModel(fitted, "7", caveat)))) as client:
        reply = client.post("/score", json={"dataframe_records": [{}]}).json()
        assert client.get("/version").json() == reply["about"]
    assert (reply["about"]["caveat"], reply["about"]["caveat_zh"]) == (caveat.en, caveat.zh)
    assert (reply["predictions"][0]["band"], reply["predictions"][0]["model_version"]) == (None, "7")


def test_a_token_is_asked_for_when_the_service_has_one(month):
    body, right = {"dataframe_records": [{}]}, {"Authorization": "Bearer käse".encode()}
    with serving(service_of(month.fitted, token="käse")) as client:
        assert client.post("/score", json=body).status_code == 401
        assert client.post("/score", json=body, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.post("/score", json=body, headers=right).status_code == 200
        assert client.get("/health").status_code == 200


def test_a_name_that_is_not_this_machine_is_turned_away(client):
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_another_name_is_answered_to_only_where_a_proxy_passes_it_on(month):
    with serving(service_of(month.fitted, hosts=("127.0.0.1", "scores.example"))) as client:
        assert client.get("/health", headers={"Host": "Scores.Example:443"}).status_code == 200
        assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_a_failing_model_says_nothing_of_its_input(month, caplog):
    class Broken:
        encoding, spec, horizons = month.fitted.encoding, month.fitted.spec, month.fitted.horizons

        def risk(self, encoded):
            raise ValueError("secret")

    with serving(service_of(Broken())) as client:
        reply = client.post("/score", json={"dataframe_records": [{}]})
    assert reply.status_code == 500
    assert json.loads(reply.text) == {"error": "the model failed"}
    assert reply.headers["X-Model-Version"] == "7"
    assert "secret" not in caplog.text


def test_abstentions_are_replied_with_their_reasons(month):
    fitted = replace(month.fitted, training_sites=("Foshan",))
    row = as_json_rows(month, 1)[0] | KNOWN
    with serving(service_of(fitted)) as client:
        rows = [row, row | {"site": "Wuhan"}, {"site": "Foshan"}]
        replied = client.post("/score", json={"dataframe_records": rows}).json()["predictions"]
    assert [one["abstained"] for one in replied] == [False, True, True]
    assert [one["band"] is None for one in replied] == [False, True, True]
    assert replied[1]["abstain_reason"] == "a site the model has not learnt from"


def test_drivers_are_left_out_where_they_are_not_wanted(client, month):
    rows = as_json_rows(month, 2)
    whole = client.post("/score", json={"dataframe_records": rows}).json()["predictions"]
    bare = client.post("/score", json={"dataframe_records": rows, "drivers": False}).json()["predictions"]
    assert [row["drivers"] for row in bare] == [None, None]
    assert [row | {"drivers": None} for row in whole] == bare


def test_metrics_count_what_was_answered_and_hold_nothing_of_a_request(month):
    with serving(service_of(month.fitted)) as client:
        client.post("/score", json={"dataframe_records": [*as_json_rows(month, 2), {}]})
        client.post("/score", json={"dataframe_records": [{"secret": 1}]})
        client.get("/secret")
        text = client.get("/metrics").text
    lines = text.splitlines()
    assert 'attrition_requests_total{route="/score",status="200"} 1' in lines
    assert 'attrition_requests_total{route="/score",status="400"} 1' in lines
    assert 'attrition_requests_total{route="other",status="404"} 1' in lines
    assert {"attrition_rows_total 3", "attrition_abstained_rows_total 3", 'attrition_model_info{version="7"} 1'} <= {
        *lines
    }
    assert "attrition_score_seconds_count 1" in lines
    assert "secret" not in text


def test_other_machines_need_a_token():
    with pytest.raises(UserError, match="set ATTRITION_TOKEN"):
        allowed_hosts("0.0.0.0", None)
    assert allowed_hosts("0.0.0.0", "secret") == ("*",)


def test_whoever_objected_gets_an_abstention_with_its_reason_and_no_figure(month):
    rows = [row | KNOWN | {"agent_id": agent} for row, agent in zip(as_json_rows(month, 3), "ABC", strict=True)]
    objected = {"B"}
    with serving(service_of(month.fitted, objectors=lambda: objected)) as client:
        before, objector, after = client.post("/score", json={"dataframe_records": rows}).json()["predictions"]
        assert (objector.pop("abstained"), objector.pop("abstain_reason")) == (True, OBJECTED)
        assert {name for name, value in objector.items() if value is not None} == {"model_version"}
        assert None not in (before["risk_3m"], after["risk_3m"])
        objected.clear()
        [again] = client.post("/score", json={"dataframe_records": rows[1:2]}).json()["predictions"]
    assert again["risk_3m"] is not None


def test_where_somebody_objected_a_row_that_does_not_say_whose_it_is_has_no_band(month):
    [row] = as_json_rows(month, 1)
    with serving(service_of(month.fitted, objectors=lambda: {"B"})) as client:
        [known, unknown] = client.post(
            "/score", json={"dataframe_records": [row | KNOWN | {"agent_id": "A"}, row | KNOWN]}
        ).json()["predictions"]
    assert known["abstained"] is False
    assert (unknown["abstained"], unknown["band"]) == (None, None)
    assert unknown["abstain_reason"] == "cannot be judged without agent_id"


def test_where_objections_cannot_be_read_nobody_is_answered(month):
    def unreadable():
        raise OSError

    with serving(service_of(month.fitted, objectors=unreadable)) as client:
        assert client.post("/score", json={"dataframe_records": [{}]}).status_code == 500
