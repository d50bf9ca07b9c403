"""Which version scores: only one that met every check, or one that somebody put there by name."""

import json
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.errors import AttritionError, NotMadeYet, UserError
from attrition.model import aliases, registry
from attrition.model.bar import Check, judge
from attrition.model.panel import Panel
from attrition.model.persistence import FORMAT
from attrition.model.risk import FittedRisk
from attrition.steps.comparison import compare_versions
from attrition.steps.promotion import Decision, promote_if_passed, promote_version, roll_back
from attrition.steps.retrain import evaluate_incumbent
from tests.model.broken import BROKEN, golden_risk_one_bit_off
from tests.model.test_persistence import written_by_another_attrition

ON = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DECIDED = Decision("Li Na", "the new pay scheme is in its data", ON)
MET, MISSED = Check("calibration slope", True, "1.00"), Check("calibration error", False, "0.02; at most 0.015")


@pytest.fixture(scope="module")
def first(registered, tmp_path_factory):
    """Version 1 met its bar and is champion; 2 and 3 are registered."""
    workspace = shutil.copytree(registered, tmp_path_factory.mktemp("crowned") / "workspace")
    _concluded(workspace, "1", MET)
    assert promote_if_passed(workspace, "1", [MET], over=None, on=ON)
    return workspace


@pytest.fixture
def crowned(first, tmp_path):
    """The same, of one's own."""
    return shutil.copytree(first, tmp_path / "workspace")


def _papers(workspace):
    (workspace / "papers").mkdir(exist_ok=True)
    (workspace / "papers" / "card.md").write_text("# Model card\n")
    return workspace / "papers"


def _concluded(workspace, version, *checks):
    registry.conclude(workspace, version, checks, papers=_papers(workspace))


def test_a_version_that_met_every_check_is_champion_and_the_one_before_is_previous(crowned, candidate, rival):
    checks = judge(replace(candidate, folder=aliases.folder_of(crowned, "2")), rival)
    assert promote_if_passed(crowned, "2", checks, over="1", on=ON)
    assert aliases.current_aliases(crowned) == {"champion": "2", "previous": "1"}


@pytest.mark.parametrize("name", BROKEN)
def test_the_champion_stays_when_this_is_broken(crowned, candidate, rival, centre, name):
    own = replace(candidate, folder=aliases.folder_of(crowned, "2"))
    checks = judge(*BROKEN[name](own, rival, centre))
    assert not promote_if_passed(crowned, "2", checks, over="1", on=ON)
    assert aliases.current_aliases(crowned) == {"champion": "1", "challenger": "2"}
    assert name in aliases.history(crowned)[-1].why


def test_no_checks_at_all_promote_nobody(crowned):
    assert not promote_if_passed(crowned, "2", [], over="1", on=ON)
    assert aliases.current_aliases(crowned)["champion"] == "1"


def test_a_version_judged_against_a_champion_that_is_no_longer_one_is_not_promoted(crowned):
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    assert not promote_if_passed(crowned, "3", [MET], over="1", on=ON)
    assert aliases.current_aliases(crowned) == {"champion": "2", "previous": "1", "challenger": "3"}
    assert "version 2 became champion while version 3 was compared with 1" in aliases.history(crowned)[-1].why


def test_of_two_that_promote_at_once_one_wins_and_the_other_is_told(crowned):
    told = []
    racers = [
        threading.Thread(
            target=lambda version=version: told.append(promote_if_passed(crowned, version, [MET], over="1", on=ON))
        )
        for version in ("2", "3")
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == [False, True]
    assert aliases.current_aliases(crowned)["previous"] == "1"
    assert {aliases.current_aliases(crowned)[alias] for alias in ("champion", "challenger")} == {"2", "3"}


def test_by_hand_a_version_that_met_its_bar_is_promoted_with_who_why_and_when(crowned):
    _concluded(crowned, "2", MET)
    promote_version(crowned, "2", DECIDED)
    tags = next(one.tags for one in aliases.versions(crowned) if one.number == "2")
    assert (tags["decided_by"], tags["decided_because"]) == ("Li Na", "the new pay scheme is in its data")
    assert tags["decided_on"] == "2026-11-02T09:00:00+00:00"
    assert "promoted_despite" not in tags


def test_what_a_version_missed_must_be_named_and_is_written_down(crowned):
    _concluded(crowned, "2", MET, MISSED)
    with pytest.raises(UserError, match='--despite "calibration error"'):
        promote_version(crowned, "2", DECIDED)
    with pytest.raises(UserError, match='did not miss "calibration slope"'):
        promote_version(crowned, "2", DECIDED, despite=["calibration slope", "calibration error"])
    assert aliases.current_aliases(crowned)["champion"] == "1"
    promote_version(crowned, "2", DECIDED, despite=["calibration error"])
    assert aliases.current_aliases(crowned)["champion"] == "2"
    assert aliases.history(crowned)[-1].despite == ("calibration error",)


def test_a_version_whose_retrain_was_cut_short_was_never_judged(crowned):
    with pytest.raises(UserError, match='--despite "never judged"'):
        promote_version(crowned, "3", DECIDED)


@pytest.mark.parametrize("name", ["golden rows", "reloads with identical scores"])
def test_nobody_can_waive_that_a_model_answers_as_it_did(crowned, name):
    _concluded(crowned, "2", Check(name, False, ""))
    with pytest.raises(UserError, match="nobody can waive"):
        promote_version(crowned, "2", DECIDED, despite=[name])


def test_golden_rows_are_asked_again_before_a_promotion_by_hand(crowned, candidate, rival, centre):
    _concluded(crowned, "2", MET)
    golden_risk_one_bit_off(replace(candidate, folder=aliases.folder_of(crowned, "2")), rival, centre)
    with pytest.raises(AttritionError, match="does not answer its golden rows as it did"):
        promote_version(crowned, "2", DECIDED)
    assert aliases.current_aliases(crowned) == {"champion": "1"}


@pytest.mark.parametrize(("by", "why"), [("", "a reason in words"), ("Li Na", "  "), ("Li Na", "x" * 1001)])
def test_a_decision_needs_a_name_and_a_reason(by, why):
    with pytest.raises(UserError, match="reason"):
        Decision(by, why, ON)


@pytest.mark.parametrize("version", ["9", "02", "two", "1 or 1=1"])
def test_a_version_that_is_not_registered_is_refused(crowned, version):
    with pytest.raises(UserError, match="is not registered"):
        promote_version(crowned, version, DECIDED)


def test_no_version_of_another_format_is_promoted_rolled_back_to_or_compared_and_no_alias_moves(crowned):
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    for version in ("1", "3"):
        written_by_another_attrition(aliases.folder_of(crowned, version), FORMAT - 1)
    _concluded(crowned, "3", MET)
    for refused in (
        lambda: promote_version(crowned, "3", DECIDED),
        lambda: roll_back(crowned, DECIDED),
        lambda: compare_versions(crowned, "2", "3"),
    ):
        with pytest.raises(UserError, match=r"has format 2, .*`attrition retrain`"):
            refused()
    assert aliases.current_aliases(crowned) == {"champion": "2", "previous": "1"}


def test_a_champion_of_another_format_does_not_stop_the_retrain_that_replaces_it(crowned, exam, centre):
    written_by_another_attrition(aliases.folder_of(crowned, "1"), FORMAT - 1)
    assert evaluate_incumbent(crowned, exam, Panel(centre.panel, centre.outcomes, (), {})) is None
    assert promote_if_passed(crowned, "2", [MET], over="1", on=ON)


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
def test_on_the_command_line_a_champion_of_another_format_is_refused_in_one_line(crowned, command):
    (crowned / "pipelines").mkdir()
    for version in ("1", "2"):
        _concluded(crowned, version, MET)
        written_by_another_attrition(aliases.folder_of(crowned, version), FORMAT + 1)
    refused = CliRunner().invoke(app, [*command, "--workspace", str(crowned)])
    assert refused.exit_code == 2
    assert len(refused.output.strip().splitlines()) == 1
    assert f"has format {FORMAT + 1}" in refused.output
    assert "`attrition retrain`" in refused.output


def test_a_rollback_swaps_champion_and_previous_and_back_again(crowned):
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    roll_back(crowned, DECIDED)
    assert aliases.current_aliases(crowned) == {"champion": "1", "previous": "2"}
    roll_back(crowned, DECIDED)
    assert aliases.current_aliases(crowned) == {"champion": "2", "previous": "1"}
    assert [change.what for change in aliases.history(crowned)] == ["promoted"] * 2 + ["rolled back to"] * 2


def test_a_rollback_to_a_damaged_version_is_refused_and_nothing_moves(crowned):
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    with (aliases.folder_of(crowned, "1") / "resigning_0.txt").open("ab") as damaged:
        damaged.write(b" ")
    with pytest.raises(AttritionError, match=r"resigning_0\.txt changed"):
        roll_back(crowned, DECIDED)
    assert aliases.current_aliases(crowned)["champion"] == "2"


def test_a_rollback_to_a_version_that_answers_otherwise_is_refused(crowned, candidate, rival, centre):
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    golden_risk_one_bit_off(replace(candidate, folder=aliases.folder_of(crowned, "1")), rival, centre)
    with pytest.raises(AttritionError, match="does not answer its golden rows"):
        roll_back(crowned, DECIDED)
    assert aliases.current_aliases(crowned)["champion"] == "2"


def test_with_no_champion_before_there_is_nothing_to_go_back_to(crowned):
    with pytest.raises(NotMadeYet, match="champion before this one"):
        roll_back(crowned, DECIDED)


def test_a_move_that_fails_half_way_moves_nothing(crowned, monkeypatch):
    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(aliases, "_record", failing)
    with pytest.raises(OSError, match="No space"):
        promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    assert aliases.current_aliases(crowned) == {"champion": "1"}


def test_mlflow_sees_each_move_at_once(crowned):
    from mlflow import MlflowClient

    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    promote_if_passed(crowned, "3", [MISSED], over="2", on=ON)
    client = MlflowClient(tracking_uri=registry.tracking_uri(crowned))
    seen = {alias: client.get_model_version_by_alias("resignation", alias) for alias in ("champion", "challenger")}
    assert {alias: str(version.version) for alias, version in seen.items()} == {"champion": "2", "challenger": "3"}
    assert seen["champion"].tags["decided_by"] == "attrition retrain"
    assert json.loads(client.get_registered_model("resignation").tags["attrition.history.000002"])["version"] == "2"


def test_a_rollback_loads_neither_mlflow_nor_its_database_driver(crowned):
    """So it is quick, and works while MLflow is broken or being upgraded."""
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    told = (
        "import sys; from attrition.cli import app\n"
        f"app(['models', 'rollback', '--workspace', {str(crowned)!r}, '--by', 'Li Na', '--reason', 'looks wrong'],"
        " standalone_mode=False)\n"
        "print('loaded', *sys.modules)"
    )
    (crowned / "pipelines").mkdir()
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=180).stdout
    assert "rolled back to version 1" in said
    assert not {"mlflow", "sqlalchemy", "matplotlib"} & set(said.splitlines()[-1].split())
    assert aliases.current_aliases(crowned)["champion"] == "1"


def test_a_challenger_that_is_promoted_is_no_challenger_any_more(crowned):
    _concluded(crowned, "2", MISSED)
    promote_if_passed(crowned, "2", [MISSED], over="1", on=ON)
    promote_version(crowned, "2", DECIDED, despite=["calibration error"])
    assert aliases.current_aliases(crowned) == {"champion": "2", "previous": "1"}


def test_two_versions_are_set_side_by_side(crowned):
    _concluded(crowned, "2", MISSED)
    found = compare_versions(crowned, "1", "2")
    facts = {what: (one, other) for what, one, other in found.facts}
    assert facts["aliases"] == ("champion", "none")
    assert facts["bar"] == ("met", "missed 1")
    assert facts["  calibration error"] == ("met", "missed")
    assert facts["panel"][0] == facts["panel"][1] != "not noted"
    assert "auc" in {what for what, _, _ in found.figures}
    assert found.agreement is None


def test_the_model_that_scores_after_a_rollback_is_the_one_before(crowned, kept, centre):
    promote_if_passed(crowned, "2", [MET], over="1", on=ON)
    shutil.rmtree(aliases.folder_of(crowned, "2"))
    roll_back(crowned, DECIDED)
    fitted, version = registry.champion(crowned)
    assert version == "1"
    assert isinstance(fitted, FittedRisk)
    assert fitted.score(centre.panel.tail(9)).equals(kept.fitted.score(centre.panel.tail(9)))


def test_on_the_command_line_versions_are_listed_compared_and_promoted(crowned):
    (crowned / "pipelines").mkdir()
    _concluded(crowned, "2", MET, MISSED)

    def run(*words):
        return CliRunner().invoke(app, ["models", *words, "--workspace", str(crowned)])

    decided = ["promote", "2", "--by", "Li Na", "--reason", "the new pay scheme"]
    assert run(*decided).exit_code == 2
    assert "although it missed: calibration error" in run(*decided, "--despite", "calibration error").output
    listed = run("list").output.splitlines()
    assert re.match(r"2 .* calibration error +champion$", listed[2])
    assert re.match(r"1 .* met +previous$", listed[3])
    assert "promoted version 2  by Li Na: the new pay scheme" in listed[6]
    compared_lines = run("compare", "1", "2").output
    assert re.search(r"^aliases +previous +champion$", compared_lines, flags=re.MULTILINE)
    assert "there is no panel that both can read" in compared_lines
