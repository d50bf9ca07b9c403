"""Which version scores: promotion, rollback, and a provisional version where there is no champion.

Golden rows are scored first, who decided and why is recorded, and then the aliases move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.errors import UserError, did_you_mean
from attrition.message import Message, joined
from attrition.model import aliases
from attrition.model.aliases import ChampionChanged
from attrition.model.anchor import require_anchor, write_anchor
from attrition.model.check import PAPERS
from attrition.model.registered import load_registered, model_root
from attrition.model.registry_records import (
    CHALLENGER,
    CHAMPION,
    MADE_PROVISIONAL,
    PREVIOUS,
    PROVISIONAL,
    AliasChange,
)
from attrition.model.signature import SIGNING_KEY, sign_version, signing_key
from attrition.steps.papers_check import papers_checks
from attrition.steps.versions import NEVER_EVALUATED, failed_checks, find_version

if TYPE_CHECKING:
    from attrition.model.check import Check

AUTOMATIC = "attrition retrain"
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
        for what, text in ((Message("name"), self.by), (Message("reason"), self.why)):
            if len(text) > LONGEST[what]:
                raise UserError(
                    "the {what} has {characters} characters; {longest} are the most",
                    what=what,
                    characters=len(text),
                    longest=LONGEST[what],
                )

    def change(self, what: str, version: str, despite: Sequence[str] = ()) -> AliasChange:
        """Return it as an entry of the history."""
        when = self.on.isoformat(timespec="seconds")
        return AliasChange(what, version, when, self.by.strip(), self.why.strip(), tuple(despite))


def champion_to_replace(workspace: Path) -> str | None:
    """Return the champion's version before a retrain; null where there is none.

    Raises
    ------
    ServerUnavailable, RegistryRefused
        The registry cannot be reached; raised before the training so that no training is lost.
    """
    aliases.require_answer(workspace)
    return aliases.current_aliases(workspace).get(CHAMPION)


def alias_allowed(checks: Sequence[Check], *, may_be_provisional: bool) -> str:
    """Return the alias that its checks allow a new version.

    A version that passed every check may become champion. One that may be provisional replaces an older provisional
    one. Any other becomes challenger.

    Parameters
    ----------
    may_be_provisional : bool
        Whether no champion can score, and no check refuted the version.
    """
    if checks and all(check.passed for check in checks):
        return CHAMPION
    return PROVISIONAL if checks and may_be_provisional else CHALLENGER


def decide(
    workspace: Path, version: str, checks: Sequence[Check], *, over: str | None, alias: str, on: datetime
) -> str:
    """Give a new version the alias that its checks allow, and return the alias that it has then.

    Parameters
    ----------
    over : str or None
        The champion when the training began; where another version has become champion since, nothing replaces it.
    alias : str
        As `alias_allowed` returned it.
    """
    unpassed = [check.name for check in checks if not check.passed]
    why = f"failed: {'; '.join(unpassed) or NEVER_EVALUATED}"
    try:
        if alias == CHAMPION:
            reason = f"passed all {len(checks)} promotion criteria"
            aliases.promote(workspace, Decision(AUTOMATIC, reason, on).change("promoted", version), old_champion=over)
            return CHAMPION
        if alias == PROVISIONAL:
            reason = f"no champion can score, and nothing refutes it; not shown: {'; '.join(unpassed)}"
            change = Decision(AUTOMATIC, reason, on).change(MADE_PROVISIONAL, version)
            aliases.set_provisional(workspace, change, unreadable_champion=over)
            return PROVISIONAL
    except ChampionChanged as changed:
        why = str(changed)
    aliases.set_challenger(workspace, Decision(AUTOMATIC, why, on).change("kept out", version))
    return CHALLENGER


def promote_version(workspace: Path, version: str, decision: Decision, *, despite: Sequence[str] = ()) -> AliasChange:
    """Make a version the champion because somebody decided so.

    Its files must be as they were saved, and its golden rows must score the same bit for bit, always. Any other
    criterion it failed must be named in `despite`, one by one, and is recorded.

    Raises
    ------
    UserError
        There is no such version, it is champion already, or a criterion it failed was not named.
    AttritionError
        Its files changed, or its golden rows score differently.
    """
    current = aliases.current_aliases(workspace)
    if current.get(CHAMPION) == version:
        raise UserError("version {version} is the champion already", version=version)
    recorded = failed_checks(find_version(workspace, version))
    failed = with_papers_of_today(workspace, version, recorded, on=decision.on.date())
    _require_waivers(version, failed, [name for name in despite if name != PAPERS or PAPERS in failed])
    _require_sound(workspace, version)
    change = decision.change("promoted", version, failed)
    aliases.promote(workspace, change, old_champion=current.get(CHAMPION))
    return change


def with_papers_of_today(workspace: Path, version: str, recorded: Sequence[str], *, on: date) -> list[str]:
    """Return the criteria a version failed, with its papers judged as they are on the day and not as they were then."""
    unpassed = [check.name for check in papers_checks(workspace, version, on=on) if not check.passed]
    return [*(name for name in recorded if name != PAPERS), *unpassed]


def roll_back(workspace: Path, decision: Decision) -> AliasChange:
    """Make the champion before this one champion again; the two change places.

    Going back must be quick when something is wrong, so nobody asks for papers here.

    Raises
    ------
    UserError
        There is no champion before this one.
    AttritionError
        Its files changed, or its golden rows score differently.
    """
    current = aliases.current_aliases(workspace)
    before = current.get(PREVIOUS)
    if before is None or CHAMPION not in current:
        raise UserError(
            "there is no champion before this one to go back to; `attrition models list` names every version, and "
            "`attrition models promote VERSION` makes one of them the champion"
        )
    _require_sound(workspace, before)
    change = decision.change("rolled back to", before)
    aliases.promote(workspace, change, old_champion=current[CHAMPION])
    return change


def sign(workspace: Path, version: str) -> None:
    """Sign a version with the key of the environment, after its files were compared with those that were registered.

    Raises
    ------
    UserError
        The environment names no key, or the version is not registered.
    AttritionError
        Its files are not those that were registered.
    """
    if signing_key() is None:
        raise UserError(
            "set {variable} to the file of the site's private key first; docs/it.md shows how one is made",
            variable=SIGNING_KEY,
        )
    root = model_root(aliases.folder_of(workspace, version))
    require_anchor(workspace, version, root)
    write_anchor(workspace, version, root)
    sign_version(workspace, version)


def _require_sound(workspace: Path, version: str) -> None:
    """Load a version as every command does, which raises unless it is what was registered; anchor an older one."""
    load_registered(workspace, version)
    write_anchor(workspace, version, model_root(aliases.folder_of(workspace, version)))


def _require_waivers(version: str, failed: Sequence[str], despite: Sequence[str]) -> None:
    """Raise unless exactly the criteria a version failed are named, and all of them can be waived."""
    from attrition.model.check import GOLDEN_CHECK, RELOAD_CHECK

    never = sorted({GOLDEN_CHECK, RELOAD_CHECK} & set(failed))
    if never:
        raise UserError(
            "version {version} failed {never}, which nobody can waive; retrain",
            version=version,
            never=joined(" and ", never),
        )
    unknown = [name for name in despite if name not in failed]
    if unknown:
        raise UserError(
            'version {version} did not fail "{unknown}"{hint}',
            version=version,
            unknown=unknown[0],
            hint=did_you_mean(unknown[0], failed),
        )
    unnamed = [name for name in failed if name not in despite]
    if unnamed:
        options = " ".join(f'--despite "{name}"' for name in failed)
        raise UserError(
            "version {version} failed promotion criteria; to promote it all the same, name them: {options}",
            version=version,
            options=options,
        )
