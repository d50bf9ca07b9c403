"""The results of a training run, and their files for people: figures, tables, inputs and the declaration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.csv_cells import write_csv
from attrition.model.backtest import labelled_scores
from attrition.model.calibration_table import calibration_table, month_ranges
from attrition.model.figures import (
    capture_table,
    draw_calibration,
    draw_capture,
    draw_groups,
    draw_months,
    save,
)
from attrition.model.promotion_criteria import headline_scores

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.risk import FittedRisk


@dataclass(frozen=True)
class TrainingRun:
    """The results of a retrain, before the promotion criteria are evaluated.

    Attributes
    ----------
    fitted : FittedRisk
        The model.
    evaluation : HoldoutEvaluation or None
        The evaluation of the same recipe on later months; None if history is too short to hold any out.
    groups : DataFrame
        agent_id, as_of, and the site, role and tenure band of every agent-month.
    contribution_sizes : DataFrame
        From `attrition.model.contribution_sizes.mean_contribution_sizes`.
    made_from : mapping
        From `attrition.model.provenance.made_from`: hashes and versions.
    declaration : str
        The text of the specification's file.
    group_levels : DataFrame or None
        What of the level in groups may be shown to whoever may open MLflow, see
        `attrition.report.figures.model_groups`; None without an evaluation. The lead times of the evaluation are such
        as well.
    """

    fitted: FittedRisk
    evaluation: HoldoutEvaluation | None
    groups: pd.DataFrame
    contribution_sizes: pd.DataFrame
    made_from: Mapping[str, Any]
    declaration: str
    group_levels: pd.DataFrame | None


def draw_holdout(holdout: HoldoutEvaluation, groups: pd.DataFrame) -> dict[str, Figure]:
    """Return the figures of a holdout evaluation by name: calibration, capture, months and groups.

    Parameters
    ----------
    holdout : HoldoutEvaluation
    groups : DataFrame
        From `attrition.model.promotion_criteria.group_calibration`.
    """
    spec = holdout.fitted.spec
    scores = labelled_scores(headline_scores(holdout.backtest), spec)
    months = holdout.backtest.months.query("horizon_months == @spec.headline and model == @spec.name")
    ranges = month_ranges(scores, horizon=spec.headline)
    return {
        "calibration": draw_calibration(calibration_table(scores, horizon=spec.headline)),
        "capture": draw_capture(capture_table(scores)),
        "months": draw_months(months.merge(ranges, on="as_of")),
        "groups": draw_groups(groups),
    }


def write_run_artifacts(folder: Path, run: TrainingRun) -> Path:
    """Write the figures and tables of a run, without agent ids and small groups, into a new folder, and return it."""
    folder.mkdir()
    fitted = run.fitted
    if run.evaluation is not None and run.group_levels is not None:
        _write_holdout(folder, run.evaluation, run.group_levels)
    write_csv(folder / "gain.csv", fitted.gain_shares().rename("gain_share").rename_axis("feature").reset_index())
    write_csv(folder / "contribution_sizes.csv", run.contribution_sizes)
    write_json(folder / "manifest.json", run.made_from["manifest"])
    write_json(folder / "made_from.json", run.made_from)
    (folder / f"{fitted.spec.name}.toml").write_text(run.declaration, encoding="utf-8")
    return folder


def _write_holdout(folder: Path, holdout: HoldoutEvaluation, groups: pd.DataFrame) -> None:
    """Write the figures and tables of the test months."""
    for name, figure in draw_holdout(holdout, groups).items():
        save(figure, folder / f"{name}.png", dpi=100)
    aucs = holdout.single_feature_aucs.rename("auc").rename_axis("feature").reset_index()
    write_csv(folder / "metrics.csv", holdout.backtest.metrics)
    write_csv(folder / "months.csv", holdout.backtest.months)
    write_csv(folder / "groups.csv", groups)
    write_csv(folder / "lead_time.csv", holdout.lead_time)
    write_csv(folder / "single_feature_auc.csv", aucs)


def write_json(path: Path, content: Any) -> None:
    """Write values as indented JSON; values that JSON does not know, such as dates, are written as text."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
