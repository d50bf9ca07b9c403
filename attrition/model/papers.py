"""What a reader of a run wants to see: drawings, tables, inputs and the declaration, as files in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.model.backtest import judged_rows
from attrition.model.bar import groups_table, judged_scores
from attrition.model.figures import (
    calibration_table,
    capture_table,
    draw_calibration,
    draw_capture,
    draw_groups,
    draw_months,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from attrition.model.examine import Examination
    from attrition.model.risk import FittedRisk


def drawings(exam: Examination, groups: pd.DataFrame) -> dict[str, Figure]:
    """Draw the examination, by file name; `groups` is its `groups_table`."""
    spec = exam.fitted.spec
    judged = judged_rows(judged_scores(exam.trial), spec)
    return {
        "calibration": draw_calibration(calibration_table(judged)),
        "capture": draw_capture(capture_table(judged)),
        "months": draw_months(exam.trial.months.query("horizon_months == @spec.headline and model == @spec.name")),
        "groups": draw_groups(groups),
    }


def write_papers(
    folder: Path, fitted: FittedRisk, exam: Examination, *, groups: pd.DataFrame, made_from: Mapping[str, Any]
) -> Path:
    """Write the papers of a run into a folder that is made.

    No agent is named in any of them.
    """
    folder.mkdir()
    by_group = groups_table(exam, groups)
    for name, figure in drawings(exam, by_group).items():
        figure.savefig(folder / f"{name}.png", dpi=100)
    exam.trial.metrics.to_csv(folder / "metrics.csv", index=False)
    exam.trial.months.to_csv(folder / "months.csv", index=False)
    by_group.to_csv(folder / "groups.csv", index=False)
    exam.lead.to_csv(folder / "lead_time.csv", index=False)
    fitted.gain_shares().rename("gain_share").to_csv(folder / "gain.csv", index_label="feature")
    exam.alone.rename("auc").to_csv(folder / "alone.csv", index_label="feature")
    write_json(folder / "manifest.json", made_from["manifest"])
    write_json(folder / "made_from.json", made_from)
    return folder


def write_json(path: Path, content: Any) -> None:
    """Write plain values, indented."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
