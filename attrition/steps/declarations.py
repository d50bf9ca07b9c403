"""The declarations of a workspace that several commands read: the specification of a model, and the playbook."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition import declared
from attrition import workspace as workspaces
from attrition.jobs import MonitorJob, MonthlyJob, RetrainJob, SendJob

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.spec import Spec
    from attrition.pilot.lessons import PilotHistory
    from attrition.predict.playbook import Playbook

MODEL = "resignation"
PLAYBOOK = Path("models/playbook.toml")


def read_spec(workspace: Path, model: str = MODEL) -> Spec:
    """Read the specification of a model, ``models/<model>.toml``, with the talks a month of the monthly report."""
    from attrition.model.spec import Spec

    spec = declared.read(workspace / "models" / f"{model}.toml", Spec)
    if not (workspace / "pipelines" / "monthly.toml").exists():
        return spec
    return spec.model_copy(update={"talks": read_monthly_job(workspace).capacity})


def read_retrain_job(workspace: Path) -> RetrainJob:
    """Read what is trained, and on how much, ``pipelines/retrain.toml``."""
    return declared.read(workspace / "pipelines" / "retrain.toml", RetrainJob)


def trained_model(workspace: Path) -> str:
    """Return which specification of ``models/`` a retrain uses, by ``pipelines/retrain.toml``."""
    return read_retrain_job(workspace).model


def read_monthly_job(workspace: Path) -> MonthlyJob:
    """Read the declaration of the monthly report, ``pipelines/monthly.toml``."""
    return declared.read(workspace / "pipelines" / "monthly.toml", MonthlyJob)


def read_monitor_job(workspace: Path) -> MonitorJob:
    """Read what counts as a change, ``pipelines/monitor.toml``; a workspace of an earlier version has the defaults."""
    path = workspace / "pipelines" / "monitor.toml"
    return declared.read(path, MonitorJob) if path.exists() else MonitorJob()


def declared_playbook(workspace: Path, features: Sequence[Feature]) -> Playbook:
    """Read ``models/playbook.toml`` as declared, without the lessons of pilots."""
    from attrition.predict.playbook import read_playbook

    return read_playbook(workspace / PLAYBOOK, features=features)


def has_starter_prices(workspace: Path) -> bool:
    """Return whether what a resignation costs is still what the playbook came with, and not the site's own."""
    starter = workspaces.starter_files()[PLAYBOOK].decode("utf-8")
    own = (workspace / PLAYBOOK).read_text(encoding="utf-8")
    return bool(tomllib.loads(own)["replacement"] == tomllib.loads(starter)["replacement"])


def read_send_job(workspace: Path) -> SendJob:
    """Read who gets which edition, ``pipelines/send.toml``; nobody in a workspace of an earlier version."""
    path = workspace / "pipelines" / "send.toml"
    return declared.read(path, SendJob) if path.exists() else SendJob()


def playbook_known_by(
    workspace: Path, as_of: date, *, features: Sequence[Feature], site: Mapping[str, Any]
) -> Playbook:
    """Read the playbook with the effects that pilots had shown by a month-end, priced in the site's currency.

    It offers no more talks a month than ``pipelines/monthly.toml`` declares for the list.
    """
    book = declared_playbook(workspace, features).with_talks(read_monthly_job(workspace).capacity)
    return book.updated_by(lessons_known_by(workspace, as_of)).priced_in(site)


def lessons_known_by(workspace: Path, as_of: date) -> PilotHistory:
    """Read the lessons of pilots that had been read by a month-end; later ones are not known yet."""
    from attrition.pilot.lessons import read_history

    history = read_history(workspace)
    known = (lesson for lesson in history.lessons if lesson.read_as_of <= as_of)
    return history.model_copy(update={"lessons": type(history.lessons)(known)})
