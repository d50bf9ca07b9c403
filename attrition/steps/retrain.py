"""The steps of a retrain: evaluate and fit, register, check the promotion criteria, write card and verdict."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.lock import exclusive_lock
from attrition.errors import MissingProduct
from attrition.runs import VERDICT_FORMAT, Runs
from attrition.steps.beginning import naming_the_beginning
from attrition.steps.declarations import trained_model
from attrition.steps.promotion import champion_to_replace

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.check import Check
    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.panel import Panel
    from attrition.model.promotion_criteria import Incumbent
    from attrition.model.risk import FittedRisk
    from attrition.model.run_artifacts import TrainingRun
    from attrition.model.spec import Spec


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that was fitted and evaluated, before anything is recorded.

    Parameters
    ----------
    fitted : FittedRisk
        Fitted on every mature label.
    evaluation : HoldoutEvaluation
        The same specification, fitted earlier and evaluated on later months.
    champion : str or None
        Version of the champion when the training began.
    incumbent : Incumbent or None
        The champion, evaluated on the same later months; none where no champion can be compared with.
    declaration : str
        The text of the specification, word for word.
    """

    fitted: FittedRisk
    evaluation: HoldoutEvaluation
    champion: str | None
    incumbent: Incumbent | None
    declaration: str


@contextmanager
def retrain_lock(workspace: Path) -> Iterator[None]:
    """Hold the lock that lets one retrain of a workspace run at a time.

    Raises
    ------
    UserError
        Another retrain is running.
    """
    with exclusive_lock(Runs(workspace).folder / "retrain" / ".lock", what="retrain"):
        yield


def train(workspace: Path, panel: Panel, spec: Spec, *, progress: Progress) -> Trained:
    """Evaluate the declared specification on later months, then fit it on every mature label."""
    import pandas as pd

    from attrition.model.holdout import evaluate_holdout
    from attrition.model.risk import fit

    champion = champion_to_replace(workspace)
    data_ends = pd.Timestamp(panel.data_ends)
    with naming_the_beginning(panel):
        evaluation = evaluate_holdout(
            panel.rows,
            panel.outcomes,
            features=panel.features,
            spec=spec,
            known_at=data_ends,
            progress=progress,
        )
    progress("fitting on every mature label")
    fitted = fit(panel.rows, panel.outcomes, features=panel.features, spec=spec, fitted_at=data_ends)
    declaration = (workspace / "models" / f"{trained_model(workspace)}.toml").read_text(encoding="utf-8")
    # A champion that cannot be read stops the retrain here, before anything is kept.
    incumbent = evaluate_incumbent(workspace, evaluation, panel)
    return Trained(fitted, evaluation, champion, incumbent, declaration)


def register(workspace: Path, panel: Panel, trained: Trained, *, progress: Progress) -> tuple[str, TrainingRun]:
    """Log the run to MLflow and register the model; return its version and what was logged."""
    from attrition.model import registry
    from attrition.model.contribution_sizes import mean_contribution_sizes
    from attrition.model.provenance import made_from
    from attrition.model.run_artifacts import TrainingRun

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")  # of MLflow, in a notebook without widgets
        from attrition.predict import served_model
        from attrition.predict.served import signature

    progress("logging the run and registering the model")
    manifest = panel.provenance["manifest"]
    run = TrainingRun(
        fitted=trained.fitted,
        evaluation=trained.evaluation,
        groups=panel.outcomes,
        contribution_sizes=mean_contribution_sizes(trained.fitted, panel.rows),
        made_from=made_from(panel.rows, manifest=manifest, declaration=trained.declaration, workspace=workspace),
        declaration=trained.declaration,
    )
    inputs = signature(panel.features, trained.fitted.horizons)
    return registry.log_run(workspace, run, served=Path(served_model.__file__), signature=inputs), run


def check_criteria(workspace: Path, panel: Panel, trained: Trained, *, version: str, progress: Progress) -> list[Check]:
    """Check a registered version against every promotion criterion of its specification."""
    from attrition.model import aliases, promotion_criteria

    progress("checking the promotion criteria")
    fitted = trained.fitted
    newest = panel.rows[panel.rows["as_of"] == fitted.fitted_at]
    folder = aliases.folder_of(workspace, version, name=fitted.spec.name)
    candidate = promotion_criteria.Candidate(fitted, trained.evaluation, newest, panel.outcomes, folder)
    return promotion_criteria.evaluate_criteria(candidate, trained.incumbent)


def write_card(
    workspace: Path,
    panel: Panel,
    run: TrainingRun,
    *,
    version: str,
    checks: Sequence[Check],
    incumbent: Incumbent | None,
) -> Path:
    """Write the card of a version, and log it with the registered model; return its folder."""
    from attrition.labels.treated_labels import count_treated_labels
    from attrition.model import registry
    from attrition.model.card import ModelCard
    from attrition.model.card_page import write_card as write_pages
    from attrition.model.promotion_criteria import group_calibration

    runs, fitted = Runs(workspace), run.fitted
    prose = workspace / "models" / f"{fitted.spec.name}.md"
    card = ModelCard(
        version=version,
        prose=prose.read_text(encoding="utf-8") if prose.is_file() else None,
        fitted=fitted,
        evaluation=run.evaluation,
        checks=checks,
        groups=group_calibration(run.evaluation, run.groups),
        counts=_counts(panel.rows),
        panel_facts=panel.provenance,
        quality=runs.read_quality(),
        made_from=run.made_from,
        incumbent=incumbent,
        treated_labels=count_treated_labels(
            run.groups, runs.read_interventions(), fitted.spec.headline, known_at=fitted.fitted_at
        ),
    )
    with atomic_folder(runs.card(version)) as folder:
        write_pages(folder, card)
    registry.log_checks(workspace, version, checks, artifacts=runs.card(version))
    return runs.card(version)


def write_verdict(
    workspace: Path, version: str, checks: Sequence[Check], *, fitted_at: pd.Timestamp, is_promoted: bool
) -> Path:
    """Write which criteria a version passed, and whether it was promoted; return the file."""
    verdict = {
        "format": VERDICT_FORMAT,
        "version": version,
        "fitted_at": f"{fitted_at:%Y-%m-%d}",
        "promoted": is_promoted,
        "checks": [asdict(check) for check in checks],
    }
    with atomic_file(Runs(workspace).verdict(version)) as path:
        path.write_text(json.dumps(verdict, indent=1, ensure_ascii=False), encoding="utf-8")
    return Runs(workspace).verdict(version)


def evaluate_incumbent(workspace: Path, evaluation: HoldoutEvaluation, panel: Panel) -> Incumbent | None:
    """Evaluate the champion's specification on the same months; none when no champion can be compared with."""
    from attrition.model import registry
    from attrition.model.holdout import backtest_champion_recipe
    from attrition.model.persistence import UnknownFormat
    from attrition.model.promotion_criteria import Incumbent

    try:
        champion, version = registry.champion(workspace)
    except (MissingProduct, UnknownFormat):  # a champion of another format cannot score: any that passes replaces it
        return None
    backtest = backtest_champion_recipe(champion, evaluation, panel=panel.rows, outcomes=panel.outcomes)
    return Incumbent(version, champion, backtest)


def _counts(rows: pd.DataFrame) -> dict[str, int]:
    return {
        "agent_months": len(rows),
        "agents": int(rows["agent_id"].nunique()),
        "months": int(rows["as_of"].nunique()),
    }
