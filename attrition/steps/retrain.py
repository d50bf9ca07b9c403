"""The steps of a retrain: evaluate and fit, register, check the promotion criteria, write card and verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.lock import exclusive_lock
from attrition.data.progress import numbered
from attrition.errors import NotMadeYet
from attrition.jobs import RetrainJob
from attrition.runs import Runs
from attrition.steps.declarations import read_spec

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.bar import Check, Rival
    from attrition.model.examine import Examination
    from attrition.model.panel import Panel
    from attrition.model.registry import Record
    from attrition.model.risk import FittedRisk


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that was fitted and evaluated, before anything is recorded.

    Parameters
    ----------
    fitted : FittedRisk
        Fitted on everything that is mature.
    evaluation : Examination
        The same specification, fitted earlier and evaluated on later months.
    incumbent : Rival or None
        The champion, evaluated on the same later months; none where there is no champion.
    declaration : str
        The text of the specification, word for word.
    """

    fitted: FittedRisk
    evaluation: Examination
    incumbent: Rival | None
    declaration: str


@contextmanager
def one_at_a_time(workspace: Path) -> Iterator[None]:
    """Hold the lock of a workspace's retrain.

    Raises
    ------
    UserError
        Another retrain is running.
    """
    with exclusive_lock(Runs(workspace).folder / "retrain" / ".lock", what="retrain"):
        yield


def train(workspace: Path, panel: Panel, *, progress: Progress) -> Trained:
    """Evaluate the declared specification on later months, then fit it on all that is mature."""
    import pandas as pd

    from attrition.model.examine import examine
    from attrition.model.risk import fit

    model = declared.read(workspace / "pipelines" / "retrain.toml", RetrainJob).model
    spec, at = read_spec(workspace, model), pd.Timestamp(panel.data_ends)
    evaluation = examine(
        panel.rows,
        panel.outcomes,
        features=panel.features,
        spec=spec,
        at=at,
        progress=lambda step, done, total: numbered(progress, step, done, total),
    )
    progress("fitting on all that is mature")
    fitted = fit(panel.rows, panel.outcomes, features=panel.features, spec=spec, at=at)
    declaration = (workspace / "models" / f"{model}.toml").read_text(encoding="utf-8")
    # A champion that cannot be read stops the retrain here, before anything is kept.
    return Trained(fitted, evaluation, evaluate_incumbent(workspace, evaluation, panel), declaration)


def register(workspace: Path, panel: Panel, trained: Trained, *, progress: Progress) -> tuple[str, Record]:
    """Record the run in MLflow and register the model; return its version and what was recorded."""
    from attrition.model import registry
    from attrition.model.provenance import made_from
    from attrition.predict import served

    progress("recording the run and registering the model")
    manifest = panel.provenance["manifest"]
    origin = made_from(panel.rows, manifest=manifest, declaration=trained.declaration, workspace=workspace)
    record = registry.Record(trained.fitted, trained.evaluation, panel.outcomes, origin, trained.declaration)
    signature = served.signature(panel.features, trained.fitted.horizons)
    return registry.record(workspace, record, served=Path(served.__file__), signature=signature), record


def check_criteria(workspace: Path, panel: Panel, trained: Trained, *, version: str, progress: Progress) -> list[Check]:
    """Check a registered version against every promotion criterion of its specification."""
    from attrition.model import aliases, bar

    progress("checking the promotion criteria")
    fitted = trained.fitted
    newest = panel.rows[panel.rows["as_of"] == fitted.at]
    folder = aliases.folder_of(workspace, version, name=fitted.spec.name)
    return bar.judge(bar.Candidate(fitted, trained.evaluation, newest, panel.outcomes, folder), trained.incumbent)


def write_card(
    workspace: Path, panel: Panel, record: Record, *, version: str, checks: Sequence[Check], incumbent: Rival | None
) -> Path:
    """Write the card of a version, and keep it with the registered model; return its folder."""
    from attrition.labels.treated_labels import count_treated_labels
    from attrition.model import registry
    from attrition.model.bar import groups_table
    from attrition.model.card import Claim
    from attrition.model.card_page import write_card as write_pages

    runs, fitted = Runs(workspace), record.fitted
    prose = workspace / "models" / f"{fitted.spec.name}.md"
    claim = Claim(
        version=version,
        prose=prose.read_text(encoding="utf-8") if prose.is_file() else None,
        fitted=fitted,
        examination=record.examination,
        checks=checks,
        groups=groups_table(record.examination, record.groups),
        counts=_counts(panel.rows),
        about=panel.provenance,
        quality=runs.read_quality(),
        made_from=record.made_from,
        rival=incumbent,
        treated_labels=count_treated_labels(record.groups, runs.read_given(), fitted.spec.headline, known_at=fitted.at),
    )
    with atomic_folder(runs.card(version)) as folder:
        write_pages(folder, claim)
    registry.conclude(workspace, version, checks, papers=runs.card(version))
    return runs.card(version)


def write_verdict(
    workspace: Path, version: str, checks: Sequence[Check], *, fitted_at: pd.Timestamp, is_promoted: bool
) -> Path:
    """Write which criteria a version passed, and whether it was promoted; return the file."""
    verdict = {
        "version": version,
        "fitted_at": f"{fitted_at:%Y-%m-%d}",
        "promoted": is_promoted,
        "checks": [asdict(check) for check in checks],
    }
    with atomic_file(Runs(workspace).verdict(version)) as path:
        path.write_text(json.dumps(verdict, indent=1, ensure_ascii=False), encoding="utf-8")
    return Runs(workspace).verdict(version)


def evaluate_incumbent(workspace: Path, evaluation: Examination, panel: Panel) -> Rival | None:
    """Evaluate the champion's specification on the same months; none when no champion can be compared with."""
    from attrition.model import bar, registry
    from attrition.model.persistence import UnknownFormat

    try:
        champion, version = registry.champion(workspace)
    except (NotMadeYet, UnknownFormat):  # a champion of another format cannot score: any that passes replaces it
        return None
    trial = bar.champion_trial(champion, evaluation, panel=panel.rows, outcomes=panel.outcomes)
    return bar.Rival(version, champion, trial)


def _counts(rows: pd.DataFrame) -> dict[str, int]:
    return {
        "agent_months": len(rows),
        "agents": int(rows["agent_id"].nunique()),
        "months": int(rows["as_of"].nunique()),
    }
