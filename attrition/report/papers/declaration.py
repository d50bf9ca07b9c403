"""What pipelines/papers.toml declares: whether papers are required, until when they hold, and what people fill in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from attrition import declared
from attrition.declared import Declaration

PAPERS = Path("pipelines") / "papers.toml"
"""The declaration's path in a workspace."""


class Signature(Declaration):
    """Who signed the papers, as what, and when."""

    role: str = Field(min_length=1)
    """As what: "data protection officer", "works council", "HR director"."""
    name: str = Field(min_length=1)
    """Who signed."""
    on: date
    """The day of the signature."""


class Answers(Declaration):
    """What only people can say; it stays when papers are written anew, and what is empty is marked in them."""

    controller: str = ""
    """The employer who answers for the processing: name, address, contact."""
    provider: str = ""
    """Who puts the system into service under their name (AI Act), and their authorised representative."""
    officer: str = ""
    """The data protection officer (in China, who is in charge of personal information), and how to reach them."""
    representatives: str = ""
    """The works council or other representatives of workers."""
    legal_basis: str = ""
    """The legal basis, such as a works agreement, and where consent plays a part."""
    necessity: str = ""
    """Why the chosen mode is needed, and why a milder one is not enough."""
    recipients: str = ""
    """By name or function, who gets which edition of the report."""
    processors: str = ""
    """Processors and transfers to other countries; or that there are none."""
    measures: str = ""
    """Measures outside the program: encryption of disks, accounts, backups, rooms, training."""
    storage: str = ""
    """How long exports, reports and papers are kept outside the workspace, such as in mailboxes and backups."""
    overseers: str = ""
    """Who oversees the system, with which training and authority to set it aside."""
    rights_contact: str = ""
    """Where a person turns to for access, correction, erasure, objection, or review by a person."""
    authority: str = ""
    """The supervisory authority a person can complain to."""
    consultation: str = ""
    """What workers or their representatives said, and what was done about it."""
    opinion: str = ""
    """The advice of the data protection officer."""
    decision: str = ""
    """The controller's decision after the assessment: who decided what, and when."""
    standards: str = ""
    """Harmonised standards applied, or how the requirements are met instead."""
    conformity: str = ""
    """The EU declaration of conformity: number, date, place."""
    monitoring_plan: str = ""
    """Who reads the monitoring, how often, and whom they tell of a serious incident."""
    agreement: str = ""
    """The works agreement: parties, place, day, term and notice."""


class PapersJob(Declaration):
    """pipelines/papers.toml: whether papers are required, until when they hold, and what people fill in."""

    required: bool = True
    """Whether a version becomes champion only while its papers are in force; a provisional model needs none."""
    valid_months: int = Field(12, ge=1, le=24)
    """Months from the day a version was registered after which its papers lapse."""
    review_by: date | None = None
    """The day by which the signers look at the papers again; from then on they have lapsed."""
    signed_by: tuple[Signature, ...] = ()
    """Who signed, one table each; papers without a signature say that they are a draft."""
    answers: Answers = Answers()
    answers_zh: Answers = Answers()
    """The same in Chinese, for the Chinese papers; where it is empty, `answers` stands there too."""


NOT_REQUIRED = PapersJob.model_validate({"required": False})
"""What holds in a workspace that was made before there was pipelines/papers.toml."""


def read_papers_job(workspace: Path) -> PapersJob:
    """Read what a workspace declares about papers; one without the file requires none, as before.

    Examples
    --------
    >>> read_papers_job(Path("a-workspace-of-an-earlier-version")).required
    False
    """
    path = workspace / PAPERS
    return declared.read(path, PapersJob) if path.exists() else NOT_REQUIRED


def answer(job: PapersJob, name: str, lang: str) -> str:
    """Return what people filled in, in the reader's language as far as there is one; empty where nothing was.

    Examples
    --------
    >>> job = PapersJob(valid_months=12, answers=Answers(controller="ACME"))
    >>> answer(job, "controller", "zh"), answer(job, "officer", "en")
    ('ACME', '')
    """
    chinese = str(getattr(job.answers_zh, name)) if lang == "zh" else ""
    return (chinese or str(getattr(job.answers, name))).strip()


def open_answers(job: PapersJob) -> list[str]:
    """Return the names of the answers that nobody has filled in.

    Examples
    --------
    >>> open_answers(NOT_REQUIRED)[:3]
    ['controller', 'provider', 'officer']
    """
    return [name for name in Answers.model_fields if not answer(job, name, "en") and not answer(job, name, "zh")]
