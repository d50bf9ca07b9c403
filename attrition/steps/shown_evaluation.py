"""What of an evaluation goes into MLflow and the card: nothing by which few people could be told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.steps.declarations import read_monthly_job

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.holdout import HoldoutEvaluation


def what_may_be_shown(
    workspace: Path, evaluation: HoldoutEvaluation | None, groups: pd.DataFrame
) -> tuple[HoldoutEvaluation | None, pd.DataFrame | None]:
    """Return an evaluation and its level in groups, without what would show few people; both go into MLflow."""
    from attrition.model.promotion_criteria import group_calibration
    from attrition.report.figures.model_groups import shown_group_levels, shown_lead_time

    if evaluation is None:
        return None, None
    smallest, levels = read_monthly_job(workspace).smallest_group, group_calibration(evaluation, groups)
    lead_time = shown_lead_time(evaluation.lead_time, min_group=smallest)
    return replace(evaluation, lead_time=lead_time), shown_group_levels(levels, min_group=smallest)
