"""Pilots with a known effect, through the real design and reading.

Bounds are binomial: a correct program leaves them less than once in ten thousand times.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from attrition.pilot.difference import risk_difference

PILOTS = 30
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "pilots.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("simulated_pilots", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def figures(benchmark):
    return benchmark.summarise_pilots(
        benchmark.World(agents=600, sites=3), ratio=0.4, expected_ratio=0.4, pilots=PILOTS
    )


@pytest.mark.parametrize("what", ["hazard_ratio", "difference", "adjusted"])
def test_intervals_cover_the_truth(figures, what):
    assert figures[f"covered_{what}"] * PILOTS >= binom.ppf(1e-4, PILOTS, 0.94)


def test_effects_are_found_with_the_power_of_the_design(figures):
    low, high = binom.ppf([5e-5, 1 - 5e-5], PILOTS, figures["predicted_power"])
    assert low <= figures["verdict_works"] * PILOTS <= high


def test_a_pilot_without_effect_seldom_seems_to_work(benchmark):
    result = benchmark.summarise_pilots(
        benchmark.World(agents=600, sites=3), ratio=1.0, expected_ratio=0.4, pilots=PILOTS
    )
    assert result["verdict_works"] * PILOTS <= binom.ppf(1 - 1e-4, PILOTS, 0.03)


def test_the_intervals_are_as_wide_as_the_estimates_scatter():
    """Ignoring the strata would make them 1.3 times too wide here: sites differ by far more than agents do."""
    rng, actual, widths, naive = np.random.default_rng(1), [], [], []
    for _ in range(200):
        rows = _two_sites(rng)
        result, plain = risk_difference(rows), risk_difference(rows.assign(stratum="all"))
        actual.append(result.value)
        widths.append((result.high - result.low) / 3.92)
        naive.append((plain.high - plain.low) / 3.92)
    assert np.mean(widths) / np.std(actual) == pytest.approx(1.0, abs=0.2)
    assert np.mean(naive) / np.std(actual) > 1.2


def _two_sites(rng):
    risk = np.repeat([0.05, 0.75], 100)
    treated = np.tile([True, False], 100)
    resigned = (rng.random(200) < risk).astype(float)
    return pd.DataFrame({"stratum": np.repeat(["a", "b"], 100), "is_treated": treated, "resigned": resigned})
