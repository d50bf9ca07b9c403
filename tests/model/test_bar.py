from dataclasses import replace

import pandas as pd
import pytest

from attrition.model.bar import Candidate, Check, champion_trial, is_met, judge
from attrition.model.calibration import Calibration
from attrition.model.canaries import Canary
from attrition.model.risk import fit


@pytest.fixture(scope="module")
def candidate(centre, fitted, exam):
    return Candidate(fitted, exam, centre.panel[centre.panel["as_of"] == centre.ends])


def outcome(checks, name):
    return next(check for check in checks if check.name == name)


def changed(candidate, **fields):
    return replace(candidate, examination=replace(candidate.examination, **fields))


def with_metric(candidate, metric, value):
    trial = candidate.examination.trial
    metrics = trial.metrics.copy()
    metrics.loc[(metrics["metric"] == metric) & (metrics["model"] == "resignation"), "value"] = value
    return changed(candidate, trial=replace(trial, metrics=metrics))


def test_every_check_says_what_it_found(candidate):
    checks = judge(candidate)
    assert len(checks) == 9
    assert all(check.said for check in checks)
    assert outcome(checks, "reloads with identical scores").said == "1200 scores, bit for bit"
    assert outcome(checks, "at least as good as the champion").said == "there is no champion yet"


def test_one_no_is_a_no_and_nothing_asked_is_a_no_too():
    yes, no = Check("a", True, ""), Check("b", False, "")
    assert is_met([yes, yes])
    assert not is_met([yes, no])
    assert not is_met([])


@pytest.mark.parametrize(
    ("name", "metric", "value"),
    [("observed over expected", "observed_over_expected", 1.3), ("better than tenure alone", "auc", 0.4)],
)
def test_a_figure_out_of_range_does_not_pass(candidate, name, metric, value):
    assert not outcome(judge(with_metric(candidate, metric, value)), name).passed


def test_risks_that_are_too_spread_do_not_pass(candidate):
    assert not outcome(judge(changed(candidate, slope=Calibration(slope=0.7))), "calibration slope").passed


def test_risks_twice_too_high_fail_the_calibration_error(candidate):
    trial = candidate.examination.trial
    doubled = replace(trial, scores=trial.scores.assign(risk=trial.scores["risk"] * 2))
    assert not outcome(judge(changed(candidate, trial=doubled)), "calibration error").passed


def test_a_canary_that_sings_does_not_pass(candidate):
    loud = Canary("noise features", 0.6, 0.01, 3.0)
    assert not outcome(judge(changed(candidate, canaries=(loud,))), "noise features").passed


def test_a_better_champion_stays(candidate):
    trial = candidate.examination.trial
    better = trial.scores["risk"].where(trial.scores["resigned"] == 1, trial.scores["risk"] / 2)
    rival = replace(trial, scores=trial.scores.assign(risk=better))
    check = outcome(judge(candidate, rival), "at least as good as the champion")
    assert not check.passed
    assert "champion's recipe" in check.said


def test_the_same_recipe_is_not_fitted_twice_and_another_one_is(candidate, centre, spec):
    tables = {"panel": centre.panel, "outcomes": centre.outcomes}
    assert champion_trial(candidate.fitted, candidate.examination, **tables) is candidate.examination.trial
    other = fit(centre.panel, centre.outcomes, features=centre.features[:3], spec=spec, at=centre.ends)
    rival = champion_trial(other, candidate.examination, **tables)
    assert rival.fits[0].at == candidate.examination.origin.at
    assert len(rival.fits[0].features) == 3
    assert outcome(judge(candidate, rival), "at least as good as the champion").said.count("recipe") == 2


def test_whatever_goes_wrong_in_a_check_is_a_no_without_its_message(candidate):
    broken = replace(candidate, rows=pd.DataFrame({"agent_id": ["00042"]}))
    check = outcome(judge(broken), "reloads with identical scores")
    assert (check.passed, check.said) == (False, "could not be checked (DataError)")
