"""The page of a backtest: the verdict first, gains within the noise are no gains, and both languages say the same."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from attrition.data.terms import LANGUAGES
from attrition.model.training_sample import Counts, TrainingSample
from attrition.report.backtest_inputs import BacktestInputs
from attrition.report.backtest_page import answer, backtest_page
from tests.report.sample_backtest import backtest_inputs, baselines, scores
from tests.report.test_pages import outline


def inputs(*, is_better: bool = True, **options: float) -> BacktestInputs:
    rows = scores(**options)  # type: ignore[arg-type]
    noise = np.random.default_rng(0).random(len(rows))
    return backtest_inputs(
        rows, baselines(rows, logistic=rows["risk"], tenure_only=noise if is_better else rows["risk"])
    )


@pytest.mark.parametrize(
    ("options", "word", "verdict"),
    [
        (
            {},
            "Good",
            "in a better order than tenure alone gives, beyond chance, and the number of resignations was",
        ),
        ({"level": 2.0}, "Good in part", "but the number of resignations was off: the list would have helped"),
        ({"is_better": False}, "Good in part", "was right, but no better order than tenure alone gives was shown"),
        ({"is_better": False, "level": 2.0}, "Not good enough", "neither the list nor expected numbers would have"),
        ({"agents": 20, "months": 2}, "Too few to judge", "people resigned in these months, and 20 are needed"),
    ],
)
def test_the_verdict_stands_first(options: dict[str, Any], word: str, verdict: str) -> None:
    made = inputs(**options)
    told = answer(made, "en")
    assert told["word"] == word
    assert verdict in told["verdict"]
    words = " ".join(outline(backtest_page(made, "en")).words)
    assert words.index(word) < words.index("Tried on")


def test_a_gain_within_the_noise_is_no_gain() -> None:
    parts = dict(answer(inputs(), "en")["parts"])
    assert (
        "Compared with a logistic regression on the same columns: 0.0 points (0.0 to 0.0), within the noise"
        in parts["Order"]
    )
    assert re.search(r"Compared with tenure alone: \+\d+\.\d points \(\d.* beyond chance", parts["Order"])


def test_a_change_beyond_chance_is_told_in_the_verdict() -> None:
    assert "It did not stay so in these months: see “Drift”." in answer(inputs(later=2.0), "en")["verdict"]
    assert "“" not in answer(inputs(), "en")["verdict"]


def test_resignations_are_counted_as_people() -> None:
    made = inputs()
    assert made.people < made.history["flagged_resigned"].sum() + made.history["rest_resigned"].sum()
    assert f"{made.people} people resigned within 3 months" in answer(made, "en")["tried"]


def test_few_people_show_figures_and_no_gain_or_change() -> None:
    told = answer(inputs(agents=20, months=2), "en")
    assert "beyond chance" not in str(told["parts"])
    assert dict(told["parts"])["Drift"] == "Too few people resigned to tell a gain or a change from chance."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_needs_no_other_file_and_has_every_picture(lang: str) -> None:
    page = backtest_page(inputs(), lang, other="backtest.zh.html")
    assert page.count("<svg") == 2 * page.count("<figure>") == 2 * 7
    assert not re.search(r'(src|href)="(https?:|//)', page)
    assert not re.search(r'[>"]nan\b', page)
    assert page == backtest_page(inputs(), lang, other="backtest.zh.html")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_months_in_which_nobody_resigned_have_a_page_without_figures(lang: str) -> None:
    rows = scores().assign(resigned=0.0)
    made = backtest_inputs(rows, baselines(rows, base_rate=np.full(len(rows), 0.1)))
    assert "<svg" not in backtest_page(made, lang)
    assert answer(made, lang)["parts"] == []


def test_one_month_says_nothing_about_a_change() -> None:
    assert "One month only" in dict(answer(inputs(months=1), "en")["parts"])["Drift"]
    assert isinstance(inputs(months=1).change, pd.DataFrame)


def test_a_page_says_in_both_languages_that_models_learnt_from_a_sample() -> None:
    half, centre = Counts(12_000, 500, 90), Counts(24_000, 1_000, 180)
    of_sample = replace(inputs(), sample=TrainingSample(half, centre).of_backtest)
    assert "a sample of whole agents, 500 of 1,000; everybody was scored" in backtest_page(of_sample, "en")
    assert "1,000名座席中的500名" in backtest_page(of_sample, "zh")
