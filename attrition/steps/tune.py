"""A search for better settings of the trees: its trials, its verdict, and a proposal beyond noise."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition import declared
from attrition.data.atomic import atomic_file, remove
from attrition.runs import Runs
from attrition.steps.beginning import naming_the_beginning

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.model.improvement import Improvement
    from attrition.model.panel import Panel
    from attrition.model.spec import Spec
    from attrition.model.tunable import TuneJob
    from attrition.model.tune import TuningResult


def read_tune_job(workspace: Path) -> TuneJob:
    """Read ``pipelines/tune.toml``, once Optuna is known to be installed.

    Raises
    ------
    MissingExtra
        It is not.
    """
    from attrition.model.tunable import TuneJob
    from attrition.model.tune import require_optuna

    require_optuna()
    return declared.read(workspace / "pipelines" / "tune.toml", TuneJob)


def tune_settings(
    workspace: Path, panel: Panel, job: TuneJob, spec: Spec, *, progress: Progress
) -> tuple[TuningResult, Improvement | None]:
    """Search settings on past months, and compare the best with the declared ones on later months.

    Returns
    -------
    TuningResult, Improvement or None
        The trials, and the comparison; none where nothing beat the declared settings even on the months searched.
    """
    from attrition.model.folds import TuningData, make_folds
    from attrition.model.improvement import measure_improvement
    from attrition.model.tune import search_settings

    data = TuningData(panel.rows, panel.outcomes, panel.features, spec, job)
    progress("preparing the past months")
    storage = Runs(workspace).tune / "trials.db"
    with naming_the_beginning(panel):
        folds = make_folds(data)
    searched = search_settings(data, folds, storage=storage, clock=time.monotonic, progress=progress)
    is_other = searched.best_settings != searched.default_settings
    return searched, measure_improvement(data, searched.best_settings, progress=progress) if is_other else None


def write_search(workspace: Path, model: str, searched: TuningResult, comparison: Improvement | None) -> list[Path]:
    """Write the trials and the verdict; a proposal only where the settings are better beyond noise.

    Parameters
    ----------
    workspace : Path
        ``runs/tune/`` in it is written to; the model's own declaration is read and never written.
    model : str
        The declaration of ``models/`` that was tuned.
    searched : TuningResult
        The trials.
    comparison : Improvement, optional
        The comparison on later months.

    Returns
    -------
    list of Path
        The verdict, and the proposal where there is one. A proposal of an earlier search is removed.
    """
    from attrition.model.proposal import propose_declaration

    folder = Runs(workspace).tune
    changed = {
        name: value for name, value in searched.best_settings.items() if value != searched.default_settings[name]
    }
    is_proposed = comparison is not None and comparison.is_beyond_noise
    proposed = folder / f"{model}.toml"
    with atomic_file(folder / "trials.parquet") as path:
        searched.trials.to_parquet(path, index=False)
    with atomic_file(folder / "verdict.json") as path:
        verdict = _verdict(searched, comparison) | {"model": model, "changed": changed, "is_proposed": is_proposed}
        path.write_text(json.dumps(verdict, indent=1), encoding="utf-8")
    if not is_proposed:
        remove(proposed)
        return [folder / "verdict.json"]
    text = (workspace / "models" / f"{model}.toml").read_text(encoding="utf-8-sig")
    with atomic_file(proposed) as path:
        path.write_text(propose_declaration(text, changed), encoding="utf-8")
    return [folder / "verdict.json", proposed]


def _verdict(searched: TuningResult, comparison: Improvement | None) -> dict[str, Any]:
    """Return the figures of the search and of the comparison as plain values."""
    loss = searched.trials["log_loss"]
    months = {"searched": searched.test_months, "judged": comparison.months if comparison else ()}
    return {
        "trials": len(searched.trials),
        "minutes": searched.trials["seconds"].sum() / 60,
        "log_loss": {"default": float(loss.iloc[0]), "best": float(loss.min())},
        "default": searched.default_settings,
        "months": {name: [f"{month:%Y-%m}" for month in listed] for name, listed in months.items()},
        "gain": comparison.figures.to_dict("records") if comparison else [],
    }
