import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attrition.model.bar import Check, Rival, champion_trial, is_met, judge
from attrition.model.risk import fit
from tests.model.broken import BROKEN, changed


@pytest.fixture
def own(candidate, tmp_path):
    """The candidate, with a folder of its own to break."""
    return replace(candidate, folder=shutil.copytree(candidate.folder, tmp_path / "fitted"))


def outcome(checks, name):
    return next(check for check in checks if check.name == name)


def test_a_good_model_meets_every_check_and_each_says_what_it_found(candidate, rival):
    checks = judge(candidate, rival)
    assert [check for check in checks if not check.passed] == []
    assert {check.name for check in checks} == set(BROKEN)
    assert all(check.said and check.said_zh for check in checks)
    assert outcome(checks, "reloads with identical scores").said == "1200 scores, bit for bit"
    assert outcome(checks, "golden rows").said == "32 rows, bit for bit"


def test_without_a_champion_nothing_is_asked_of_one(candidate):
    checks = judge(candidate)
    assert outcome(checks, "at least as good as the champion").said == "there is no champion to compare with"
    assert outcome(checks, "keeps most of the champion's list").said == "there is no champion to compare with"
    assert is_met(checks)


@pytest.mark.parametrize("name", BROKEN)
def test_each_check_fails_when_that_is_broken_which_it_is_about(own, rival, centre, name):
    assert not outcome(judge(*BROKEN[name](own, rival, centre)), name).passed


def test_one_no_is_a_no_and_nothing_asked_is_a_no_too():
    yes, no = Check("a", True, ""), Check("b", False, "")
    assert is_met([yes, yes])
    assert not is_met([yes, no])
    assert not is_met([])


def test_the_group_that_is_off_is_named_with_its_interval(candidate, rival, centre):
    said = outcome(judge(*BROKEN["level in every group"](candidate, rival, centre)), "level in every group").said
    assert "Wuhan" in said
    assert "Foshan" not in said


def test_where_no_group_can_be_judged_the_level_in_groups_is_no_pass(candidate):
    alone = candidate.groups.assign(**dict.fromkeys(("site", "tenure_band"), candidate.groups["agent_id"]))
    check = outcome(judge(replace(candidate, groups=alone.drop(columns="job_role"))), "level in every group")
    assert not check.passed
    assert "too few to judge" in check.said


def test_of_a_champion_that_is_long_past_it_the_list_need_not_stay(candidate, rival, centre):
    _, other = BROKEN["keeps most of the champion's list"](candidate, rival, centre)
    old = replace(other, fitted=replace(other.fitted, at=other.fitted.at - pd.DateOffset(months=8)))
    check = outcome(judge(candidate, old), "keeps most of the champion's list")
    assert check.passed
    assert "8 months older" in check.said


def test_a_champion_that_can_no_longer_be_read_is_not_compared(candidate, rival):
    fewer = replace(candidate, rows=candidate.rows.drop(columns="pay_market_ratio"))
    check = outcome(judge(fewer, rival), "keeps most of the champion's list")
    assert check.said == "not compared: the champion reads 1 features that the panel no longer has"


def test_the_same_recipe_is_not_fitted_twice_and_another_one_is(candidate, centre, spec):
    tables = {"panel": centre.panel, "outcomes": centre.outcomes}
    assert champion_trial(candidate.fitted, candidate.examination, **tables) is candidate.examination.trial
    other = fit(centre.panel, centre.outcomes, features=centre.features[:3], spec=spec, at=centre.ends)
    trial = champion_trial(other, candidate.examination, **tables)
    assert trial.fits[0].at == candidate.examination.origin.at
    assert len(trial.fits[0].features) == 3
    said = outcome(judge(candidate, Rival("1", other, trial)), "at least as good as the champion").said
    assert said.count("recipe") == 2


def test_whatever_goes_wrong_in_a_check_is_a_no_without_its_message(candidate):
    broken = replace(candidate, rows=pd.DataFrame({"agent_id": ["00042"]}))
    check = outcome(judge(broken), "reloads with identical scores")
    assert (check.passed, check.said) == (False, "could not be checked (DataError)")


def test_a_figure_that_is_unknown_is_a_no(candidate):
    trial = candidate.examination.trial
    unknown = changed(candidate, trial=replace(trial, metrics=trial.metrics.assign(value=np.nan)))
    assert not outcome(judge(unknown), "observed over expected").passed
