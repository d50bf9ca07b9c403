"""What a search for settings leaves: its trials, the verdict, and a proposal where the verdict is for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrition.data.atomic import atomic_file
from attrition.model.gain import Gain
from attrition.model.proposal import proposal
from attrition.model.tune import Searched
from attrition.runs import Runs


def write_tuned(workspace: Path, model: str, found: Searched, better: Gain | None) -> list[Path]:
    """Write the trials and the verdict; a proposal only where what was found is better beyond noise.

    Parameters
    ----------
    workspace : Path
        ``runs/tune/`` in it is written to; the model's own declaration is read and never written.
    model : str
        Which declaration of ``models/`` was tuned.
    found : Searched
        What was tried.
    better : Gain, optional
        The comparison on later months; none where nothing beat what stands even on the months searched.

    Returns
    -------
    list of Path
        The verdict, and the proposal where there is one. A proposal of an earlier search is removed.
    """
    folder = Runs(workspace).tune
    changed = {name: value for name, value in found.best.items() if value != found.default[name]}
    is_proposed = better is not None and better.is_beyond_noise
    proposed = folder / f"{model}.toml"
    proposed.unlink(missing_ok=True)
    with atomic_file(folder / "trials.parquet") as path:
        found.trials.to_parquet(path, index=False)
    with atomic_file(folder / "verdict.json") as path:
        said = _said(found, better) | {"model": model, "changed": changed, "is_proposed": is_proposed}
        path.write_text(json.dumps(said, indent=1), encoding="utf-8")
    if not is_proposed:
        return [folder / "verdict.json"]
    text = (workspace / "models" / f"{model}.toml").read_text(encoding="utf-8-sig")
    with atomic_file(proposed) as path:
        path.write_text(proposal(text, changed), encoding="utf-8")
    return [folder / "verdict.json", proposed]


def _said(found: Searched, better: Gain | None) -> dict[str, Any]:
    """Give the figures of the search and of the comparison as plain values."""
    loss = found.trials["log_loss"]
    months = {"searched": found.months, "judged": better.months if better else ()}
    return {
        "trials": len(found.trials),
        "minutes": found.trials["seconds"].sum() / 60,
        "log_loss": {"default": float(loss.iloc[0]), "best": float(loss.min())},
        "default": found.default,
        "months": {name: [f"{month:%Y-%m}" for month in those] for name, those in months.items()},
        "gain": better.figures.to_dict("records") if better else [],
    }
