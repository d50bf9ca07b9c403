"""Two registered versions side by side: what they were made from, their figures, and how far their lists agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.phrase import Phrase
from attrition.message import Message, joined, recognised
from attrition.model.registry_records import Version
from attrition.report.translations import translations
from attrition.runs import Runs
from attrition.steps.versions import failed_checks, find_version

if TYPE_CHECKING:
    from attrition.model.stability import Agreement


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side.

    Each of `facts` and `figures` is a name with the value of the first version and that of the second; `agreement` is
    measured on the newest month of the panel, and null where there is no panel that both can score.
    """

    versions: tuple[str, str]
    facts: list[tuple[str, str, str]]
    figures: list[tuple[str, str, str]]
    agreement: Agreement | None


def compare_versions(workspace: Path, first: str, second: str) -> Comparison:
    """Compare two versions: what they were made from, their figures, and how far their lists agree."""
    from attrition.model.persistence import read_description
    from attrition.model.registered import folder_to_read

    both = [find_version(workspace, version) for version in (first, second)]
    descriptions = [read_description(folder_to_read(workspace, version.number)) for version in both]
    return Comparison(
        versions=(first, second),
        facts=_facts(both, descriptions),
        figures=_figures(workspace, both),
        agreement=_agreement(workspace, first, second),
    )


def _facts(both: Sequence[Version], descriptions: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    def tag(key: str, length: int | None = None) -> list[str]:
        texts = [version.tags.get(key) for version in both]
        shown = [Message("not recorded") if text is None else text[:length] for text in texts]
        return [recognised(text, (Message("{first} to {last}"),)) for text in shown]

    lines: dict[str, list[str]] = {
        Message("aliases"): [joined(", ", map(Message, version.aliases)) or Message("none") for version in both],
        Message("fitted at"): tag("fitted_at"),
        Message("evaluated on"): tag("holdout_months"),
        Message("features"): [f"{len(description['features'])}" for description in descriptions],
        Message("horizons"): [", ".join(description["resignations"]["calibrators"]) for description in descriptions],
        Message("panel"): tag("panel_sha256", 12),
        Message("declaration"): tag("declaration_sha256", 12),
        Message("code"): tag("code_sha256", 12),
    }
    failed = [failed_checks(version) for version in both]
    passed = Message("passed")
    lines[Message("criteria")] = [
        Message("failed {criteria}", criteria=len(names)) if names else passed for names in failed
    ]
    for name in dict.fromkeys(name for names in failed for name in names):
        shown = "  " + Phrase(name, translations("zh").name("check.name", name))
        lines[shown] = [Message("failed") if name in names else passed for names in failed]
    return [(name, first, second) for name, (first, second) in lines.items()]


def _figures(workspace: Path, both: Sequence[Version]) -> list[tuple[str, str, str]]:
    """List every figure of the headline horizon that both have, with intervals where there are any."""
    first, second = (_headline_figures(workspace, version.number) for version in both)
    return [(name, figure, second[name]) for name, figure in sorted(first.items()) if name in second]


def _headline_figures(workspace: Path, version: str) -> dict[str, str]:
    """Return the figures of a version's own model at its headline horizon, by metric."""
    from attrition.model.evaluation_files import read_evaluation

    evaluation = read_evaluation(workspace, version)
    own = evaluation.metrics.query("model == @evaluation.spec.name and horizon_months == @evaluation.spec.headline")
    rows = own.loc[own["value"].notna(), ["metric", "value", "low", "high"]].to_dict("records")
    return {str(row["metric"]): _figure(float(row["value"]), float(row["low"]), float(row["high"])) for row in rows}


def _figure(value: float, low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return f"{value:.3f}"
    return Message("{value:.3f} ({low:.3f} to {high:.3f})", value=value, low=low, high=high)


def _agreement(workspace: Path, first: str, second: str) -> Agreement | None:
    """Compare the lists of both on the newest month; null where there is no panel that both can score."""
    import pandas as pd

    from attrition.model.registered import load_registered
    from attrition.model.stability import compare_on_month

    runs = Runs(workspace)
    if not (about := runs.panel_provenance()):
        return None
    newest = runs.read_panel_months([pd.Timestamp(about["data_ends"])])
    one, other = (load_registered(workspace, version) for version in (first, second))
    if any(name not in newest for model in (one, other) for name in model.encoding.names):
        return None
    return compare_on_month(one, other, newest)
