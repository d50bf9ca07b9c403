"""The centres that are judged: synthetic ones with a known truth, and the public driver file of the README."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd

from attrition import pipeline
from attrition import workspace as workspaces
from attrition.data.synthetic import sources_toml, write_centre
from attrition.labels.outcomes import KEYS
from attrition.runs import Runs

MONTHS_AHEAD = 3
README = Path(__file__).parents[2] / "README.md"


def synthetic(folder: Path, *, seed: int, agents: int, months: int) -> Path:
    """Draw up a synthetic centre and make its panel, unless that was done; give its workspace."""
    workspace = folder / f"seed-{seed}-{agents}x{months}"
    if not Runs(workspace).panel.exists():
        workspaces.write_starter(workspace)
        write_centre(workspace / "exports", agents=agents, months=months, seed=seed)
        (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
        pipeline.panel(workspace, progress=_silent)
    return workspace


def ola(folder: Path, raw: Path) -> Path:
    """Lay a workspace with the README's declaration of the driver file, and make its panel; give the workspace.

    Two years are short, so the first trial begins after nine months instead of eighteen.
    """
    workspace = folder / "ola"
    if not Runs(workspace).panel.exists():
        workspaces.write_starter(workspace)
        declared = re.search(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
        if declared is None:
            raise ValueError("README.md declares no sources for the driver file any more")
        (workspace / "pipelines" / "sources.toml").write_text(declared[1], encoding="utf-8")
        trials = workspace / "pipelines" / "backtest.toml"
        told = trials.read_text(encoding="utf-8").replace("first_after_months = 18", "first_after_months = 9")
        trials.write_text(told, encoding="utf-8")
        shutil.copy(raw, workspace / "ola_driver_scaler.csv")
        pipeline.panel(workspace, progress=_silent)
    return workspace


def oracle(workspace: Path, truth: pd.DataFrame, *, horizon: int) -> dict[str, pd.DataFrame]:
    """Give the true risks of the judged rows where the centre is synthetic: what no model can beat but by luck."""
    path = workspace / "exports" / "truth" / "agent_months.parquet"
    if not path.exists():
        return {}
    known = pd.read_parquet(path, columns=[*KEYS, f"oracle_{horizon}m"])
    known["as_of"] = pd.to_datetime(known["as_of"]).astype(truth["as_of"].dtype)
    both = truth[KEYS].merge(known, on=KEYS, how="left")
    return {"oracle": both.rename(columns={f"oracle_{horizon}m": "risk"})}


def _silent(_said: str) -> None:
    """Keep the panel's steps out of the table."""
