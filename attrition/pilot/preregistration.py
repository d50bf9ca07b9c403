"""The preregistered pilot on disk: assignment, baseline and design, hashed so that later changes are detected."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field

from attrition.declared import Declaration, parse
from attrition.errors import NotMadeYet, UserError
from attrition.pilot.lessons import EffectEstimate

FOLDER = "pilots"
ASSIGNMENT, BASELINE, DESIGN = "assignment.csv", "baseline.parquet", "design.json"
ASSIGNMENT_COLUMNS = ["agent_id", "site", "tenure_band", "band", "stratum", "arm"]
BASELINE_COLUMNS = ["agent_id", "risk", "log_odds"]
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
"""Allowed names of pilots, which are names of folders."""


class Offer(Declaration):
    """The intervention that is tested, as in the playbook, with the prior of its effect."""

    id: str
    en: str
    zh: str
    limits: str
    limits_zh: str
    capacity_per_month: int | None
    months_to_effect: float
    prior: EffectEstimate
    grade: str
    source: str


class SampleSize(Declaration):
    """Numbers of agents, and the power they give."""

    agents: int
    treated: int
    share: float = Field(gt=0, lt=1)
    expected_control: float
    expected_treated: float
    power: float
    detectable: float | None
    agents_needed: int | None
    months_needed: int | None


class Design(Declaration):
    """``design.json``: everything that is declared before anybody is treated.

    `hoped` is the hazard ratio over all months of the pilot that the playbook leads to expect; `seal` is the hash of
    all other fields.
    """

    name: str = Field(pattern=NAME)
    as_of: date
    months: int = Field(ge=1)
    offer: Offer
    hoped: float = Field(gt=0, le=1)
    model_version: str
    eligibility: tuple[str, ...]
    left_out: dict[str, int]
    pooling: str
    seed: int
    size: SampleSize
    hypothesis: str
    primary_outcome: str
    analysis: tuple[str, ...]
    assignment_sha256: str
    baseline_sha256: str
    kind: Literal["randomised"] = "randomised"
    seal: str = ""

    def with_seal(self) -> Design:
        """Return the design with its hash."""
        return self.model_copy(update={"seal": self._hash()})

    def is_intact(self) -> bool:
        """Tell whether nothing was changed since the hash was computed."""
        return self.seal == self._hash()

    def _hash(self) -> str:
        content = self.model_dump(mode="json", exclude={"seal"})
        return _sha256(json.dumps(content, sort_keys=True, ensure_ascii=False))


def checked_name(name: str) -> str:
    """Return a pilot's name if it is valid.

    Raises
    ------
    UserError
        It has other characters than letters, digits, minus and underscore, or is too long.
    """
    if not re.fullmatch(NAME, name):
        raise UserError(f'"{name}" cannot be the name of a pilot; use up to 64 letters, digits, - and _')
    return name


def content_hash(table: pd.DataFrame) -> str:
    """Hash the content of a table, whatever the order of its rows and the line ends of its file.

    Examples
    --------
    >>> table = pd.DataFrame({"agent_id": ["2", "1"], "arm": ["treated", "control"]})
    >>> content_hash(table) == content_hash(table.iloc[::-1])
    True
    """
    return _sha256(table.sort_values("agent_id").to_csv(index=False, lineterminator="\n"))


def write_design(folder: Path, design: Design, *, assignment: pd.DataFrame, baseline: pd.DataFrame) -> None:
    """Write the assignment, the baseline and the design with its seal into an empty folder."""
    # The byte order mark tells a spreadsheet that Chinese names of sites are UTF-8.
    assignment[ASSIGNMENT_COLUMNS].to_csv(folder / ASSIGNMENT, index=False, encoding="utf-8-sig")
    baseline[BASELINE_COLUMNS].to_parquet(folder / BASELINE, index=False)
    content = json.dumps(design.with_seal().model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / DESIGN).write_text(content + "\n", encoding="utf-8")


def read_preregistered(workspace: Path, name: str) -> tuple[Design, pd.DataFrame]:
    """Read a pilot and check its hashes: its design, and its agents with assignment and baseline.

    Raises
    ------
    NotMadeYet
        There is no such pilot.
    UserError
        The design, the assignment or the baseline were changed after they were written.
    """
    folder = workspace / FOLDER / checked_name(name)
    if not (folder / DESIGN).exists():
        raise NotMadeYet(f"{FOLDER}/{name}/{DESIGN}", f"attrition pilot design INTERVENTION --name {name}")
    design = read_design(folder / DESIGN)
    if not design.is_intact():
        raise UserError(_broken(name, DESIGN))
    assignment = _read_assignment(folder / ASSIGNMENT, name)
    if content_hash(assignment) != design.assignment_sha256:
        raise UserError(_broken(name, ASSIGNMENT))
    baseline = pd.read_parquet(folder / BASELINE)
    if content_hash(baseline) != design.baseline_sha256:
        raise UserError(_broken(name, BASELINE))
    return design, assignment.merge(baseline, on="agent_id", validate="one_to_one")


def read_design(path: Path) -> Design:
    """Read a design without checking its hash."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UserError(f"{path} is not JSON in UTF-8; restore the file from your backup") from None
    return parse(content, Design, where=str(path))


def read_designs(workspace: Path) -> list[Design]:
    """Read the designs of all pilots of a workspace, by name."""
    return [read_design(path) for path in sorted((workspace / FOLDER).glob(f"[!.]*/{DESIGN}"))]


def read_assignment(workspace: Path, name: str) -> pd.DataFrame:
    """Read the agents of a pilot and their arms, without checking the hash."""
    return _read_assignment(workspace / FOLDER / name / ASSIGNMENT, name)


def _read_assignment(path: Path, name: str) -> pd.DataFrame:
    try:
        assignment = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (FileNotFoundError, ValueError):
        raise UserError(_broken(name, ASSIGNMENT)) from None
    if list(assignment.columns) != ASSIGNMENT_COLUMNS:
        raise UserError(_broken(name, ASSIGNMENT))
    return assignment


def _broken(name: str, file: str) -> str:
    return (
        f"{FOLDER}/{name}/{file} was changed after the pilot was designed, so the pilot cannot be read; restore the "
        "original from your backup (a spreadsheet that saved the file may have removed leading zeros of staff numbers)"
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
