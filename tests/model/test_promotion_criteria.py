import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attrition.model.check import Check, all_passed
from attrition.model.holdout import backtest_champion_recipe
from attrition.model.promotion_criteria import Incumbent, evaluate_criteria, headline_scores, resigned_people
from attrition.model.risk import fit
from tests.model.broken import BROKEN, with_evaluation, with_risk


@pytest.fixture
def own(candidate, tmp_path):
    """The candidate, with a folder of its own to break."""
    return replace(candidate, folder=shutil.copytree(candidate.folder, tmp_path / "fitted"))


def find_check(checks, name):
    return next(check for check in checks if check.name == name)


def test_a_good_model_passes_every_check_and_each_has_a_finding(candidate, incumbent):
    checks = evaluate_criteria(candidate, incumbent)
    assert [check for check in checks if not check.passed] == []
    assert {check.name for check in checks} == set(BROKEN)
    assert all(check.finding and check.finding_zh for check in checks)
    assert find_check(checks, "reloads with identical scores").finding == "1200 scores, bit for bit"
    assert find_check(checks, "golden rows").finding == "56 rows, bit for bit"


def test_without_a_champion_there_is_nothing_to_compare_with(candidate):
    checks = evaluate_criteria(candidate)
    assert find_check(checks, "at least as good as the champion").finding == "there is no champion to compare with"
    assert find_check(checks, "keeps most of the champion's list").finding == "there is no champion to compare with"
    assert all_passed(checks)


@pytest.mark.parametrize("name", BROKEN)
def test_each_check_fails_when_what_it_tests_is_broken(own, incumbent, centre, name):
    assert not find_check(evaluate_criteria(*BROKEN[name](own, incumbent, centre)), name).passed


def test_one_no_is_a_no_and_no_check_at_all_is_a_no_too():
    yes, no = Check("a", True, ""), Check("b", False, "")
    assert all_passed([yes, yes])
    assert not all_passed([yes, no])
    assert not all_passed([])


def test_a_check_that_too_few_people_could_tell_is_neither_passed_nor_failed_and_keeps_a_model_from_being_champion():
    unclear = Check("a", False, "", too_few=True)
    assert (unclear.status, Check("a", True, "").status, Check("a", False, "").status) == (
        "too few",
        "passed",
        "failed",
    )
    assert not all_passed([Check("b", True, ""), unclear])
    with pytest.raises(ValueError, match="cannot have passed"):
        Check("a", True, "", too_few=True)


def test_few_resignations_are_too_few_and_people_are_counted_once(own, incumbent, centre):
    few, _ = BROKEN["enough resignations to judge by"](own, incumbent, centre)
    rows = headline_scores(few.evaluation.backtest)
    people = rows.loc[rows["resigned"] == 1, "agent_id"].nunique()
    check = find_check(evaluate_criteria(few), "enough resignations to judge by")
    assert check.status == "too few"
    assert check.finding.startswith(f"{people} people who resigned on later months; at least 30; with ")
    assert "偏高20%时" in check.finding_zh


def test_47_agent_months_of_21_people_count_21():
    months = [3] * 8 + [2] * 10 + [1] * 3
    agents = np.repeat(np.arange(21), months)
    rows = pd.DataFrame({"agent_id": [*agents, 99], "resigned": [1.0] * 47 + [0.0]})
    assert (len(agents), resigned_people(rows)) == (47, 21)


def test_the_group_that_is_off_is_named_with_its_interval(candidate, incumbent, centre):
    finding = find_check(
        evaluate_criteria(*BROKEN["level in every group"](candidate, incumbent, centre)), "level in every group"
    ).finding
    assert "Wuhan" in finding
    assert "Foshan" not in finding


def test_where_no_group_can_be_evaluated_the_level_in_groups_is_no_pass(candidate):
    alone = candidate.groups.assign(**dict.fromkeys(("site", "tenure_band"), candidate.groups["agent_id"]))
    check = find_check(
        evaluate_criteria(replace(candidate, groups=alone.drop(columns="job_role"))), "level in every group"
    )
    assert check.status == "too few"
    assert "too few to evaluate" in check.finding


def test_of_a_champion_that_is_long_past_it_the_list_need_not_stay(candidate, incumbent, centre):
    _, other = BROKEN["keeps most of the champion's list"](candidate, incumbent, centre)
    old = replace(other, fitted=replace(other.fitted, fitted_at=other.fitted.fitted_at - pd.DateOffset(months=8)))
    check = find_check(evaluate_criteria(candidate, old), "keeps most of the champion's list")
    assert check.passed
    assert "8 months older" in check.finding


def test_a_champion_that_can_no_longer_be_read_is_not_compared(candidate, incumbent):
    fewer = replace(candidate, rows=candidate.rows.drop(columns="pay_market_ratio"))
    check = find_check(evaluate_criteria(fewer, incumbent), "keeps most of the champion's list")
    assert check.finding == "not compared: the champion reads 1 features that the panel no longer has"


def test_the_same_recipe_is_not_fitted_twice_and_another_one_is(candidate, centre, spec):
    tables = {"panel": centre.panel, "outcomes": centre.outcomes}
    assert backtest_champion_recipe(candidate.fitted, candidate.evaluation, **tables) is candidate.evaluation.backtest
    other = fit(centre.panel, centre.outcomes, features=centre.features[:3], spec=spec, fitted_at=centre.last_month_end)
    trial = backtest_champion_recipe(other, candidate.evaluation, **tables)
    assert trial.fitted_models[0].fitted_at == candidate.evaluation.origin.month_end
    assert len(trial.fitted_models[0].features) == 3
    finding = find_check(
        evaluate_criteria(candidate, Incumbent("1", other, trial)), "at least as good as the champion"
    ).finding
    assert finding.count("recipe") == 2


def test_whatever_goes_wrong_in_a_check_is_a_no_without_its_message(candidate):
    broken = replace(candidate, rows=pd.DataFrame({"agent_id": ["00042"]}))
    check = find_check(evaluate_criteria(broken), "reloads with identical scores")
    assert (check.passed, check.finding) == (False, "could not be checked (DataError)")


def test_a_figure_that_is_unknown_is_a_no(candidate):
    unknown = with_risk(candidate, lambda scores: scores["risk"] * np.nan)
    assert not find_check(evaluate_criteria(unknown), "observed over expected").passed


def test_with_few_people_what_is_within_chance_is_too_few_and_what_is_not_has_failed(candidate, incumbent, centre):
    def ask_for_many(candidate):
        backtest, spec = candidate.evaluation.backtest, candidate.fitted.spec
        rules = spec.promotion.model_copy(update={"minimum_events": 10_000})
        fitted = replace(backtest.fitted_models[0], spec=spec.model_copy(update={"promotion": rules}))
        return with_evaluation(candidate, backtest=replace(backtest, fitted_models=(fitted,)))

    names = ("observed over expected", "calibration slope", "calibration error", "better than tenure alone")
    right = evaluate_criteria(ask_for_many(candidate))
    wrong, _ = BROKEN["observed over expected"](candidate, incumbent, centre)
    assert [find_check(right, name).status for name in names] == ["too few"] * 4
    assert find_check(evaluate_criteria(ask_for_many(wrong)), names[0]).status == "failed"
