"""A model that has learnt from a sample of agents ranks everybody, and is as right about how many leave."""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest

from attrition.labels.outcomes import exit_within
from attrition.message import catalogue_of, in_words
from attrition.model.metrics import LabelledScores, auc
from attrition.model.mlflow_pages import parameters_of
from attrition.model.paired_bootstrap import paired_difference
from attrition.model.persistence import read_fitted, save_fitted
from attrition.model.risk import fit
from attrition.model.spec import Spec, Trees
from attrition.model.training_sample import count_sample, draw_agents
from tests.model.conftest import simulate

FITTED_AT = pd.Timestamp("2023-12-31")


def drawn_from(outcomes, share, seed=20):
    return draw_agents(outcomes, most_agent_months=round(share * len(outcomes)), seed=seed)


def test_of_those_who_resigned_left_otherwise_and_stayed_the_same_share_is_drawn(centre):
    sample = count_sample(centre.outcomes, drawn_from(centre.outcomes, 0.4))
    assert sample.drawn.resigned / sample.centre.resigned == pytest.approx(0.4, abs=1 / sample.centre.resigned)
    assert sample.drawn.agents / sample.centre.agents == pytest.approx(0.4, abs=2 / sample.centre.agents)
    assert sample.drawn.agent_months / sample.centre.agent_months == pytest.approx(0.4, abs=0.03)


def test_the_sample_hangs_on_the_agents_numbers_and_its_key_and_not_on_the_order_of_rows(centre):
    shuffled = centre.outcomes.sample(frac=1, random_state=3)
    agents = set(drawn_from(centre.outcomes, 0.4))
    assert set(drawn_from(shuffled, 0.4)) == agents
    assert len(agents & set(drawn_from(centre.outcomes, 0.4, seed=21))) < 0.6 * len(agents)


def test_a_month_later_nearly_the_same_agents_are_drawn(centre):
    earlier = centre.outcomes[centre.outcomes["as_of"] < centre.last_month_end]
    before, after = set(drawn_from(earlier, 0.4)), set(drawn_from(centre.outcomes, 0.4))
    assert len(before & after) > 0.95 * len(before)


def test_everybody_is_used_where_the_panel_is_no_larger(centre):
    assert draw_agents(centre.outcomes, most_agent_months=len(centre.outcomes), seed=20) is None
    assert count_sample(centre.outcomes, None) is None


def test_a_model_keeps_what_it_has_learnt_from_and_says_so(fitted, centre, tmp_path):
    sample = count_sample(centre.outcomes, drawn_from(centre.outcomes, 0.4))
    save_fitted(replace(fitted, sample=sample), tmp_path)
    assert read_fitted(tmp_path).sample == sample
    assert (
        parameters_of(replace(fitted, sample=sample)).items()
        >= {
            **{f"sample_{key}": value for key, value in asdict(sample.drawn).items()},
            **{f"centre_{key}": value for key, value in asdict(sample.centre).items()},
        }.items()
    )
    assert not any(key.startswith("sample") for key in parameters_of(fitted))
    for language in ("en", "zh"):
        sentence = in_words(sample.sentence, catalogue_of(language))
        assert all(
            f"{number:,}" in sentence for number in [*asdict(sample.drawn).values(), *asdict(sample.centre).values()]
        )


def later_scores(centre, spec, agents, known_at=FITTED_AT):
    """Fit on some agents, or on all, and score everybody in the later months; return the scores by agent-month."""
    is_drawn = np.ones(len(centre.panel), dtype=bool) if agents is None else centre.panel["agent_id"].isin(agents)
    rows, outcomes = (table[is_drawn].reset_index(drop=True) for table in (centre.panel, centre.outcomes))
    fitted = fit(rows, outcomes, features=centre.features, spec=spec, fitted_at=known_at)
    later = centre.panel["as_of"] > known_at
    scores = fitted.score(centre.panel[later])
    risk = scores.loc[scores["horizon_months"] == spec.headline, "risk"].to_numpy()
    label = exit_within(centre.outcomes, spec.headline, known_at=centre.last_month_end)[later].to_numpy()
    return pd.DataFrame(
        {
            "agent": centre.panel.loc[later, "agent_id"],
            "month": centre.panel.loc[later, "as_of"],
            "risk": risk,
            "label": label,
        }
    ).dropna()


# By chance alone the level of a third of 1,200 agents differs from that of all by .084, the standard deviation over the
# twenty centres below; so that of a third of 9,000 differs by about .03.
def assert_as_good(centre, spec, share, *, auc_tolerance, level_tolerance):
    agents = drawn_from(centre.outcomes[centre.outcomes["as_of"] <= FITTED_AT], share)
    of_all, of_sample = (later_scores(centre, spec, learners) for learners in (None, agents))
    unseen = ~of_all["agent"].isin(agents).to_numpy()
    for rows in (np.ones(len(of_all), dtype=bool), unseen):
        first, second = (
            LabelledScores(*(table.loc[rows, name].to_numpy() for name in ("label", "risk", "agent", "month")))
            for table in (of_all, of_sample)
        )
        loss = paired_difference(auc, first, second, draws=200, confidence=0.975)
        assert loss.low <= auc_tolerance, f"the AUC of the sample's model is lower by {loss.low:.3f} at least"
        level = second.risk.sum() / first.risk.sum()
        assert level == pytest.approx(1.0, abs=level_tolerance)


def test_skill_and_level_of_a_sample_are_those_of_everybody():
    centre = simulate(agents=1200, months=30, seed=5)
    spec = Spec(name="resignation", horizons=(1, 3), trees=Trees(members=2, rounds=60))
    assert_as_good(centre, spec, 1 / 3, auc_tolerance=0.01, level_tolerance=0.25)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", [5, 6, 7])
def test_skill_and_level_of_a_sample_of_a_large_centre_are_those_of_everybody(seed):
    centre = simulate(agents=9000, months=30, seed=seed)
    assert_as_good(centre, Spec(name="resignation"), 1 / 3, auc_tolerance=0.003, level_tolerance=0.1)


@pytest.mark.exhaustive
def test_over_twenty_centres_the_level_of_a_sample_is_neither_higher_nor_lower_than_that_of_everybody():
    spec = Spec(name="resignation", horizons=(1, 3), trees=Trees(members=2, rounds=60))
    ratios = []
    for seed in range(100, 120):
        centre = simulate(agents=1200, months=30, seed=seed)
        past = centre.outcomes[centre.outcomes["as_of"] <= FITTED_AT]
        of_all, of_sample = (
            later_scores(centre, spec, agents) for agents in (None, drawn_from(past, 1 / 3, seed=seed))
        )
        ratios.append(np.log(of_sample["risk"].sum() / of_all["risk"].sum()))
    mean, deviation = np.mean(ratios), np.std(ratios, ddof=1)
    assert abs(mean) < 3 * deviation / np.sqrt(len(ratios)), f"mean {mean:+.3f}, standard deviation {deviation:.3f}"
