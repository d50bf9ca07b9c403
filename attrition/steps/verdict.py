"""What a retrain leaves to read: for programs how a version stood against the bar, for people its card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.runs import Runs

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.bar import Check, Rival
    from attrition.model.registry import Record


def write_verdict(
    workspace: Path, version: str, checks: Sequence[Check], *, fitted_at: pd.Timestamp, is_promoted: bool
) -> Path:
    """Write down how a version stood against the bar, and whether it was promoted."""
    said = [asdict(check) for check in checks]
    verdict = {"version": version, "fitted_at": f"{fitted_at:%Y-%m-%d}", "promoted": is_promoted, "checks": said}
    with atomic_file(Runs(workspace).verdict(version)) as path:
        path.write_text(json.dumps(verdict, indent=1, ensure_ascii=False), encoding="utf-8")
    return Runs(workspace).verdict(version)


def write_card_of(
    workspace: Path,
    record: Record,
    *,
    version: str,
    checks: Sequence[Check],
    panel: pd.DataFrame,
    rival: Rival | None,
) -> Path:
    """Write the card of a version, whole or not at all; give its folder."""
    from attrition.labels.treated_labels import count_treated_labels
    from attrition.model.bar import groups_table
    from attrition.model.card import Claim
    from attrition.model.card_page import write_card

    runs, prose = Runs(workspace), workspace / "models" / f"{record.fitted.spec.name}.md"
    claim = Claim(
        version=version,
        prose=prose.read_text(encoding="utf-8") if prose.is_file() else None,
        fitted=record.fitted,
        examination=record.examination,
        checks=checks,
        groups=groups_table(record.examination, record.groups),
        counts={
            "agent_months": len(panel),
            "agents": int(panel["agent_id"].nunique()),
            "months": int(panel["as_of"].nunique()),
        },
        about=runs.about_panel(),
        quality=runs.read_quality(),
        made_from=record.made_from,
        rival=rival,
        treated_labels=count_treated_labels(
            record.groups, runs.read_given(), record.fitted.spec.headline, known_at=record.fitted.at
        ),
    )
    with atomic_folder(runs.card(version)) as folder:
        write_card(folder, claim)
    return runs.card(version)
