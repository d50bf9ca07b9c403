"""Make a plan for a budget: gather what may be offered in a scored month, choose, compare, and leave it whole."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import logit, ndtri

from attrition import declared
from attrition.data.atomic import atomic_folder
from attrition.errors import DeclarationError, UserError, nearest
from attrition.jobs import MonthlyJob, PlanJob
from attrition.pilot.lessons import read_history
from attrition.predict.eligibility import Options
from attrition.predict.intervention_estimates import intervention_estimates
from attrition.predict.offers import offers
from attrition.predict.plan import Plan, PlanRequest, optimise_plan
from attrition.predict.playbook import read_playbook
from attrition.report.offer_audit import offer_audit
from attrition.runs import Runs
from attrition.steps.excluded import barred
from attrition.steps.loading import level_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

SHOWN = [
    "agent_id",
    "site",
    "intervention",
    "en",
    "zh",
    "lever",
    "cost",
    "expected_saving",
    "risk_before",
    "risk_after",
    "evidence",
    "basis",
]


@dataclass(frozen=True, eq=False)
class Month:
    """A month to plan for: the panel's rows, the groups of the agents, what can be done, and who scores."""

    as_of: date
    frame: pd.DataFrame
    groups: pd.DataFrame
    options: Options
    version: str


def options_of(
    workspace: Path, frame: pd.DataFrame, *, features: Sequence[Feature], site: Mapping[str, Any]
) -> Options:
    """Say what can be done in a month: the playbook with what pilots taught, and what is not offered to whom now."""
    book = read_playbook(workspace / "models" / "playbook.toml", features=features)
    book = book.updated_by(read_history(workspace)).priced_in(site)
    return Options(book, barred(workspace, Runs(workspace).read_given(), frame))


def make_plan(
    workspace: Path, fitted: FittedRisk, month: Month, *, budget: float, progress: Callable[[str], None]
) -> list[Path]:
    """Choose, compare and write the plan of a scored month.

    Raises
    ------
    UserError
        The budget buys nothing, or the month was scored by another version than the champion.
    NotMadeYet
        The month was not scored.
    """
    job = declared.read(workspace / "pipelines" / "plan.toml", PlanJob)
    book = month.options.playbook
    _refuse_strange(job, month)
    agents = _agents(workspace, month, fitted)
    progress(f"weighing {len(book.interventions)} interventions for {len(agents)} agents")
    table = intervention_estimates(
        fitted, month.frame, agents=agents["agent_id"], options=month.options, groups=month.groups
    )
    offered = offers(table, agents, fitted=fitted, playbook=book, site_capacity=job.site_capacity)
    _refuse_silly(budget, offered, book.currency)
    request = PlanRequest(
        budget, job.next_budget, job.curve, job.fairness, seconds=job.seconds, draws=job.draws, seed=job.seed
    )
    progress(f"choosing among {len(offered)} offers that save more than they cost")
    level = level_error(workspace, fitted.spec)
    plan = optimise_plan(offered, agents, request, playbook=book, level_error=level)
    facts: dict[str, Any] = {
        "as_of": f"{month.as_of:%Y-%m-%d}",
        "model_version": month.version,
        "currency": book.currency,
    }
    smallest = declared.read(workspace / "pipelines" / "monthly.toml", MonthlyJob).smallest_group
    who = Runs(workspace).read_audit()
    audit = offer_audit(agents, plan.offers["agent_id"], who, as_of=month.as_of, minimum=smallest)
    facts |= {"audit": _rows(audit), "smallest_group": smallest}
    return _write(Runs(workspace).month(month.as_of) / "plan", plan, facts, month.options)


def _agents(workspace: Path, month: Month, fitted: FittedRisk) -> pd.DataFrame:
    """List the agents who were ranked in the month, with risk, its error and groups."""
    scores = Runs(workspace).read_of_month(month.as_of, "scores")
    scored_by = str(scores["model_version"].iloc[0])
    if scored_by != month.version:
        raise UserError(
            f"{month.as_of:%Y-%m} was scored by version {scored_by} and version {month.version} is the champion now; "
            f"run `attrition score --as-of {month.as_of:%Y-%m}` again"
        )
    ranked = scores[(scores["horizon_months"] == fitted.spec.headline) & scores["rank"].notna()]
    width = 2 * ndtri(0.5 + fitted.spec.calibration.interval / 2)
    error = (logit(ranked["risk_high"]) - logit(ranked["risk_low"])) / width
    table = ranked[["agent_id", "risk"]].assign(risk_error=error)
    return table.merge(month.groups.drop(columns="as_of"), on="agent_id", how="left", validate="one_to_one")


def _refuse_strange(job: PlanJob, month: Month) -> None:
    """Refuse capacities of an intervention or a site that nobody knows."""
    known = [item.id for item in month.options.playbook.interventions]
    sites = sorted(month.groups["site"].dropna().unique()) if "site" in month.groups else []
    for what, places in job.site_capacity.items():
        pairs = [(what, known, "models/playbook.toml")] + [(site, sites, "the centre") for site in places]
        for name, there, where in pairs:
            if name not in there:
                raise DeclarationError(
                    f"pipelines/plan.toml: site_capacity.{what}: {where} does not know {name}{nearest(name, there)}"
                )


def _refuse_silly(budget: float, offered: pd.DataFrame, currency: str) -> None:
    """Refuse a budget that is none, or buys nothing."""
    if not math.isfinite(budget) or budget <= 0:
        raise UserError(f"a budget of {budget:g} buys nothing; give an amount of {currency} above 0")
    if offered.empty:
        raise UserError(
            "nothing in models/playbook.toml saves more than it costs for anybody this month; no plan to make"
        )
    cheapest = float(offered["cost"].min())
    if budget < cheapest:
        raise UserError(
            f"a budget of {budget:,.0f} {currency} buys nothing; the cheapest offer that saves more than it costs "
            f"costs {cheapest:,.0f}"
        )


def _write(folder: Path, plan: Plan, facts: Mapping[str, Any], options: Options) -> list[Path]:
    """Leave the plan as tables and as one page of figures, whole or not at all."""
    words = {item.id: (item.en, item.zh) for item in options.playbook.interventions}
    named = plan.offers.assign(
        en=[words[name][0] for name in plan.offers["intervention"]],
        zh=[words[name][1] for name in plan.offers["intervention"]],
    )[SHOWN].sort_values(["site", "agent_id"], ignore_index=True)
    content = dict(facts) | plan.figures | {"notes": plan.notes}
    content |= {"comparison": _rows(plan.comparison), "curve": _rows(plan.curve), "fairness": _rows(plan.shares)}
    with atomic_folder(folder) as part:
        named.to_parquet(part / "plan.parquet", index=False)
        # The mark at the beginning tells a spreadsheet that the Chinese is UTF-8.
        named.to_csv(part / "plan.csv", index=False, encoding="utf-8-sig")
        plan.comparison.to_csv(part / "comparison.csv", index=False, encoding="utf-8-sig")
        told = json.dumps(content, ensure_ascii=False, indent=1, default=_plain)
        (part / "plan.json").write_text(told + "\n", encoding="utf-8")
    return [folder / "plan.json", folder / "plan.csv", folder / "comparison.csv"]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)
