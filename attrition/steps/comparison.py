"""Two registered versions side by side: what they were made from, their figures, and how far their lists agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.model import aliases
from attrition.model.aliases import MODEL, Version
from attrition.runs import Runs
from attrition.steps.versions import failed_checks, find_version

if TYPE_CHECKING:
    from attrition.model.stability import Agreement


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


def compare_versions(workspace: Path, ours: str, theirs: str) -> Comparison:
    """Set two versions side by side: what they were made from, their figures, and how far their lists agree."""
    from attrition.model.persistence import read_description

    both = [find_version(workspace, version) for version in (ours, theirs)]
    descriptions = [read_description(aliases.folder_of(workspace, version.number)) for version in both]
    return Comparison(
        versions=(ours, theirs),
        facts=_facts(both, descriptions),
        figures=_figures(both, descriptions),
        agreement=_agreement(workspace, ours, theirs),
    )


def _facts(both: Sequence[Version], descriptions: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    def of(key: str, length: int | None = None) -> list[str]:
        return [version.tags.get(key, "not recorded")[:length] for version in both]

    lines = {
        "aliases": [", ".join(version.aliases) or "none" for version in both],
        "fitted at": of("fitted_at"),
        "evaluated on": of("holdout_months"),
        "features": [f"{len(one['features'])}" for one in descriptions],
        "horizons": [", ".join(one["resignations"]["calibrators"]) for one in descriptions],
        "panel": of("panel_sha256", 12),
        "declaration": of("declaration_sha256", 12),
        "code": of("code_sha256", 12),
    }
    failed = [failed_checks(version) for version in both]
    lines["criteria"] = [f"failed {len(names)}" if names else "passed" for names in failed]
    for name in dict.fromkeys(name for names in failed for name in names):
        lines[f"  {name}"] = ["failed" if name in names else "passed" for names in failed]
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
    from attrition.model.persistence import load_fitted
    from attrition.model.promotion_criteria import compare_on_month

    if not Runs(workspace).panel_provenance():
        return None
    panel = Runs(workspace).read_panel()
    newest = panel.month(panel.data_ends).rows
    one, other = (load_fitted(aliases.folder_of(workspace, version)) for version in (ours, theirs))
    if any(name not in newest for model in (one, other) for name in model.encoding.names):
        return None
    return compare_on_month(one, other, newest)
