import numpy as np
import pandas as pd
import pytest

from attrition.labels.outcomes import exit_within
from attrition.model.null_checks import (
    LabelSplit,
    NullCheck,
    check_noise_features,
    check_shuffled_labels,
    noise_features,
    permute_within_months,
)
from attrition.model.splits import holdout_origin


@pytest.fixture(scope="module")
def split(centre):
    """The last months held out, a gap of the horizon before them."""
    as_of = centre.panel["as_of"]
    origin = holdout_origin(as_of, holdout_months=6, horizon=3, mature_to=centre.last_month_end)
    known = exit_within(centre.outcomes, 3, known_at=origin.month_end).where(as_of <= origin.month_end)
    later = exit_within(centre.outcomes, 3, known_at=centre.last_month_end).where(as_of.isin(origin.scored_months))
    return LabelSplit(centre.panel["agent_id"].to_numpy(), as_of, known.to_numpy(), later.to_numpy())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_l7_noise_knows_nothing_of_later_months(split, seed):
    assert check_noise_features(split, seed=seed).passes


def test_l7_noise_beats_chance_where_rows_are_split_at_random(split):
    label = np.where(np.isnan(split.train_label), split.test_label, split.train_label)
    train = np.random.default_rng(0).random(len(label)) < 0.5
    at_random = LabelSplit(split.agent, split.as_of, np.where(train, label, np.nan), np.where(train, np.nan, label))
    assert not check_noise_features(at_random, seed=1).passes
    assert check_noise_features(at_random, seed=1).auc > 0.55


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_l8_shuffled_labels_teach_nothing(split, centre, seed):
    encoded = centre.panel[["tenure_days", "pay_market_ratio", "workload_occupancy_3m"]].to_numpy()
    assert check_shuffled_labels(split, encoded, seed=seed).passes


def test_the_same_trees_do_learn_from_labels_that_are_not_shuffled(split, centre, monkeypatch):
    encoded = centre.panel[["tenure_days", "pay_market_ratio", "workload_occupancy_3m"]].to_numpy()
    monkeypatch.setattr("attrition.model.null_checks.permute_within_months", lambda label, as_of, generator: label)
    assert not check_shuffled_labels(split, encoded, seed=1).passes


def test_labels_are_permuted_within_their_month_and_nulls_stay():
    as_of = pd.Series(pd.to_datetime(["2026-01-31"] * 4 + ["2026-02-28"] * 3))
    label = np.array([1.0, 0.0, 0.0, np.nan, 1.0, 1.0, 1.0])
    mixed = permute_within_months(label, as_of, np.random.default_rng(0))
    assert (np.nansum(mixed[:4]), mixed[4:].sum()) == (1, 3)
    assert np.isnan(mixed[3])


def test_half_of_the_noise_stays_with_its_agent():
    as_of = pd.Series(pd.date_range("2023-01-31", periods=3, freq="ME").tolist() * 2)
    noise = noise_features(np.repeat(["a", "b"], 3), as_of, seed=0)
    kinds = pd.DataFrame(noise).groupby(np.repeat(["a", "b"], 3)).nunique()
    assert kinds.loc["a"].tolist() == [1, 3] * 4


def test_an_unknown_auc_does_not_pass():
    assert not NullCheck("noise features", float("nan"), 0.01, 3.0).passes
    assert not NullCheck("noise features", 0.54, 0.01, 3.0).passes
    assert NullCheck("noise features", 0.52, 0.01, 3.0).passes
