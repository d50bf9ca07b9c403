"""Which registered version scores: held to its golden rows first, moved in one step, with who and why on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.errors import AttritionError, NotMadeYet, UserError, nearest
from attrition.model import aliases
from attrition.model.aliases import CHAMPION, MODEL, PREVIOUS, AliasChange, ChampionChanged, Version

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.bar import Check, Rival
    from attrition.model.examine import Examination
    from attrition.model.stability import Agreement

BY_ITSELF = "attrition retrain"
NEVER_JUDGED = "never judged"
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


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side.

    `facts` and `figures` are lines of what, the one's, the other's; `agreement` is on the newest month of the panel,
    and nothing where there is no panel that both can read.
    """

    versions: tuple[str, str]
    facts: list[tuple[str, str, str]]
    figures: list[tuple[str, str, str]]
    agreement: Agreement | None


def settle(workspace: Path, version: str, checks: Sequence[Check], *, over: str | None, on: datetime) -> bool:
    """Promote a version that met every check, and name any other the challenger; say which it was.

    Parameters
    ----------
    over : str or None
        The champion it was judged against; when another one scores by now, it is promoted by nobody.
    """
    missed = [check.name for check in checks if not check.passed]
    why = f"missed: {'; '.join(missed) or NEVER_JUDGED}"
    if checks and not missed:
        change = Decision(BY_ITSELF, f"met all {len(checks)} checks of the bar", on).change("promoted", version)
        try:
            aliases.promote(workspace, change, over=over)
            return True
        except ChampionChanged as changed:
            why = str(changed)
    aliases.set_challenger(workspace, Decision(BY_ITSELF, why, on).change("kept out", version))
    return False


def promote(workspace: Path, version: str, decision: Decision, *, despite: Sequence[str] = ()) -> AliasChange:
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
    missed = _missed(_version(workspace, version))
    _named(version, missed, despite)
    _hold(folder, version)
    change = decision.change("promoted", version, missed)
    aliases.promote(workspace, change, over=current.get(CHAMPION))
    return change


def rollback(workspace: Path, decision: Decision) -> AliasChange:
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
    _hold(aliases.folder_of(workspace, before), before)
    change = decision.change("rolled back to", before)
    aliases.promote(workspace, change, over=current[CHAMPION])
    return change


def compared(workspace: Path, ours: str, theirs: str) -> Comparison:
    """Set two versions side by side: what they were made from, their figures, and how far their lists agree."""
    from attrition.model.persistence import read_description

    both = [_version(workspace, version) for version in (ours, theirs)]
    descriptions = [read_description(aliases.folder_of(workspace, version.number)) for version in both]
    return Comparison(
        versions=(ours, theirs),
        facts=_facts(both, descriptions),
        figures=_figures(both, descriptions),
        agreement=_agreement(workspace, ours, theirs),
    )


def _hold(folder: Path, version: str) -> None:
    """Load a version, whose files are held against their hashes, and hold it to its golden rows."""
    from attrition.model.golden import against_golden
    from attrition.model.persistence import load_fitted

    held, said, _ = against_golden(load_fitted(folder), folder)
    if not held:
        raise AttritionError(f"version {version} does not answer its golden rows as it did ({said}); nothing was moved")


def _named(version: str, missed: Sequence[str], despite: Sequence[str]) -> None:
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


def _version(workspace: Path, number: str) -> Version:
    aliases.folder_of(workspace, number)
    return next(version for version in aliases.versions(workspace) if version.number == number)


def _missed(version: Version) -> list[str]:
    """Name what a version missed; one that was never judged to the end has missed just that."""
    if version.tags.get("bar_met") == "true":
        return []
    return [name for name in version.tags.get("bar_missed", "").split("; ") if name] or [NEVER_JUDGED]


def _facts(both: Sequence[Version], descriptions: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    def of(key: str, length: int | None = None) -> list[str]:
        return [version.tags.get(key, "not noted")[:length] for version in both]

    lines = {
        "aliases": [", ".join(version.aliases) or "none" for version in both],
        "fitted at": of("fitted_at"),
        "examined on": of("examined_on"),
        "features": [f"{len(one['features'])}" for one in descriptions],
        "horizons": [", ".join(one["resigning"]["levels"]) for one in descriptions],
        "panel": of("panel_sha256", 12),
        "declaration": of("declaration_sha256", 12),
        "code": of("code_sha256", 12),
    }
    missed = [_missed(version) for version in both]
    lines["bar"] = [f"missed {len(names)}" if names else "met" for names in missed]
    for name in dict.fromkeys(name for names in missed for name in names):
        lines[f"  {name}"] = ["missed" if name in names else "met" for names in missed]
    return [(what, first, second) for what, (first, second) in lines.items()]


def _figures(both: Sequence[Version], descriptions: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Lay out every figure of the headline that both have, with intervals where there are any."""
    heads = [f"{MODEL}_{one['spec']['headline']}m_" for one in descriptions]
    (first, at), (second, there) = zip((one.metrics for one in both), heads, strict=True)
    names = [
        key.removeprefix(at) for key in sorted(first) if key.startswith(at) and not key.endswith(("_low", "_high"))
    ]
    return [
        (name, _figure(first, f"{at}{name}"), _figure(second, f"{there}{name}"))
        for name in names
        if f"{there}{name}" in second
    ]


def _figure(figures: dict[str, float], key: str) -> str:
    low, high = figures.get(f"{key}_low"), figures.get(f"{key}_high")
    interval = "" if low is None or high is None else f" ({low:.3f} to {high:.3f})"
    return f"{figures[key]:.3f}{interval}"


def _agreement(workspace: Path, ours: str, theirs: str) -> Agreement | None:
    """Compare the lists of both on the newest month, if there is a panel that both can read."""
    from attrition.model.bar import on_one_month
    from attrition.model.persistence import load_fitted
    from attrition.runs import Runs

    if not Runs(workspace).about_panel():
        return None
    panel, _, _ = Runs(workspace).read_panel()
    newest = panel[panel["as_of"] == panel["as_of"].max()]
    one, other = (load_fitted(aliases.folder_of(workspace, version)) for version in (ours, theirs))
    if any(name not in newest for model in (one, other) for name in model.encoding.names):
        return None
    return on_one_month(one, other, newest)


def rival(workspace: Path, exam: Examination, rows: pd.DataFrame, outcomes: pd.DataFrame) -> Rival | None:
    """Backtest the champion's recipe on the months of the holdout; null when no champion can be compared with."""
    from attrition.model import bar, registry
    from attrition.model.persistence import UnknownFormat

    try:
        champion, version = registry.champion(workspace)
    except (NotMadeYet, UnknownFormat):  # a champion of another format cannot score: any that passes replaces it
        return None
    return bar.Rival(version, champion, bar.champion_trial(champion, exam, panel=rows, outcomes=outcomes))
