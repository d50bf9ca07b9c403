"""Promotion and rollback: golden rows are scored first, aliases change in one step, who and why goes on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.errors import AttritionError, NotMadeYet, UserError, nearest
from attrition.model import aliases
from attrition.model.aliases import CHAMPION, PREVIOUS, AliasChange, ChampionChanged
from attrition.steps.versions import NEVER_EVALUATED, failed_checks, find_version

if TYPE_CHECKING:
    from attrition.model.bar import Check

BY_ITSELF = "attrition retrain"
SHORTEST_REASON = 5
LONGEST = {"name": 100, "reason": 1000}


@dataclass(frozen=True)
class Decision:
    """Who decides, why, and when."""

    by: str
    why: str
    on: datetime

    def __post_init__(self) -> None:
        """Refuse a decision without a name or a reason."""
        if not self.by.strip() or len(self.why.strip()) < SHORTEST_REASON:
            raise UserError("a decision needs a name (--by) and a reason in words (--reason); both go on record")
        for what, text in (("name", self.by), ("reason", self.why)):
            if len(text) > LONGEST[what]:
                raise UserError(f"the {what} has {len(text)} characters; {LONGEST[what]} are the most")

    def change(self, what: str, version: str, despite: Sequence[str] = ()) -> AliasChange:
        """Write it as a line of the history."""
        when = self.on.isoformat(timespec="seconds")
        return AliasChange(what, version, when, self.by.strip(), self.why.strip(), tuple(despite))


def promote_if_passed(
    workspace: Path, version: str, checks: Sequence[Check], *, over: str | None, on: datetime
) -> bool:
    """Promote a version that met every check, and name any other the challenger; say which it was.

    Parameters
    ----------
    over : str or None
        The champion it was judged against; when another one scores by now, it is promoted by nobody.
    """
    missed = [check.name for check in checks if not check.passed]
    why = f"missed: {'; '.join(missed) or NEVER_EVALUATED}"
    if checks and not missed:
        change = Decision(BY_ITSELF, f"met all {len(checks)} checks of the bar", on).change("promoted", version)
        try:
            aliases.promote(workspace, change, over=over)
            return True
        except ChampionChanged as changed:
            why = str(changed)
    aliases.set_challenger(workspace, Decision(BY_ITSELF, why, on).change("kept out", version))
    return False


def promote_version(workspace: Path, version: str, decision: Decision, *, despite: Sequence[str] = ()) -> AliasChange:
    """Make a version the champion because somebody decided so.

    Its files must be as they were saved, and its golden rows must be answered bit for bit, always. Whatever else it
    missed of the bar must be named in `despite`, one by one, and goes on record.

    Raises
    ------
    UserError
        There is no such version, it is champion already, or something it missed was not named.
    AttritionError
        Its files changed, or its golden rows are answered otherwise.
    """
    current = aliases.current_aliases(workspace)
    if current.get(CHAMPION) == version:
        raise UserError(f"version {version} is the champion already")
    folder = aliases.folder_of(workspace, version)
    missed = failed_checks(find_version(workspace, version))
    _require_waivers(version, missed, despite)
    _require_golden_rows(folder, version)
    change = decision.change("promoted", version, missed)
    aliases.promote(workspace, change, over=current.get(CHAMPION))
    return change


def roll_back(workspace: Path, decision: Decision) -> AliasChange:
    """Make the champion before this one champion again; the two change places.

    Raises
    ------
    NotMadeYet
        There is no champion before this one.
    AttritionError
        Its files changed, or its golden rows are answered otherwise.
    """
    current = aliases.current_aliases(workspace)
    before = current.get(PREVIOUS)
    if before is None or CHAMPION not in current:
        raise NotMadeYet("a champion before this one, to go back to,", "attrition retrain")
    _require_golden_rows(aliases.folder_of(workspace, before), before)
    change = decision.change("rolled back to", before)
    aliases.promote(workspace, change, over=current[CHAMPION])
    return change


def _require_golden_rows(folder: Path, version: str) -> None:
    """Load a version, whose files are held against their hashes, and hold it to its golden rows."""
    from attrition.model.golden import against_golden
    from attrition.model.persistence import load_fitted

    held, said, _ = against_golden(load_fitted(folder), folder)
    if not held:
        raise AttritionError(f"version {version} does not answer its golden rows as it did ({said}); nothing was moved")


def _require_waivers(version: str, missed: Sequence[str], despite: Sequence[str]) -> None:
    """Refuse unless everything a version missed is named, and nothing else, and all of it can be waived."""
    from attrition.model.bar import GOLDEN_ROWS, RELOADS

    never = sorted({GOLDEN_ROWS, RELOADS} & set(missed))
    if never:
        raise UserError(f"version {version} missed {' and '.join(never)}, which nobody can waive; retrain")
    unknown = [name for name in despite if name not in missed]
    if unknown:
        raise UserError(f'version {version} did not miss "{unknown[0]}"{nearest(unknown[0], missed)}')
    silent = [name for name in missed if name not in despite]
    if silent:
        options = " ".join(f'--despite "{name}"' for name in missed)
        raise UserError(f"version {version} missed its bar; to promote it all the same, name what it missed: {options}")
