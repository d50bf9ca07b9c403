"""Writes and reads a preregistered pilot: assignment, baseline and design, hashed to detect later changes."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from attrition.data.products import read_parquet
from attrition.declared import Declaration, parse
from attrition.errors import MissingProduct, UserError
from attrition.message import Message
from attrition.pilot.lessons import EffectEstimate

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "pilots"
WITHHELD = "baseline.withheld"
"""Stands in the place of the baseline where the mode of the workspace keeps no risk of a person."""
ASSIGNMENT, BASELINE, DESIGN = "assignment.csv", "baseline.parquet", "design.json"
LIST = "list.csv"
"""The agents by staff number with their arms: what a person works from; it is not sealed and never read back."""
ASSIGNMENT_COLUMNS = ["agent_id", "site", "tenure_band", "band", "stratum", "arm"]
BASELINE_COLUMNS = ["agent_id", "risk", "log_odds"]
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
"""Pattern of the names of pilots, which are used as names of folders."""


class Offer(Declaration):
    """The intervention that is tested, copied from the playbook; `prior` is its effect before the pilot."""

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
    """Numbers of agents, and the power they give (see `attrition.pilot.power.PowerEstimate`).

    `share` is the share that is treated.
    """

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
    """The content of ``design.json``: everything that is declared before anybody is treated.

    `hoped` is the expected hazard ratio over all months of the pilot, from the effect in the playbook. `left_out`
    counts agents who do not take part, by reason; `pooling` is the rule by which small strata were pooled; `seal` is
    the hash of all other fields.
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

    @property
    def end(self) -> pd.Timestamp:
        """Return the last day of its last month."""
        import pandas as pd

        from attrition.labels.outcomes import month_end_after

        return month_end_after(pd.Timestamp(self.as_of), self.months)

    def with_seal(self) -> Design:
        """Return the design with `seal` set to the hash of its other fields."""
        return self.model_copy(update={"seal": self._hash()})

    def is_intact(self) -> bool:
        """Return whether the other fields still have the hash `seal`."""
        return self.seal == self._hash()

    def _hash(self) -> str:
        content = self.model_dump(mode="json", exclude={"seal"})
        return _sha256(json.dumps(content, sort_keys=True, ensure_ascii=False))


def checked_name(name: str) -> str:
    """Return the name of a pilot, or raise an error if it is not valid.

    Raises
    ------
    UserError
        It has other characters than letters, digits, - and _, begins with - or _, or is longer than 64 characters.
    """
    if not re.fullmatch(NAME, name):
        raise UserError('"{name}" cannot be the name of a pilot; use up to 64 letters, digits, - and _', name=name)
    return name


def content_hash(table: pd.DataFrame) -> str:
    """Return the hash of a table's content, which depends neither on the order of rows nor on line ends of its file.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"agent_id": ["2", "1"], "arm": ["treated", "control"]})
    >>> content_hash(table) == content_hash(table.iloc[::-1])
    True
    """
    return _sha256(table.sort_values("agent_id").to_csv(index=False, lineterminator="\n"))


def write_design(folder: Path, design: Design, *, assignment: pd.DataFrame, baseline: pd.DataFrame) -> None:
    """Write the assignment, the baseline and the design with its seal into an empty folder."""
    # A spreadsheet recognises UTF-8, needed for Chinese names of sites, only by the byte order mark.
    assignment[ASSIGNMENT_COLUMNS].to_csv(folder / ASSIGNMENT, index=False, encoding="utf-8-sig")
    baseline[BASELINE_COLUMNS].to_parquet(folder / BASELINE, index=False)
    content = json.dumps(design.with_seal().model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / DESIGN).write_text(content + "\n", encoding="utf-8")


def require_design(workspace: Path, name: str) -> None:
    """Raise `MissingProduct` where a workspace has no pilot of that name."""
    if not (workspace / FOLDER / checked_name(name) / DESIGN).exists():
        raise MissingProduct(
            Path(FOLDER, name, DESIGN).as_posix(),
            f"attrition pilot design INTERVENTION --name {name}",
        )


def read_preregistered(workspace: Path, name: str) -> tuple[Design, pd.DataFrame]:
    """Return the design of a pilot, and its agents with assignment and baseline, after checking the hashes.

    Where the mode of the workspace withholds risks of persons, the baseline has none and no log-odds.

    Raises
    ------
    MissingProduct
        There is no such pilot.
    UserError
        The design, the assignment or the baseline was changed after it was written, or the assignment is missing.
    """
    require_design(workspace, name)
    folder = workspace / FOLDER / name
    design = read_design(folder / DESIGN)
    if not design.is_intact():
        raise UserError(_changed_message(name, DESIGN))
    assignment = _read_assignment(folder / ASSIGNMENT, name)
    if content_hash(assignment) != design.assignment_sha256:
        raise UserError(_changed_message(name, ASSIGNMENT))
    if (folder / WITHHELD).exists():
        return design, assignment.assign(risk=float("nan"))
    baseline = read_parquet(folder / BASELINE, remedy=Message("restore the file from your backup"))
    if content_hash(baseline) != design.baseline_sha256:
        raise UserError(_changed_message(name, BASELINE))
    return design, assignment.merge(baseline, on="agent_id", validate="one_to_one")


def read_design(path: Path) -> Design:
    """Return the design in a file, without checking its hash."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UserError("{path} is not JSON in UTF-8; restore the file from your backup", path=path) from None
    return parse(content, Design, where=str(path))


def read_designs(workspace: Path) -> list[Design]:
    """Return the designs of all pilots of a workspace, sorted by name, without checking their hashes."""
    return [read_design(path) for path in sorted((workspace / FOLDER).glob(f"[!.]*/{DESIGN}"))]


def read_assignment(workspace: Path, name: str) -> pd.DataFrame:
    """Return the agents of a pilot and their arms, without checking the hash."""
    return _read_assignment(workspace / FOLDER / name / ASSIGNMENT, name)


def _read_assignment(path: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    try:
        assignment = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (FileNotFoundError, ValueError):
        raise UserError(_changed_message(name, ASSIGNMENT)) from None
    if list(assignment.columns) != ASSIGNMENT_COLUMNS:
        raise UserError(_changed_message(name, ASSIGNMENT))
    return assignment


def _changed_message(name: str, file: str) -> str:
    return Message(
        "{folder}/{name}/{file} was changed after the pilot was designed, so the pilot cannot be read; restore the "
        "original from your backup (a spreadsheet that saved the file may have removed leading zeros of staff numbers)",
        folder=FOLDER,
        name=name,
        file=file,
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
