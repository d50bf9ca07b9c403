"""A version that nothing speaks against scores until there is a champion, and one sentence says what was not shown."""

import shutil
from datetime import UTC, datetime

import pytest

from attrition.errors import UserError
from attrition.model import aliases
from attrition.model.check import Check
from attrition.model.persistence import FORMAT
from attrition.model.provisional import caveat, is_refuted
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.promotion import Decision, alias_allowed, decide, promote_version, roll_back
from tests.model.broken import saved_by_another_attrition

ON = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSED = Check("calibration slope", True, "1.00")
TOO_FEW = Check("enough resignations to judge by", False, "21; at least 50", too_few=True)
NO_ORDER = Check("better than tenure alone", False, "AUC .61; tenure .58", too_few=True)
OFF_GROUP = Check("level in every group", False, "off: Wuhan 2.03")
FAILED = Check("observed over expected", False, "1.62; 0.8 to 1.25")


@pytest.fixture
def workspace(registered, tmp_path):
    """Three versions are registered, and none was decided on."""
    return shutil.copytree(registered, tmp_path / "workspace")


def settle(workspace, version, *checks, over=None, is_readable=True):
    may_be_provisional = (over is None or not is_readable) and not is_refuted(checks)
    alias = alias_allowed(checks, may_be_provisional=may_be_provisional)
    return decide(workspace, version, checks, over=over, alias=alias, on=ON)


def test_the_first_version_that_nothing_speaks_against_is_provisional_and_in_use(workspace):
    assert settle(workspace, "1", PASSED, TOO_FEW) == "provisional"
    assert aliases.current_aliases(workspace) == {"provisional": "1"}
    assert aliases.version_in_use(workspace) == "1"
    [change] = aliases.alias_history(workspace)
    assert (change.what, change.by) == ("made provisional", "attrition retrain")
    assert "enough resignations to judge by" in change.why


@pytest.mark.parametrize("checks", [(), (PASSED, FAILED), (TOO_FEW, FAILED)])
def test_a_refuted_version_never_scores(workspace, checks):
    assert settle(workspace, "1", *checks) == "challenger"
    assert aliases.version_in_use(workspace) is None


def test_a_newer_provisional_version_replaces_an_older_one_and_a_refuted_one_does_not(workspace):
    settle(workspace, "1", TOO_FEW)
    settle(workspace, "2", FAILED)
    assert aliases.current_aliases(workspace) == {"provisional": "1", "challenger": "2"}
    settle(workspace, "3", TOO_FEW)
    assert aliases.current_aliases(workspace) == {"provisional": "3"}


def test_a_version_that_passes_everything_becomes_champion_and_nothing_is_provisional_any_more(workspace):
    settle(workspace, "1", TOO_FEW)
    assert settle(workspace, "2", PASSED) == "champion"
    assert aliases.current_aliases(workspace) == {"champion": "2"}
    with pytest.raises(UserError, match="no champion before this one"):
        roll_back(workspace, Decision("Li Na", "a test", ON))


def test_beside_a_champion_nothing_becomes_provisional(workspace):
    settle(workspace, "1", PASSED)
    assert settle(workspace, "2", TOO_FEW, over="1") == "challenger"
    assert aliases.current_aliases(workspace) == {"champion": "1", "challenger": "2"}


def test_a_champion_that_came_during_the_training_stays(workspace):
    settle(workspace, "1", PASSED)
    assert settle(workspace, "2", TOO_FEW) == "challenger"
    assert aliases.version_in_use(workspace) == "1"


def test_a_champion_that_cannot_score_any_more_gives_way_to_a_provisional_version(workspace):
    settle(workspace, "1", PASSED)
    saved_by_another_attrition(workspace, "1", FORMAT - 2)
    assert settle(workspace, "2", TOO_FEW, over="1", is_readable=False) == "provisional"
    assert aliases.current_aliases(workspace) == {"provisional": "2", "previous": "1"}


def test_a_provisional_version_that_somebody_promotes_is_the_champion_and_no_longer_provisional(workspace, monkeypatch):
    settle(workspace, "1", TOO_FEW)
    assert aliases.is_provisional(workspace, "1")
    promote_version(workspace, "1", Decision("Li Na", "we know why", ON), despite=["never evaluated"])
    assert aliases.current_aliases(workspace) == {"champion": "1"}
    assert not aliases.is_provisional(workspace, "1")


def test_without_a_model_in_use_the_command_that_uses_one_all_the_same_is_written_out(workspace):
    settle(workspace, "3", FAILED)
    with pytest.raises(UserError, match=r"attrition models promote 3 --by NAME .*--despite 'never evaluated'"):
        load_model_in_use(workspace)


@pytest.mark.parametrize(
    ("checks", "orders_people", "en", "zh", "lists_people"),
    [
        ((TOO_FEW,), True, "take numbers of leavers as rough", "离职人数只作粗略估计", True),
        ((TOO_FEW, NO_ORDER), True, "take numbers of leavers as rough", "离职人数只作粗略估计", True),
        ((OFF_GROUP,), True, "take numbers of sites and teams as rough", "各职场与班组的人数只作粗略估计", True),
        ((NO_ORDER,), True, "read the model's card", "请先阅读模型卡", True),
        ((NO_ORDER,), False, "use numbers of groups, not ranks of people", "不要使用个人排名", False),
        ((TOO_FEW,), False, "and these as rough", "且只作粗略估计", False),
        ((TOO_FEW,), False, "others of the same tenure", "司龄相同的人当中", False),
    ],
)
def test_one_sentence_says_what_was_not_shown_and_what_that_means(checks, orders_people, en, zh, lists_people):
    words = caveat(checks, resignations=21, orders_people=orders_people, is_provisional=True)
    assert words.en.startswith("Provisional: resignations in the test months (21)")
    assert words.zh.startswith("暂行模型：检验月份内的主动离职（21人）")
    assert (en in words.en, zh in words.zh, words.lists_people) == (True, True, lists_people)


def test_of_a_champion_nothing_is_said_unless_it_orders_nobody():
    asked = {"resignations": 90, "is_provisional": False}
    assert caveat([PASSED], orders_people=True, **asked).en == ""
    ordering_nobody = caveat([PASSED], orders_people=False, **asked)
    assert ordering_nobody.en.startswith("Resignations in the test months (90) do not show that anybody")
    assert not ordering_nobody.lists_people


def test_what_too_few_people_leave_open_refutes_nothing_nor_does_an_order_that_is_not_shown():
    unordered = Check("better than tenure alone", False, "AUC .58; tenure .60")
    assert not is_refuted([PASSED, TOO_FEW, unordered])
    assert is_refuted([PASSED, TOO_FEW, FAILED])


def test_one_rate_for_everybody_has_no_slope_that_could_refute_it():
    no_slope = Check("calibration slope", False, "nan")
    assert is_refuted([no_slope])
    assert not is_refuted([no_slope], has_one_rate=True)


def test_where_no_month_could_be_held_out_no_resignations_are_spoken_of():
    words = caveat([TOO_FEW], resignations=0, orders_people=False, is_provisional=True)
    assert words.en.startswith("Provisional: no month with resignations could be held out to show that")
    assert words.zh.startswith("暂行模型：没有可供检验的离职月份")
