"""The search for settings, with Optuna itself, on a small centre; only the clock is replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from attrition.errors import DataError, MissingExtra
from attrition.labels.outcomes import month_end
from attrition.model.folds import Fold, TuningData, make_folds, tuning_origins
from attrition.model.improvement import measure_improvement
from attrition.model.tunable import SearchRange, SearchSpace, TuneJob
from attrition.model.tune import TuningResult, require_optuna, search_settings
from tests.model.conftest import simulate

pytest.importorskip("optuna", reason='the extra "tune" is not installed')
JOB = TuneJob(
    budget_minutes=1,
    first_after_months=8,
    origins=2,
    held_out_origins=2,
    members=1,
    search=SearchSpace(
        rounds=SearchRange(lowest=2, highest=64, by="factor"),
        learning_rate=SearchRange(lowest=0.02, highest=0.4, by="factor"),
    ),
)


def clock_of_trials(seconds: float = 15.0) -> Callable[[], float]:
    """Return a clock by which every trial takes so many seconds: it is read at the start and the end of a trial."""
    now = [0.0]

    def read() -> float:
        now[0] += seconds
        return now[0]

    return read


def interrupting_clock(after: int) -> Callable[[], float]:
    """Return a clock that raises KeyboardInterrupt in the trial after so many finished ones."""
    readings: Iterator[int] = iter(range(2 * after + 1))

    def read() -> float:
        try:
            return 15.0 * next(readings)
        except StopIteration:
            raise KeyboardInterrupt from None

    return read


def with_budget(data: TuningData, budget_minutes: float) -> TuningData:
    return replace(data, job=data.job.model_copy(update={"budget_minutes": budget_minutes}))


def run(data: TuningData, folds: list[Fold], storage: Path, clock: Callable[[], float] | None = None) -> TuningResult:
    return search_settings(data, folds, storage=storage, clock=clock or clock_of_trials(), progress=lambda line: None)


@pytest.fixture(scope="module")
def data(spec) -> TuningData:
    centre = simulate(agents=300, months=28)
    return TuningData(centre.panel, centre.outcomes, centre.features, spec, JOB)


@pytest.fixture(scope="module")
def folds(data) -> list[Fold]:
    return make_folds(data)


def test_the_declared_settings_are_tried_first_and_the_budget_is_kept(data, folds, tmp_path):
    lines = []
    result = search_settings(
        data, folds, storage=tmp_path / "trials.db", clock=clock_of_trials(), progress=lines.append
    )
    assert result.trials[["rounds", "learning_rate"]].iloc[0].tolist() == [40, 0.1]
    assert result.default_settings == {"rounds": 40, "learning_rate": 0.1}
    assert len(result.trials) == 4, "four times fifteen seconds are a minute"
    assert lines[0] == "trial 1 (0.0 of 1 min)"
    assert lines[3].startswith("trial 4 (0.8 of 1 min), log loss ")
    best = result.trials.nsmallest(1, "log_loss").iloc[0]
    assert result.best_settings == {"rounds": best["rounds"], "learning_rate": best["learning_rate"]}


def test_more_minutes_go_on_with_the_same_search(data, folds, tmp_path):
    first = run(data, folds, tmp_path / "trials.db").trials
    more = run(with_budget(data, 2), folds, tmp_path / "trials.db").trials
    assert len(more) == 8
    pd.testing.assert_frame_equal(more[:4], first)
    assert not more.duplicated(["rounds", "learning_rate"]).any(), "a run that goes on draws other settings"


def test_a_used_up_budget_tries_nothing_more(data, folds, tmp_path):
    first = run(data, folds, tmp_path / "trials.db")
    again = run(data, folds, tmp_path / "trials.db", clock=interrupting_clock(0))
    pd.testing.assert_frame_equal(again.trials, first.trials)


@pytest.mark.parametrize("finished", [0, 2])
def test_a_stopped_search_keeps_its_finished_trials(data, folds, tmp_path, finished):
    with pytest.raises(KeyboardInterrupt):
        run(data, folds, tmp_path / "trials.db", clock=interrupting_clock(finished))
    gone_on = run(data, folds, tmp_path / "trials.db").trials
    assert len(gone_on) == 4
    assert gone_on[["rounds", "learning_rate"]].iloc[0].tolist() == [40, 0.1]
    assert (gone_on["number"] != finished).all(), "the one that was stopped does not count"


def test_other_data_or_settings_are_another_search_and_other_minutes_are_not(data):
    other = data.outcomes.assign(known_on=data.outcomes["known_on"] + pd.Timedelta(days=1))
    wider = data.job.model_copy(update={"origins": 3})
    deeper = data.spec.model_copy(update={"trees": data.spec.trees.model_copy(update={"depth": 4})})
    changes = [{"outcomes": other}, {"job": wider}, {"spec": deeper}, {"features": data.features[1:]}]
    assert len({data.key, *(replace(data, **change).key for change in changes)}) == 5
    assert with_budget(data, 90).key == data.key


def test_the_same_search_on_the_same_data_finds_the_same(data, folds, tmp_path):
    one, other = (run(data, folds, tmp_path / f"{name}.db").trials for name in ("one", "other"))
    pd.testing.assert_frame_equal(one, other)


def test_the_months_held_out_lie_after_every_label_of_the_search(data):
    searched, held_out = tuning_origins(data)
    ends = month_end(
        pd.Series([month for origin in searched for month in origin.scored_months]), plus=data.spec.headline
    )
    assert ends.max() <= held_out[0].month_end < min(held_out[0].scored_months)


def test_the_search_sees_nothing_of_what_came_after_the_first_origin_held_out(data, folds):
    at = tuning_origins(data)[1][0].month_end
    panel, outcomes = data.panel.copy(), data.outcomes.copy()
    numbers = [feature.name for feature in data.features if not feature.is_category]
    panel.loc[panel["as_of"] > at, numbers] = 1e9
    late = outcomes["known_on"] > at
    outcomes.loc[late, ["exit_kind", "left_on", "known_on"]] = [None, pd.NaT, pd.NaT]
    for before, after in zip(folds, make_folds(replace(data, panel=panel, outcomes=outcomes)), strict=True):
        np.testing.assert_array_equal(before.training.encoded, after.training.encoded)
        pd.testing.assert_frame_equal(before.training.labels, after.training.labels)
        np.testing.assert_array_equal(before.test_encoded, after.test_encoded)
        np.testing.assert_array_equal(before.test.label, after.test.label)


def test_too_short_a_history_is_refused_in_words(data):
    long = replace(data, job=JOB.model_copy(update={"first_after_months": 20}))
    with pytest.raises(DataError, match="28 months are too few to tune on: 20 come before the first origin"):
        make_folds(long)


def test_a_planted_better_setting_is_found_and_holds_beyond_noise(data, tmp_path):
    poor = data.spec.model_copy(
        update={"trees": data.spec.trees.model_copy(update={"rounds": 2, "learning_rate": 0.02})}
    )
    planted = with_budget(replace(data, spec=poor), 2)
    result = run(planted, make_folds(planted), tmp_path / "trials.db")
    improvement = measure_improvement(planted, result.best_settings, progress=lambda line: None)
    assert result.best_settings["rounds"] * result.best_settings["learning_rate"] > 10 * 2 * 0.02
    assert improvement.is_beyond_noise
    figures = improvement.figures.set_index("metric")
    assert (figures["low"] < figures["gain"]).all()
    assert (figures["gain"] < figures["high"]).all()
    assert figures.loc["auc", "gain"] == figures.loc["auc", "found"] - figures.loc["auc", "default"] > 0


def test_where_there_is_only_noise_the_settings_that_learn_least_stay(data, tmp_path):
    draw = np.random.default_rng(3)
    noise = {feature.name: draw.normal(size=len(data.panel)) for feature in data.features}
    noise["schedule_work_mode"] = draw.choice(["office", "home"], len(data.panel))
    least = data.spec.trees.model_copy(update={"rounds": 2, "learning_rate": 0.02})
    spec = data.spec.model_copy(update={"trees": least})
    blind = with_budget(replace(data, panel=data.panel.assign(**noise), spec=spec), 2)
    result = run(blind, make_folds(blind), tmp_path / "trials.db")
    assert result.best_settings != result.default_settings, "some settings are always best on the months searched"
    assert not measure_improvement(blind, result.best_settings, progress=lambda line: None).is_beyond_noise


def test_without_optuna_the_extra_is_named(monkeypatch):
    monkeypatch.setattr("attrition.model.tune.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r'pip install "attrition\[tune\]"') as caught:
        require_optuna()
    assert caught.value.exit_code == 2
