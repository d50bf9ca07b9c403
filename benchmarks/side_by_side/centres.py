"""The centres of the comparison: synthetic ones with a known truth, and the public driver file of the README."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
from centre_truth import centre_truth

from attrition import pipeline
from attrition import workspace as workspaces
from attrition.data.progress import silent
from attrition.data.synthetic import sources_toml, write_centre
from attrition.labels.outcomes import KEYS
from attrition.runs import Runs

MONTHS_AHEAD = 3
README = Path(__file__).parents[2] / "README.md"


def make_synthetic_centre(folder: Path, *, seed: int, agents: int, months: int) -> Path:
    """Simulate a centre and build its panel unless both exist already; return its workspace."""
    workspace = folder / f"seed-{seed}-{agents}x{months}"
    if not Runs(workspace).panel.exists():
        workspaces.write_starter(workspace)
        write_centre(workspace / "exports", agents=agents, months=months, seed=seed)
        (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
        pipeline.panel(workspace, progress=silent)
    return workspace


def make_ola_workspace(folder: Path, raw: Path) -> Path:
    """Write a workspace with the README's declaration of the driver file, and build its panel; return the workspace.

    Two years are short, so the first trial begins after nine months instead of eighteen.
    """
    workspace = folder / "ola"
    if not Runs(workspace).panel.exists():
        workspaces.write_starter(workspace)
        declaration = re.search(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
        if declaration is None:
            raise ValueError("README.md declares no sources for the driver file any more")
        (workspace / "pipelines" / "sources.toml").write_text(declaration[1], encoding="utf-8")
        job = workspace / "pipelines" / "backtest.toml"
        text = job.read_text(encoding="utf-8").replace("first_after_months = 18", "first_after_months = 9")
        job.write_text(text, encoding="utf-8")
        shutil.copy(raw, workspace / "ola_driver_scaler.csv")
        pipeline.panel(workspace, progress=silent)
    return workspace


def oracle_risks(workspace: Path, truth: pd.DataFrame, *, horizon: int) -> dict[str, pd.DataFrame]:
    """Return the true risks of the evaluated rows of a synthetic centre, which a model beats only by chance."""
    path = workspace / "exports" / "truth" / "agent_months.parquet"
    if not path.exists():
        return {}
    risks = centre_truth(workspace, "agent_months", columns=[*KEYS, f"oracle_{horizon}m"], like=truth["as_of"])
    evaluated = truth[KEYS].merge(risks, on=KEYS, how="left")
    return {"oracle": evaluated.rename(columns={f"oracle_{horizon}m": "risk"})}
