"""Which model answers when another one is promoted, rolled back, broken, or the registry is gone."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from attrition.errors import AttritionError
from attrition.model.provisional import NOTHING_TO_SAY, Caveat
from attrition.predict.service.application import Service
from attrition.predict.service.current_model import CurrentModel, LoadedModel
from tests.predict.service.running import serving
from tests.predict.test_predictions import as_json_rows


class Registry:
    """A registry whose versions are at hand; `version` is in use, and a version in `broken` cannot be loaded."""

    def __init__(self, fitted):
        self.fitted, self.version, self.broken, self.is_up, self.writes = fitted, "1", set(), True, 0
        self.words = NOTHING_TO_SAY

    def put(self, version):
        self.version, self.writes = version, self.writes + 1

    def state(self):
        return self.writes

    def version_in_use(self):
        if not self.is_up:
            raise OSError("the registry is gone")
        return self.version

    def caveat(self, version):
        return self.words

    def load(self):
        if self.version in self.broken:
            raise AttritionError("a file changed")
        return LoadedModel(self.fitted, self.version)


@pytest.fixture
def registry(month):
    return Registry(month.fitted)


@pytest.fixture
def current(registry):
    current = CurrentModel(registry.load(), registry, clock=lambda: current_time[0])
    current_time[0] = 0.0
    current.refresh()
    return current


current_time = [0.0]


def test_a_new_champion_and_a_rollback_answer_after_the_next_look(registry, current):
    for version in ("2", "1"):
        registry.put(version)
        current.refresh()
        assert (current.model.version, current.failed_version) == (version, None)
    assert current.reloads == 2


def test_a_broken_champion_leaves_the_old_one_at_work_and_is_named(registry, current):
    registry.broken = {"2"}
    registry.put("2")
    current.refresh()
    assert (current.model.version, current.failed_version, current.failures) == ("1", "2", 1)
    current.refresh()
    assert current.failures == 1, "it is not tried again at once"


def test_a_broken_champion_that_was_mended_is_taken_at_the_retry(registry, current):
    registry.broken = {"2"}
    registry.put("2")
    current.refresh()
    registry.broken = set()
    current_time[0] = 31.0
    current.refresh()
    assert (current.model.version, current.failed_version) == ("2", None)


def test_without_a_registry_the_model_goes_on_and_with_it_again_the_change_is_seen(registry, current):
    registry.is_up = False
    registry.put("2")
    current.refresh()
    assert (current.model.version, current.sees_registry) == ("1", False)
    registry.is_up = True
    current.refresh()
    assert (current.model.version, current.sees_registry) == ("2", True)


def test_no_version_in_use_is_no_reason_to_stop(registry, current):
    registry.put(None)
    current.refresh()
    assert current.model.version == "1"


def test_what_is_said_of_the_same_version_may_change(registry, current):
    registry.words = Caveat("Provisional.", "暂行。", lists_people=True)
    registry.put("1")
    current.refresh()
    assert current.model.about["caveat"] == "Provisional."


def test_ready_and_metrics_name_the_version_that_was_not_loaded(registry, current):
    registry.broken = {"2"}
    registry.put("2")
    with serving(Service(current)) as client:
        current.refresh()
        assert client.get("/ready").json()["version_not_loaded"] == "2"
        lines = client.get("/metrics").text.splitlines()
    assert {"attrition_model_stale 1", "attrition_model_load_failures_total 1"} <= {*lines}


def test_while_models_are_swapped_every_request_is_answered_by_one_of_them_as_a_whole(month, registry, current):
    """The two models differ in their bands, so that a mixture would show."""
    all_high = {horizon: dict.fromkeys(bounds, 0.0) for horizon, bounds in month.fitted.bands.items()}
    fitted_of = {
        "1": replace(month.fitted, training_sites=()),
        "2": replace(month.fitted, bands=all_high, training_sites=()),
    }
    registry.load = lambda: LoadedModel(fitted_of[registry.version], registry.version)
    current.model = registry.load()
    known = {"is_gone": False, "sources": "running"}
    body = {"dataframe_records": [row | known for row in as_json_rows(month, 30)], "drivers": False}
    stop = threading.Event()

    def swap():
        while not stop.wait(0.01):
            registry.put("2" if registry.version == "1" else "1")
            current.refresh()

    with serving(Service(current)) as client:
        expected = {version: _bands(fitted, body, version) for version, fitted in fitted_of.items()}
        threading.Thread(target=swap, daemon=True).start()
        replies = [client.post("/score", json=body) for _ in range(60)]
        stop.set()
    assert {reply.status_code for reply in replies} == {200}
    versions = [reply.headers["X-Model-Version"] for reply in replies]
    assert {*versions} == {"1", "2"}
    for version, reply in zip(versions, replies, strict=True):
        assert reply.json()["about"]["model_version"] == version
        assert [row["band"] for row in reply.json()["predictions"]] == expected[version]


def _bands(fitted, body, version):
    with serving(Service(CurrentModel(LoadedModel(fitted, version)))) as client:
        return [row["band"] for row in client.post("/score", json=body).json()["predictions"]]
