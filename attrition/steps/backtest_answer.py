"""How good a backtest was: a page in each language, and the sentences at its top as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.runs import Runs
from attrition.steps.mode import read_mode

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.spec import Spec
    from attrition.report.backtest_inputs import BacktestInputs
    from attrition.steps.training_panel import TrainingPanel


def write_answer(
    workspace: Path,
    data: TrainingPanel,
    spec: Spec,
    tables: Mapping[str, pd.DataFrame],
    *,
    draws: int,
    progress: Progress,
) -> list[Path]:
    """Write how good the backtest was: a page in each language and the sentences at its top, beside the tables.

    Returns
    -------
    list of Path
        ``answer.json`` and ``backtest.html``, the page in the site's language; the other stands beside it.
    """
    from attrition.data.terms import LANGUAGES
    from attrition.report.backtest_page import answer, backtest_page

    progress("writing how good it was")
    site = data.newest.provenance["site"]
    inputs = backtest_inputs(tables, data.newest.outcomes, spec, site=site["name"], draws=draws)
    inputs = replace(inputs, mode=read_mode(workspace), sample=data.sample.of_backtest if data.sample else {})
    own = "zh" if str(site["language"]).lower().startswith("zh") else "en"
    folder = Runs(workspace).backtest
    pages = {language: "backtest.html" if language == own else f"backtest.{language}.html" for language in LANGUAGES}
    for language, name in pages.items():
        other = next(page for page in pages.values() if page != name)
        with atomic_file(folder / name) as path:
            path.write_text(backtest_page(inputs, language, other=other), encoding="utf-8", newline="\n")
    answers = {language: answer(inputs, language) for language in LANGUAGES}
    with atomic_file(folder / "answer.json") as path:
        path.write_text(json.dumps({"language": own} | answers, indent=1, ensure_ascii=False), encoding="utf-8")
    return [folder / "answer.json", folder / "backtest.html"]


def backtest_inputs(
    tables: Mapping[str, pd.DataFrame], outcomes: pd.DataFrame, spec: Spec, *, site: str, draws: int
) -> BacktestInputs:
    """Gather the figures of the page from the tables of a backtest."""
    from attrition.labels.outcomes import KEYS
    from attrition.predict import backtest_figures as figures
    from attrition.predict.count_errors import COLUMN_OF_LEVEL
    from attrition.predict.range_coverage import range_coverage
    from attrition.report.backtest_inputs import BacktestInputs
    from attrition.report.figures.track_record import calibration_groups, track_record
    from attrition.steps.known_errors import announced

    scores, baselines, horizon = tables["scores"], tables["baselines"], spec.headline
    known_at = outcomes["as_of"].max()
    groups = outcomes[[*KEYS, *(name for name in COLUMN_OF_LEVEL.values() if name in outcomes)]]
    expected = announced(scores, outcomes)
    of_centre = expected[(expected["level"] == "centre") & (expected["horizon_months"] == horizon)]
    own = tables["metrics"].query("model == @spec.name and metric == 'lift_at_capacity'")
    lift, lead = own[own["horizon_months"] == horizon], tables["lead_time"]
    return BacktestInputs(
        site=site,
        horizon=horizon,
        capacity_share=spec.capacity_share,
        level_limits=spec.promotion.observed_over_expected,
        people=figures.count_people(figures.mature_rows(scores, horizon)),
        gains=figures.gains_over_baselines(scores, baselines, spec=spec, draws=draws),
        level=figures.level_by_horizon(scores, spec=spec, draws=draws),
        origins=figures.figures_by_origin(scores, spec=spec, draws=draws),
        change=figures.change_between_halves(scores, spec=spec, draws=draws),
        captured=figures.captured_shares(scores, baselines, spec=spec),
        history=track_record(
            scores,
            outcomes,
            horizon=horizon,
            flagged_share=spec.capacity_share,
            known_at=known_at,
            intervals=of_centre,
        ),
        ranges=range_coverage(expected, scores, groups),
        calibration=calibration_groups(scores, outcomes, horizon=horizon, known_at=known_at),
        lift={name: float(lift[name].iloc[0]) if len(lift) else float("nan") for name in ("value", "low", "high")},
        lead={str(metric): float(value) for metric, value in lead[["metric", "value"]].itertuples(index=False)},
    )
