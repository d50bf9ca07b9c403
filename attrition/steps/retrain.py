"""The steps of a retrain: evaluate and fit, register, check the promotion criteria, write card and verdict."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.terms import LANGUAGES
from attrition.runs import VERDICT_FORMAT, Runs
from attrition.steps.beginning import naming_the_beginning
from attrition.steps.declarations import trained_model
from attrition.steps.fairness import FairnessAudit, audit_fairness
from attrition.steps.mode import read_mode
from attrition.steps.model_in_use import VersionedModel
from attrition.steps.promotion import champion_to_replace
from attrition.steps.shown_evaluation import what_may_be_shown

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.model.check import Check
    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.ladder import ExaminedRung
    from attrition.model.panel import Panel
    from attrition.model.promotion_criteria import Incumbent
    from attrition.model.risk import FittedRisk
    from attrition.model.run_artifacts import TrainingRun
    from attrition.model.spec import Spec
    from attrition.steps.training_panel import TrainingPanel


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that was fitted and evaluated, before anything is recorded.

    Parameters
    ----------
    fitted : FittedRisk
        Fitted on every mature label.
    evaluation : HoldoutEvaluation or None
        The same form, fitted earlier and evaluated on later months; None if history is too short to hold any out.
    rungs : sequence of ExaminedRung
        The forms that were examined on these months, the richest first, and why each was left or chosen.
    champion : str or None
        Version of the champion when the training began.
    is_champion_readable : bool
        Whether that champion can score; one that another version of attrition saved cannot.
    incumbent : Incumbent or None
        The champion, evaluated on the same later months; none where no champion can be compared with.
    declaration : str
        The text of the specification, word for word.
    audit : FairnessAudit
        How protected groups fare.
    """

    fitted: FittedRisk
    evaluation: HoldoutEvaluation | None
    rungs: Sequence[ExaminedRung]
    champion: str | None
    is_champion_readable: bool
    incumbent: Incumbent | None
    declaration: str
    audit: FairnessAudit


def train(workspace: Path, data: TrainingPanel, spec: Spec, *, progress: Progress) -> Trained:
    """Choose the richest form of model that later months bear out, then fit it on every mature label.

    Raises
    ------
    DataError
        Not one month of labels is mature.
    """
    import pandas as pd

    from attrition.model.ladder import choose_rung, fit_chosen
    from attrition.model.signature import signing_key
    from attrition.predict.indistinct import with_indistinct_families

    champion = champion_to_replace(workspace)
    signing_key()  # a key that cannot be read stops the retrain here, before anything is kept
    panel, data_ends = data.panel, pd.Timestamp(data.panel.data_ends)
    with naming_the_beginning(panel):
        examined = choose_rung(
            panel.rows,
            panel.outcomes,
            features=panel.features,
            spec=spec,
            known_at=data_ends,
            progress=progress,
        )
        progress("fitting on every mature label")
        fitted = fit_chosen(examined, panel.rows, panel.outcomes, features=panel.features, fitted_at=data_ends)
        fitted = with_indistinct_families(fitted, panel.rows, panel.outcomes)
        fitted = replace(fitted, mode=read_mode(workspace), sample=data.sample)
    declaration = (workspace / "models" / f"{trained_model(workspace)}.toml").read_text(encoding="utf-8")
    # A champion that cannot be read stops the retrain here, before anything is kept.
    old_champion = readable_champion(workspace, champion)
    incumbent = None
    if old_champion is not None and examined.evaluation is not None:
        incumbent = evaluate_incumbent(old_champion, examined.evaluation, panel)
    return Trained(
        fitted=fitted,
        evaluation=examined.evaluation,
        rungs=examined.rungs,
        champion=champion,
        is_champion_readable=old_champion is not None,
        incumbent=incumbent,
        declaration=declaration,
        audit=audit_fairness(workspace, data, fitted, examined.evaluation, progress=progress),
    )


def register(workspace: Path, data: TrainingPanel, trained: Trained, *, progress: Progress) -> tuple[str, TrainingRun]:
    """Log the run to MLflow, register and, with a key, sign the model; return its version and what was logged."""
    from attrition.model import registry
    from attrition.model.contribution_sizes import mean_contribution_sizes
    from attrition.model.provenance import made_from
    from attrition.model.run_artifacts import TrainingRun
    from attrition.model.signature import sign_version

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")  # of MLflow, in a notebook without widgets
        from attrition.predict import served_model
        from attrition.predict.served import signature

    progress("logging the run and registering the model")
    panel = data.panel
    manifest = panel.provenance["manifest"]
    evaluation, group_levels = what_may_be_shown(workspace, trained.evaluation, panel.outcomes)
    run = TrainingRun(
        fitted=trained.fitted,
        evaluation=evaluation,
        groups=panel.outcomes,
        contribution_sizes=mean_contribution_sizes(trained.fitted, panel.rows),
        made_from=made_from(panel.rows, manifest=manifest, declaration=trained.declaration, workspace=workspace),
        declaration=trained.declaration,
        group_levels=group_levels,
    )
    inputs = signature(panel.features, trained.fitted.horizons)
    version = registry.log_run(workspace, run, served=Path(served_model.__file__), signature=inputs)
    sign_version(workspace, version)
    return version, run


def check_criteria(
    workspace: Path, data: TrainingPanel, trained: Trained, *, version: str, progress: Progress
) -> list[Check]:
    """Check a registered version against every promotion criterion of its specification, those of fairness last."""
    from attrition.model import aliases, promotion_criteria

    progress("checking the promotion criteria")
    fitted = trained.fitted
    newest = data.newest.rows[data.newest.rows["as_of"] == fitted.fitted_at]
    folder = aliases.folder_of(workspace, version, name=fitted.spec.name)
    candidate = promotion_criteria.Candidate(fitted, trained.evaluation, newest, data.panel.outcomes, folder)
    return [*promotion_criteria.evaluate_criteria(candidate, trained.incumbent), *trained.audit.checks]


def may_be_provisional(trained: Trained, checks: Sequence[Check]) -> bool:
    """Return whether a version may score until there is a champion: none can, and no check refuted the version."""
    from attrition.model.provisional import is_refuted

    return not trained.is_champion_readable and not is_refuted(checks, has_one_rate=trained.fitted.rung == "base_rate")


def write_card(
    workspace: Path, data: TrainingPanel, run: TrainingRun, *, version: str, checks: Sequence[Check], trained: Trained
) -> list[Path]:
    """Write the card of a version in every language; return its texts and pages."""
    import pandas as pd

    from attrition.labels.treated_labels import count_treated_labels
    from attrition.model.card import ModelCard
    from attrition.model.card_files import card_files, read_prose
    from attrition.model.card_page import write_card as write_pages
    from attrition.model.provisional import caveat

    runs, fitted = Runs(workspace), run.fitted
    card = ModelCard(
        version=version,
        prose=read_prose(workspace / "models", fitted.spec.name),
        fitted=fitted,
        evaluation=run.evaluation,
        checks=checks,
        caveat=caveat(
            checks,
            resignations=_resignations(run.evaluation),
            orders_people=fitted.orders_people,
            is_provisional=may_be_provisional(trained, checks),
        ),
        rungs=trained.rungs,
        groups=pd.DataFrame() if run.group_levels is None else run.group_levels,
        counts=data.counts,
        panel_facts=data.panel.provenance,
        quality=runs.read_quality(),
        made_from=run.made_from,
        incumbent=trained.incumbent,
        fairness=trained.audit.figures,
        way_out=trained.audit.way_out,
        treated_labels=count_treated_labels(
            run.groups, runs.read_interventions(), fitted.spec.headline, known_at=fitted.fitted_at
        ),
    )
    with atomic_folder(runs.card(version)) as folder:
        write_pages(folder, card)
    return [file for language in LANGUAGES for file in card_files(runs.card(version), language)]


def log_checks(workspace: Path, version: str, checks: Sequence[Check]) -> None:
    """Log which criteria a version passed, and its card, with the registered model."""
    from attrition.model import registry

    registry.log_checks(workspace, version, checks, artifacts=Runs(workspace).card(version))


def write_verdict(workspace: Path, version: str, checks: Sequence[Check], *, trained: Trained, alias: str) -> Path:
    """Write which criteria a version passed, and the alias it was given; return the file."""
    verdict = {
        "format": VERDICT_FORMAT,
        "version": version,
        "alias": alias,
        **about_model(trained),
        "rungs": [_rung_summary(rung) for rung in trained.rungs],
        "checks": [asdict(check) for check in checks],
    }
    with atomic_file(Runs(workspace).verdict(version)) as path:
        path.write_text(json.dumps(verdict, indent=1, ensure_ascii=False), encoding="utf-8")
    return Runs(workspace).verdict(version)


def readable_champion(workspace: Path, version: str | None) -> VersionedModel | None:
    """Load the champion; None where there is none, or one that another version of attrition saved, which cannot score.

    Raises
    ------
    AttritionError
        Its files are gone, were changed, or lie outside the workspace.
    """
    from attrition.model.persistence import UnknownFormat
    from attrition.model.registered import load_registered

    if version is None:
        return None
    try:
        return VersionedModel(load_registered(workspace, version), version)
    except UnknownFormat:
        return None


def evaluate_incumbent(champion: VersionedModel, evaluation: HoldoutEvaluation, panel: Panel) -> Incumbent:
    """Evaluate the champion's specification on the same months."""
    from attrition.model.holdout import backtest_champion_recipe
    from attrition.model.promotion_criteria import Incumbent

    backtest = backtest_champion_recipe(champion.fitted, evaluation, panel=panel.rows, outcomes=panel.outcomes)
    return Incumbent(champion.version, champion.fitted, backtest)


def about_model(trained: Trained) -> dict[str, Any]:
    """Return what a verdict says of the model itself."""
    return {
        "fitted_at": f"{trained.fitted.fitted_at:%Y-%m-%d}",
        "resignations": _resignations(trained.evaluation),
        "orders_people": trained.fitted.orders_people,
        "rung": trained.fitted.rung,
        "sample": None if trained.fitted.sample is None else asdict(trained.fitted.sample),
    }


def _rung_summary(rung: ExaminedRung) -> dict[str, Any]:
    """Return what a form of model is and why it was left or chosen, in English and Chinese."""
    return {
        "rung": rung.rung,
        "en": rung.words.en,
        "zh": rung.words.zh,
        "chosen": rung.is_chosen,
        "not_passed": [check.name for check in rung.checks if not check.passed],
        "why": rung.reason_en,
        "why_zh": rung.reason_zh,
    }


def _resignations(evaluation: HoldoutEvaluation | None) -> int:
    """Return how many people resigned within the headline of a test month; 0 where none was held out."""
    from attrition.model.promotion_criteria import headline_scores, resigned_people

    return 0 if evaluation is None else resigned_people(headline_scores(evaluation.backtest))
