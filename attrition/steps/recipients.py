"""Who is to be told of a month's report: which files of it are theirs, as links in their language.

A recipient gets the editions of their role that the month has; a team leader gets the file of the teams they lead. What
stands in a message is where to read, never what is read there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from attrition.data.sources import Site
from attrition.errors import MissingProduct, UserError
from attrition.message import Message
from attrition.report.edition_names import CENTRE, LEADER, LEADERS_FOLDER, OPERATIONS, PARTNER, TEAM
from attrition.report.figures.leaders import leaders_files, teams_by_leader
from attrition.runs import Runs
from attrition.steps.months import month_command
from attrition.steps.way_back import agent_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.terms import Language
    from attrition.jobs import Recipient, SendJob

EDITIONS_OF: Mapping[str, tuple[str, ...]] = {
    "director": (CENTRE,),
    "partner": (PARTNER, TEAM),
    "operations": (OPERATIONS,),
    "quality": ("quality",),
}
"""The editions of each role, but of leaders, who get a file of their own teams."""
KINDS = ("html", "pdf")


class File(NamedTuple):
    """A file of a report: the edition it is of, and its path under the folder of all months."""

    edition: str
    path: str


@dataclass(frozen=True)
class Sending:
    """What one recipient is to get of a month.

    Parameters
    ----------
    number : int
        The recipient's place in the declaration, from 1; what is printed calls them by it.
    recipient : Recipient
        Role and address.
    language : {"en", "zh"}
        In which they are written to.
    files : tuple of File
        What is theirs; empty where the month has nothing for them.
    """

    number: int
    recipient: Recipient
    language: Language
    files: tuple[File, ...]

    @property
    def key(self) -> str:
        """What tells one sending from another, without the address in it: recipient and files."""
        to = self.recipient.email or (self.recipient.webhook.url if self.recipient.webhook else "")
        text = "\n".join([to, self.recipient.role, *(file.path for file in self.files)])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def name(self) -> Message:
        """How what is printed calls the recipient."""
        return Message("recipient {number} ({role})", number=self.number, role=self.recipient.role)


def sendings_of(workspace: Path, as_of: date, job: SendJob) -> list[Sending]:
    """Return what every declared recipient is to get of a month's report.

    Raises
    ------
    MissingProduct
        The month has no report.
    UserError
        Nobody is declared, or not where they find the reports.
    """
    if not job.recipients or not job.link:
        raise UserError("pipelines/send.toml declares no recipients, or no link under which they find the reports")
    folder = workspace / "reports" / f"{as_of:%Y-%m}"
    if not folder.is_dir():
        raise MissingProduct(Message("the report of {as_of:%Y-%m}", as_of=as_of), month_command(workspace, as_of))
    runs = Runs(workspace)
    speaks = Site.model_validate(runs.panel_provenance()["site"]).reader_language
    outcomes = runs.read_outcomes()
    groups = outcomes[outcomes["as_of"].dt.date == as_of]
    sendings = []
    for number, recipient in enumerate(job.recipients, start=1):
        language, stems = recipient.language or speaks, _stems(workspace, recipient, groups)
        files = [file for edition, stem in stems.items() for file in _files(edition, stem, language, folder)]
        sendings.append(Sending(number, recipient, language, tuple(files)))
    return sendings


def link_of(file: File, base: str) -> str:
    """Return where a recipient reads a file: an address is quoted, the path of a share is not.

    Examples
    --------
    >>> link_of(File("leader", "2026-10/teams/team-%E5%AE%A2.zh.html"), "https://reports.example.com/")
    'https://reports.example.com/2026-10/teams/team-%25E5%25AE%25A2.zh.html'
    """
    path = quote(file.path) if "://" in base else file.path
    return f"{base.rstrip('/')}/{path}"


def _stems(workspace: Path, recipient: Recipient, groups: pd.DataFrame) -> dict[str, str]:
    """Return what the files of each of a recipient's editions are called, under the month's folder."""
    if recipient.role != LEADER:
        return {edition: edition for edition in EDITIONS_OF[recipient.role]}
    name = _leader_file(workspace, recipient, groups)
    return {LEADER: f"{LEADERS_FOLDER}/{name}"} if name else {}


def _leader_file(workspace: Path, recipient: Recipient, groups: pd.DataFrame) -> str | None:
    """Return the file of a leader, who is declared by their number or by a team; None where it is not clear which."""
    files = {teams: name for name, teams in leaders_files(groups).items()}
    if recipient.leader:
        try:
            return files.get(teams_by_leader(groups).get(agent_of(workspace, recipient.leader), ()))
        except UserError:  # nobody has that number any more
            return None
    holding = [teams for teams in files if recipient.team in teams]
    return files.get((recipient.team,)) or (files[holding[0]] if len(holding) == 1 else None)


def _files(edition: str, stem: str, language: Language, folder: Path) -> list[File]:
    """Return the page and the PDF of an edition that are there: in the recipient's language, else as it was written."""
    pages = sorted(folder.glob(f"{escape(stem)}.??.html"), key=lambda page: f".{language}." not in page.name)
    kept = [pages[0].with_suffix(f".{kind}") for kind in KINDS] if pages else []
    return [File(edition, path.relative_to(folder.parent).as_posix()) for path in kept if path.exists()]
