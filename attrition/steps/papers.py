"""Papers of a registered version: gather their facts from the runs and declarations, and write them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.people.protection import Protection, read_protection
from attrition.data.phrase import Phrase
from attrition.errors import UserError
from attrition.ledger.audit_log import LOG
from attrition.model import aliases
from attrition.model.check import Check
from attrition.runs import Runs
from attrition.steps.declarations import declared_playbook, read_monthly_job
from attrition.steps.retention import read_retention
from attrition.steps.watch_files import read_watch

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.report.papers.facts import PaperFacts
    from attrition.report.papers.write import Renderer

FAIRNESS = ("figure", "attribute", "group", "people", "value", "others", "low", "high", "limit", "verdict")
"""Columns of the figures of protected groups that papers show."""


@dataclass(frozen=True)
class Writing:
    """Who has papers written, and when."""

    on: date
    by: str = ""


def papers_folder(workspace: Path, version: str) -> Path:
    """Return the folder of a version's papers."""
    return workspace / "papers" / version


def version_for_papers(workspace: Path, version: str | None) -> str:
    """Return the version that was asked for, else the one in use, else the newest.

    Raises
    ------
    UserError
        Nothing is registered.
    """
    registered = aliases.registered_versions(workspace)
    chosen = version or aliases.version_in_use(workspace) or (registered[-1].number if registered else None)
    if chosen is None:
        raise UserError("no version is registered, so there is nothing to write papers of; `attrition retrain` first")
    return chosen


def write_version_papers(
    workspace: Path,
    version: str,
    verdict: Mapping[str, Any],
    *,
    writing: Writing,
    langs: Sequence[str],
    renderer: Renderer,
) -> list[Path]:
    """Write the papers of a version from its evaluation, the panel and the declarations.

    `verdict` is as `attrition.runs.Runs.read_verdict` returns it; in a retrain, what will stand in it.
    """
    from attrition.report.papers.write import write_papers

    facts = gather_facts(workspace, version, verdict, writing=writing)
    made_from = {"declarations": declaration_hashes(workspace)}
    return write_papers(papers_folder(workspace, version), facts, made_from, langs=langs, renderer=renderer)


def pdf_renderer(progress: Progress) -> Renderer:
    """Return the renderer that prints each page as PDF; where this machine cannot, it says so and pages are written."""
    from attrition.report.pdf import PdfRenderer

    return PdfRenderer(on_unavailable=progress)


def gather_facts(workspace: Path, version: str, verdict: Mapping[str, Any], *, writing: Writing) -> PaperFacts:
    """Return the figures and declarations that the papers of a version are filled with."""
    from attrition.model.evaluation_files import read_evaluation
    from attrition.model.rungs import RUNG_WORDS
    from attrition.report.papers.declaration import read_papers_job
    from attrition.report.papers.facts import PaperFacts
    from attrition.report.papers.validity import last_day
    from attrition.steps.paper_data import read_data_sheet

    job, monthly = read_papers_job(workspace), read_monthly_job(workspace)
    evaluation = read_evaluation(workspace, version)
    fitted_at = date.fromisoformat(verdict["fitted_at"])
    data = read_data_sheet(workspace, fitted_at=fitted_at)
    site = Runs(workspace).panel_provenance()["site"]
    protection = read_protection(workspace)
    monitoring, keep = read_watch(workspace), read_retention(workspace)
    in_use = guards(workspace, protection, has_audit=data.protected_people > 0)
    form = RUNG_WORDS[verdict["rung"]]
    return PaperFacts(
        site=site["name"],
        currency=site["currency"],
        version=version,
        fitted_at=fitted_at,
        valid_until=last_day(job, evaluation.registered_on.date()),
        written_on=writing.on,
        written_by=writing.by,
        form=Phrase(form.en, form.zh),
        orders_people=verdict["orders_people"],
        resignations=verdict["resignations"],
        evaluation=evaluation,
        checks=[Check(**check) for check in verdict["checks"]],
        data=data,
        protection=protection,
        in_use=frozenset(name for name, is_used in in_use.items() if is_used),
        smallest_group=monthly.smallest_group,
        capacity=monthly.capacity,
        interventions=declared_playbook(workspace, data.features).interventions,
        job=job,
        monitoring=monitoring,
        fairness=verdict["fairness"] if "fairness" in verdict else _fairness(workspace, version),
        retention=None if keep is None else keep.model_dump(),
    )


def _fairness(workspace: Path, version: str) -> pd.DataFrame:
    """Return the figures of protected groups beside a version's card; empty where there are none."""
    import pandas as pd

    path = Runs(workspace).card(version) / "fairness.csv"
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=FAIRNESS)


def guards(workspace: Path, protection: Protection, *, has_audit: bool) -> dict[str, bool]:
    """Return by its name whether each guard that a workspace may do without is in use, as the risk register knows it.

    Examples
    --------
    >>> guards(Path("a-workspace"), Protection(mode="banded"), has_audit=False)["banded"]
    True
    """
    return {
        "pseudonyms": protection.pseudonyms,
        "banded": protection.mode == "banded",
        "group_only": protection.mode == "group_only",
        "audit_attributes": has_audit,
        "audit_log": (workspace / LOG).exists(),
        "monitoring": read_watch(workspace) is not None,
    }


def declaration_hashes(workspace: Path) -> dict[str, str]:
    """Return the SHA-256 of every declaration by its path in the workspace."""
    paths = sorted(path for name in ("pipelines", "models") for path in (workspace / name).glob("*.toml"))
    return {path.relative_to(workspace).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def verdict_so_far(about: Mapping[str, Any], checks: Sequence[Check]) -> dict[str, Any]:
    """Return what papers need of a verdict that is not written yet, since nothing is decided."""
    return {**about, "checks": [asdict(check) for check in checks]}
