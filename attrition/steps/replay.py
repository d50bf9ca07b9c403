"""Past months as they would have been known then: each scored by a model fitted on what was known at that month-end.

The model of a month-end follows today's specification and playbook, and is fitted on the panel's rows and labels as
they were known that day; no later champion is used. A month that was scored in its own time by a champion of its time
is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.errors import DataError, UserError
from attrition.runs import AS_OF_THEN, Runs
from attrition.steps.fingerprint import MONTH_CODE
from attrition.steps.model_in_use import VersionedModel, caveat_in_use, read_recipe

if TYPE_CHECKING:
    from attrition.model.panel import Panel

MARKER = "replayed.json"
"""Written last into a month's folder under runs/: the fingerprint of what the month was made from."""

DECLARATIONS = (
    "models/resignation.toml",
    "models/playbook.toml",
    "pipelines/monthly.toml",
    "pipelines/people.toml",
    "pilots/learned.toml",
)


def months_between(panel: Panel, first: date, last: date) -> list[date]:
    """List the month-ends of the panel from one to another, oldest first.

    Raises
    ------
    DataError
        The panel holds no month in between.
    """
    months = [day.date() for day in sorted(panel.outcomes["as_of"].unique()) if first <= day.date() <= last]
    if not months:
        raise DataError("the panel holds no month from {first:%Y-%m} to {last:%Y-%m}", first=first, last=last)
    return months


def model_of_its_time(workspace: Path, panel: Panel, as_of: date) -> VersionedModel:
    """Fit the declared specification, in the form of the model in use, on what was known at a month-end.

    Raises
    ------
    DataError
        History before the month is too short to learn from.
    """
    import pandas as pd

    from attrition.model.risk import fit
    from attrition.predict.indistinct import with_indistinct_families

    fitted = fit(
        panel.rows,
        panel.outcomes,
        features=panel.features,
        spec=read_recipe(workspace),
        fitted_at=pd.Timestamp(as_of),
    )
    # Whether people may be ordered was examined on the newest months, and holds for the form on earlier ones at most.
    caveat = caveat_in_use(workspace)
    fitted = replace(fitted, orders_people=fitted.orders_people and caveat.lists_people)
    fitted = with_indistinct_families(fitted, panel.rows, panel.outcomes)
    return VersionedModel(fitted, f"{AS_OF_THEN}{as_of}", caveat)


def is_up_to_date(workspace: Path, as_of: date, fingerprint: str) -> bool:
    """Whether a month was replayed from the same inputs, or scored in its own time by a model of its time."""
    runs = Runs(workspace)
    if not (workspace / "reports" / f"{as_of:%Y-%m}").exists() or as_of not in runs.months():
        return False
    if runs.is_emptied(as_of):  # it was kept long enough, and is not to come back
        return True
    version = runs.version_of_month(as_of)
    if version.startswith(AS_OF_THEN):
        marker = runs.month(as_of) / MARKER
        return marker.exists() and json.loads(marker.read_text(encoding="utf-8"))["made_from"] == fingerprint
    try:
        return date.fromisoformat(runs.read_verdict(version)["fitted_at"][:10]) <= as_of
    except UserError:  # no verdict, or one in the format of another version
        return False


def mark_replayed(workspace: Path, as_of: date, fingerprint: str) -> None:
    """Record what a replayed month was made from, so that a replay that was stopped does not repeat it."""
    with atomic_file(Runs(workspace).month(as_of) / MARKER) as path:
        path.write_text(json.dumps({"made_from": fingerprint}), encoding="utf-8")


def month_fingerprint(workspace: Path, panel: Panel, as_of: date, *, langs: Sequence[str]) -> str:
    """Hash what a replayed month and its report depend on: panel, declarations, code, languages, and earlier months."""
    from attrition.model.provenance import code_hash

    earlier = [f"{day}" for day in Runs(workspace).months() if day < as_of]
    declarations = [path.read_bytes() for name in DECLARATIONS if (path := workspace / name).exists()]
    rest = [panel.provenance.get("made_from"), earlier, list(langs), code_hash(MONTH_CODE)]
    text = json.dumps(rest, sort_keys=True, default=str).encode()
    return hashlib.sha256(b"\0".join([text, *declarations])).hexdigest()
