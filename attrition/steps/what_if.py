"""What-if: the risk of one agent at a month-end as it is, and as the model would have it with changed facts.

The result describes the model, not what a raise or a roster would cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.steps.objections import refuse_objector
from attrition.steps.way_back import agent_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.features.declare import Feature
    from attrition.model.panel import Panel
    from attrition.model.risk import FittedRisk
    from attrition.steps.counterfactual import CounterfactualMonth
    from attrition.steps.model_in_use import VersionedModel


@dataclass(frozen=True)
class WhatIfRequest:
    """An agent, a month-end, and the facts to change by name, with their values as they were typed."""

    agent_id: str
    as_of: date
    facts: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Risks before and after, and the features that moved.

    Parameters
    ----------
    risks : DataFrame
        As `attrition.predict.before_after.before_after`, one row per horizon; empty where the model abstains.
    moved : DataFrame
        feature, en, zh, before, after: what follows from the facts.
    abstain_reason : str
        Why the model states no risk for this agent; empty where it does.
    features : mapping of str to Feature
        Every feature by name.
    bands : tuple of str, optional
        The band before and after, where the mode withholds risks; `risks` is then empty.
    """

    risks: pd.DataFrame
    moved: pd.DataFrame
    abstain_reason: str
    features: Mapping[str, Feature]
    bands: tuple[str, str] | None = None


def what_if(
    workspace: Path, panel: Panel, request: WhatIfRequest, *, model: VersionedModel, progress: Progress
) -> WhatIf:
    """Change facts of one agent at a month-end, and score them before and after; everybody else is unchanged.

    Parameters
    ----------
    workspace : Path
        Whose tables are read.
    panel : Panel
        From `attrition.steps.panel.load_or_build_panel`.
    request : WhatIfRequest
        Whom, when, and which facts.
    model : VersionedModel
        The model in use.

    Raises
    ------
    UserError
        The agent is not at risk then, nobody can set the fact, or the value is outside the site's limits.
    """
    request = replace(request, agent_id=agent_of(workspace, request.agent_id))
    refuse_objector(workspace, request.agent_id)
    month = open_month(workspace, panel, request.as_of, progress=progress)
    progress("building the features with the changed facts")
    return compare_facts(month, panel, request, model=model)


def open_month(workspace: Path, panel: Panel, as_of: date, *, progress: Progress) -> CounterfactualMonth:
    """Read and check the tables of a centre, and open one of its months for changed facts."""
    from attrition.data.centre import open_centre
    from attrition.steps.counterfactual import CounterfactualMonth
    from attrition.steps.panel_families import families_of

    frame = panel.month(as_of).rows
    progress("reading and checking the tables")
    centre = open_centre(workspace)
    return CounterfactualMonth(centre.tables, as_of, families_of(centre), frame, centre.reorganisations)


def compare_facts(month: CounterfactualMonth, panel: Panel, request: WhatIfRequest, *, model: VersionedModel) -> WhatIf:
    """Score one agent with the facts as they are and as they are changed."""
    from attrition.labels.outcomes import KEYS
    from attrition.predict.before_after import before_after
    from attrition.steps.month import mark_reasons_to_abstain

    after = month.after(request.agent_id, request.facts).reset_index(drop=True)
    before = month.frame[month.frame["agent_id"] == request.agent_id].reset_index(drop=True)
    groups = mark_reasons_to_abstain(panel.month(month.as_of).outcomes, panel.outcomes, model.fitted)
    flags = groups.set_index(KEYS)
    risks = before_after(
        model.fitted,
        before,
        after,
        is_new_site=flags["is_new_site"],
        is_gone=flags["is_gone"],
        all_agents=month.frame,
    )
    reasons = risks[["abstain_reason_before", "abstain_reason_after"]].stack().dropna()
    is_withheld = model.fitted.mode != "individual"
    return WhatIf(
        risks=risks.head(0) if len(reasons) or is_withheld else risks,
        moved=_moved(month, before, after, model),
        abstain_reason=str(reasons.iloc[0]) if len(reasons) else "",
        features=month.features,
        bands=_bands(risks, model.fitted) if is_withheld else None,
    )


def _bands(risks: pd.DataFrame, fitted: FittedRisk) -> tuple[str, str]:
    """Return the bands of the risks at the headline before and after."""
    headline = risks[risks["horizon_months"] == fitted.spec.headline].iloc[0]
    before, after = (fitted.band(headline[f"risk_{when}"]) or "" for when in ("before", "after"))
    return before, after


def _moved(
    month: CounterfactualMonth, before: pd.DataFrame, after: pd.DataFrame, model: VersionedModel
) -> pd.DataFrame:
    """List the model's features whose values differ."""
    import pandas as pd

    rows = []
    for feature in model.fitted.features:
        old, new = before[feature.name].iloc[0], after[feature.name].iloc[0]
        if not (old == new or (pd.isna(old) and pd.isna(new))):
            declared = month.features[feature.name]
            rows.append((feature.name, declared.en, declared.zh, old, new))
    return pd.DataFrame(rows, columns=["feature", "en", "zh", "before", "after"])
