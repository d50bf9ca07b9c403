"""Which version scores: only one that passed every check, or one that somebody promoted by name."""

import json
import re
import shutil
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.errors import AttritionError, UserError
from attrition.model import aliases, registry, registry_file, registry_outbox
from attrition.model.check import Check
from attrition.model.mlflow_link import tracking_uri
from attrition.model.persistence import FORMAT
from attrition.model.promotion_criteria import evaluate_criteria
from attrition.model.risk import FittedRisk
from attrition.steps.comparison import compare_versions
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.promotion import Decision, alias_allowed, decide, promote_version, roll_back
from attrition.steps.retrain import readable_champion
from attrition.steps.versions import list_versions
from tests.model.broken import BROKEN, anchored_again, golden_risk_one_bit_off, saved_by_another_attrition

ON = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DECIDED = Decision("Li Na", "the new pay scheme is in its data", ON)
PASSED, FAILED = Check("calibration slope", True, "1.00"), Check("calibration error", False, "0.02; at most 0.015")


@pytest.fixture(scope="module")
def promoted(registered, tmp_path_factory):
    """Version 1 passed and is champion; 2 and 3 are registered."""
    workspace = shutil.copytree(registered, tmp_path_factory.mktemp("promoted") / "workspace")
    _log_checks(workspace, "1", PASSED)
    assert settle(workspace, "1", [PASSED], over=None) == "champion"
    return workspace


@pytest.fixture
def workspace(promoted, tmp_path):
    """A copy of it for one test."""
    return shutil.copytree(promoted, tmp_path / "workspace")


def settle(workspace, version, checks, *, over):
    """Decide as a retrain does whose champion can score."""
    alias = alias_allowed(checks, may_be_provisional=False)
    return decide(workspace, version, checks, over=over, alias=alias, on=ON)


def _artifacts(workspace):
    (workspace / "artifacts").mkdir(exist_ok=True)
    (workspace / "artifacts" / "card.md").write_text("# Model card\n")
    return workspace / "artifacts"


def _log_checks(workspace, version, *checks):
    registry.log_checks(workspace, version, checks, artifacts=_artifacts(workspace))


def test_a_version_that_passed_every_check_is_champion_and_the_one_before_is_previous(workspace, candidate, incumbent):
    checks = evaluate_criteria(replace(candidate, folder=aliases.folder_of(workspace, "2")), incumbent)
    assert settle(workspace, "2", checks, over="1") == "champion"
    assert aliases.current_aliases(workspace) == {"champion": "2", "previous": "1"}


@pytest.mark.parametrize("name", BROKEN)
def test_the_champion_stays_when_this_is_broken(workspace, candidate, incumbent, centre, name):
    own = replace(candidate, folder=aliases.folder_of(workspace, "2"))
    checks = evaluate_criteria(*BROKEN[name](own, incumbent, centre))
    assert alias_allowed(checks, may_be_provisional=False) == "challenger"
    assert name in [check.name for check in checks if not check.passed]


def test_no_checks_at_all_promote_nobody(workspace):
    assert settle(workspace, "2", [], over="1") == "challenger"
    assert aliases.current_aliases(workspace)["champion"] == "1"


def test_a_version_compared_with_a_champion_that_is_no_longer_one_is_not_promoted(workspace):
    settle(workspace, "2", [PASSED], over="1")
    assert settle(workspace, "3", [PASSED], over="1") == "challenger"
    assert aliases.current_aliases(workspace) == {"champion": "2", "previous": "1", "challenger": "3"}
    assert "version 2 became champion while version 3 was compared with 1" in aliases.alias_history(workspace)[-1].why


def test_of_two_that_promote_at_once_one_wins_and_the_other_is_not_promoted(workspace):
    results = []
    racers = [
        threading.Thread(target=lambda version=version: results.append(settle(workspace, version, [PASSED], over="1")))
        for version in ("2", "3")
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(results) == ["challenger", "champion"]
    assert aliases.current_aliases(workspace)["previous"] == "1"
    assert {aliases.current_aliases(workspace)[alias] for alias in ("champion", "challenger")} == {"2", "3"}


def test_by_hand_a_version_that_passed_is_promoted_with_who_why_and_when(workspace):
    _log_checks(workspace, "2", PASSED)
    promote_version(workspace, "2", DECIDED)
    tags = next(one.tags for one in aliases.registered_versions(workspace) if one.number == "2")
    assert (tags["decided_by"], tags["decided_because"]) == ("Li Na", "the new pay scheme is in its data")
    assert tags["decided_on"] == "2026-11-02T09:00:00+00:00"
    assert "promoted_despite" not in tags


def test_what_a_version_failed_must_be_named_and_is_recorded(workspace):
    _log_checks(workspace, "2", PASSED, FAILED)
    with pytest.raises(UserError, match='--despite "calibration error"'):
        promote_version(workspace, "2", DECIDED)
    with pytest.raises(UserError, match='did not fail "calibration slope"'):
        promote_version(workspace, "2", DECIDED, despite=["calibration slope", "calibration error"])
    assert aliases.current_aliases(workspace)["champion"] == "1"
    promote_version(workspace, "2", DECIDED, despite=["calibration error"])
    assert aliases.current_aliases(workspace)["champion"] == "2"
    assert aliases.alias_history(workspace)[-1].despite == ("calibration error",)


def test_a_version_whose_retrain_was_cut_short_was_never_evaluated(workspace):
    with pytest.raises(UserError, match='--despite "never evaluated"'):
        promote_version(workspace, "3", DECIDED)


@pytest.mark.parametrize("name", ["golden rows", "reloads with identical scores"])
def test_nobody_can_waive_that_a_model_scores_as_it_did(workspace, name):
    _log_checks(workspace, "2", Check(name, False, ""))
    with pytest.raises(UserError, match="nobody can waive"):
        promote_version(workspace, "2", DECIDED, despite=[name])


def test_golden_rows_are_checked_again_before_a_promotion_by_hand(workspace, candidate, incumbent, centre):
    _log_checks(workspace, "2", PASSED)
    golden_risk_one_bit_off(replace(candidate, folder=aliases.folder_of(workspace, "2")), incumbent, centre)
    anchored_again(workspace, "2")
    with pytest.raises(AttritionError, match="scores its golden rows differently"):
        promote_version(workspace, "2", DECIDED)
    assert aliases.current_aliases(workspace) == {"champion": "1"}


@pytest.mark.parametrize(("by", "why"), [("", "a reason in words"), ("Li Na", "  "), ("Li Na", "x" * 1001)])
def test_a_decision_needs_a_name_and_a_reason(by, why):
    with pytest.raises(UserError, match="reason"):
        Decision(by, why, ON)


@pytest.mark.parametrize("version", ["9", "02", "two", "1 or 1=1"])
def test_a_version_that_is_not_registered_is_refused(workspace, version):
    with pytest.raises(UserError, match="is not registered"):
        promote_version(workspace, version, DECIDED)


def test_no_version_of_another_format_is_promoted_rolled_back_to_or_compared_and_no_alias_moves(workspace):
    settle(workspace, "2", [PASSED], over="1")
    for version in ("1", "3"):
        saved_by_another_attrition(workspace, version, FORMAT - 2)
    _log_checks(workspace, "3", PASSED)
    for refused in (
        lambda: promote_version(workspace, "3", DECIDED),
        lambda: roll_back(workspace, DECIDED),
        lambda: compare_versions(workspace, "2", "3"),
    ):
        with pytest.raises(UserError, match=rf"has format {FORMAT - 2}, .*`attrition retrain`"):
            refused()
    assert aliases.current_aliases(workspace) == {"champion": "2", "previous": "1"}


def test_a_champion_of_another_format_does_not_stop_the_retrain_that_replaces_it(workspace):
    saved_by_another_attrition(workspace, "1", FORMAT - 2)
    assert readable_champion(workspace, "1") is None
    assert settle(workspace, "2", [PASSED], over="1") == "champion"


@pytest.mark.parametrize(
    "command",
    [
        ["score", "--as-of", "2024-06"],
        ["plan", "--as-of", "2024-06", "--budget", "1000"],
        ["serve"],
        ["what-if", "A00001", "--as-of", "2024-06", "--set", "base_pay=5200"],
        ["models", "compare", "1", "2"],
        ["models", "promote", "2", "--by", "Li Na", "--reason", "it is better"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_on_the_command_line_a_champion_of_another_format_is_refused_in_one_line(workspace, command):
    (workspace / "pipelines").mkdir()
    for version in ("1", "2"):
        _log_checks(workspace, version, PASSED)
        saved_by_another_attrition(workspace, version, FORMAT + 1)
    refused = CliRunner().invoke(app, [*command, "--workspace", str(workspace)])
    assert refused.exit_code == 2
    assert len(refused.output.strip().splitlines()) == 1
    assert f"has format {FORMAT + 1}" in refused.output
    assert "`attrition retrain`" in refused.output


def test_a_rollback_swaps_champion_and_previous_and_back_again(workspace):
    settle(workspace, "2", [PASSED], over="1")
    roll_back(workspace, DECIDED)
    assert aliases.current_aliases(workspace) == {"champion": "1", "previous": "2"}
    roll_back(workspace, DECIDED)
    assert aliases.current_aliases(workspace) == {"champion": "2", "previous": "1"}
    assert [change.what for change in aliases.alias_history(workspace)] == ["promoted"] * 2 + ["rolled back to"] * 2


def test_a_rollback_to_a_damaged_version_is_refused_and_nothing_moves(workspace):
    settle(workspace, "2", [PASSED], over="1")
    with (aliases.folder_of(workspace, "1") / "resignations_0.txt").open("ab") as damaged:
        damaged.write(b" ")
    with pytest.raises(AttritionError, match=r"resignations_0\.txt changed"):
        roll_back(workspace, DECIDED)
    assert aliases.current_aliases(workspace)["champion"] == "2"


def test_a_rollback_to_a_version_that_scores_differently_is_refused(workspace, candidate, incumbent, centre):
    settle(workspace, "2", [PASSED], over="1")
    golden_risk_one_bit_off(replace(candidate, folder=aliases.folder_of(workspace, "1")), incumbent, centre)
    anchored_again(workspace, "1")
    with pytest.raises(AttritionError, match="scores its golden rows differently"):
        roll_back(workspace, DECIDED)
    assert aliases.current_aliases(workspace)["champion"] == "2"


def test_with_no_champion_before_there_is_nothing_to_go_back_to(workspace):
    with pytest.raises(UserError, match=r"no champion before this one.*`attrition models list`"):
        roll_back(workspace, DECIDED)


def test_a_change_that_cannot_be_written_down_changes_nothing(workspace, monkeypatch):
    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(registry_outbox, "_write", failing)
    with pytest.raises(OSError, match="No space"):
        settle(workspace, "2", [PASSED], over="1")
    monkeypatch.undo()
    assert aliases.current_aliases(workspace) == {"champion": "1"}


def test_mlflow_sees_each_change_at_once(workspace):
    from mlflow import MlflowClient

    settle(workspace, "2", [PASSED], over="1")
    settle(workspace, "3", [FAILED], over="2")
    client = MlflowClient(tracking_uri=tracking_uri(workspace))
    seen = {alias: client.get_model_version_by_alias("resignation", alias) for alias in ("champion", "challenger")}
    assert {alias: str(version.version) for alias, version in seen.items()} == {"champion": "2", "challenger": "3"}
    assert seen["champion"].tags["decided_by"] == "attrition retrain"
    assert json.loads(client.get_registered_model("resignation").tags["attrition.history.000002"])["version"] == "2"


def test_a_rollback_holds_while_mlflow_is_broken_and_reaches_it_later(workspace, monkeypatch):
    settle(workspace, "2", [PASSED], over="1")
    monkeypatch.setitem(sys.modules, "mlflow", None)  # as while it is being upgraded
    roll_back(workspace, DECIDED)
    state = aliases.read_state(workspace)
    assert (state.aliases, state.waiting) == ({"champion": "1", "previous": "2"}, 1)
    assert load_model_in_use(workspace).version == "1"
    assert registry_file.read_file(workspace, "resignation").aliases["champion"] == "2"
    monkeypatch.undo()
    assert aliases.read_state(workspace).waiting == 0
    assert registry_file.read_file(workspace, "resignation").aliases == {"champion": "1", "previous": "2"}


def test_each_call_of_a_promotion_may_be_the_last_one(workspace, monkeypatch):
    """Whichever call of MLflow's client fails, the decision holds at once, and the next command makes the others."""
    from mlflow import MlflowClient

    calls = ("set_registered_model_tag", "set_model_version_tag", "set_registered_model_alias")
    made = {"number": 0, "last": 0}

    def counted(call):
        def count(self, *words):
            made["number"] += 1
            if made["number"] == made["last"]:
                raise ConnectionError("gone")
            return call(self, *words)

        return count

    for name in calls:
        monkeypatch.setattr(MlflowClient, name, counted(getattr(MlflowClient, name)))
    champions = ("1", "2")
    for last in range(2, 8):
        old, new = champions[last % 2], champions[(last + 1) % 2]
        made.update(number=0, last=last)
        aliases.promote(workspace, DECIDED.change("promoted", new), old_champion=old)
        assert (
            aliases.with_waiting(workspace, registry_file.read_file(workspace, "resignation")).aliases["champion"]
            == new
        )
        made["last"] = 0
        assert aliases.read_state(workspace).waiting == 0
        there = registry_file.read_file(workspace, "resignation")
        assert there.aliases == {"champion": new, "previous": old}
        assert there.history[len(there.history)].version == new


def test_a_decision_whose_number_another_copy_of_the_workspace_took_is_put_aside(workspace):
    late = registry_outbox.Decided(1, DECIDED.change("promoted", "3"), {"champion": "3"})
    with registry_outbox.registry_lock(workspace):
        registry_outbox.submit(workspace, [late], name="resignation", may_send=False)
    state = aliases.read_state(workspace)
    assert (state.aliases, state.waiting, state.refused) == ({"champion": "1"}, 0, 1)
    assert "1 of the decisions made here were not taken over" in list_versions(workspace).remark


def test_a_decision_that_comes_back_with_a_backup_moves_nothing(workspace):
    settle(workspace, "2", [PASSED], over="1")
    roll_back(workspace, DECIDED)
    old = registry_outbox.Decided(2, aliases.alias_history(workspace)[1], {"champion": "2", "previous": "1"})
    with registry_outbox.registry_lock(workspace):
        registry_outbox.submit(workspace, [old], name="resignation", may_send=False)
    state = aliases.read_state(workspace)
    assert (state.aliases, state.waiting) == ({"champion": "1", "previous": "2"}, 0)


def test_a_challenger_that_is_promoted_is_no_challenger_any_more(workspace):
    _log_checks(workspace, "2", FAILED)
    settle(workspace, "2", [FAILED], over="1")
    promote_version(workspace, "2", DECIDED, despite=["calibration error"])
    assert aliases.current_aliases(workspace) == {"champion": "2", "previous": "1"}


def test_two_versions_are_set_side_by_side(workspace):
    _log_checks(workspace, "2", FAILED)
    comparison = compare_versions(workspace, "1", "2")
    facts = {what: (one, other) for what, one, other in comparison.facts}
    assert facts["aliases"] == ("champion", "none")
    assert facts["criteria"] == ("passed", "failed 1")
    assert facts["  calibration error"] == ("passed", "failed")
    assert facts["panel"][0] == facts["panel"][1] != "not recorded"
    assert "auc" in {what for what, _, _ in comparison.figures}
    assert comparison.agreement is None


def test_the_model_that_scores_after_a_rollback_is_the_one_before(workspace, run, centre):
    settle(workspace, "2", [PASSED], over="1")
    shutil.rmtree(aliases.folder_of(workspace, "2"))
    roll_back(workspace, DECIDED)
    model = load_model_in_use(workspace)
    assert model.version == "1"
    assert isinstance(model.fitted, FittedRisk)
    assert model.fitted.score(centre.panel.tail(9)).equals(run.fitted.score(centre.panel.tail(9)))


def test_on_the_command_line_versions_are_listed_compared_and_promoted(workspace):
    (workspace / "pipelines").mkdir()
    _log_checks(workspace, "2", PASSED, FAILED)

    def run(*words):
        return CliRunner().invoke(app, ["models", *words, "--workspace", str(workspace)])

    decided = ["promote", "2", "--by", "Li Na", "--reason", "the new pay scheme"]
    assert run(*decided).exit_code == 2
    assert "although it failed: calibration error" in run(*decided, "--despite", "calibration error").output
    listed = run("list").output.splitlines()
    assert re.match(r"2 .* calibration error +champion$", listed[3])
    assert re.match(r"1 .* passed +previous$", listed[4])
    assert "promoted version 2  by Li Na: the new pay scheme" in listed[7]
    compared_lines = run("compare", "1", "2").output
    assert re.search(r"^aliases +previous +champion$", compared_lines, flags=re.MULTILINE)
    assert "there is no panel that both can score" in compared_lines
