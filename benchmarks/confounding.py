"""Draw a centre in which raises go to those who seem at risk, and ask what a raise does: naively, and as we do.

Naive is what the tables say at first sight: do agents who were raised of late resign more, within tenure bands? And a
model free of directions, told that an agent's pay rises as the playbook's market adjustment moves it. Ours is the
recommendation's estimate for the same agents. The truth is what the drawn centre's pay lever does to them.

    python benchmarks/confounding.py --folder /tmp/confounded --kept 0.007 0.04
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from attrition import pipeline
from attrition import workspace as workspaces
from attrition.data.synthetic import sources_toml, write_centre
from attrition.labels.interventions_received import received_between, without_declined
from attrition.labels.outcomes import KEYS, exit_within
from attrition.model.risk import FittedRisk, fit
from attrition.predict.eligibility import ineligibility_reasons
from attrition.predict.intervention_effects import intervention_effects, risk_by_horizon
from attrition.predict.playbook import read_playbook
from attrition.predict.recommendations import watch_list
from attrition.predict.scores import scores
from attrition.runs import Runs
from attrition.steps.declarations import read_spec

RAISE = "market_adjustment"
RECENT = 3
"""Months in which a raise counts as recent."""


def drawn(folder: Path, *, kept: float, agents: int, months: int, seed: int) -> Path:
    """Draw the centre and make its panel, unless that was done; give its workspace."""
    workspace = folder / f"kept-{kept:g}-seed-{seed}-{agents}x{months}"
    if not Runs(workspace).panel.exists():
        workspaces.write_starter(workspace)
        write_centre(workspace / "exports", agents=agents, months=months, seed=seed, retention_share=kept)
        (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
        pipeline.panel(workspace, progress=lambda _: None)
    return workspace


def raised(rows: pd.DataFrame, given: pd.DataFrame) -> np.ndarray:
    """Tell which agent-months had a raise to keep them within the last months."""
    raises = without_declined(given[given["kind"] == RAISE])
    parts = []
    for as_of in rows["as_of"].unique():
        lately = received_between(raises, as_of - pd.offsets.MonthEnd(RECENT), as_of)
        parts.append(lately[["agent_id"]].drop_duplicates().assign(as_of=as_of))
    found = rows[KEYS].merge(pd.concat(parts).assign(was=True), on=KEYS, how="left")
    return found["was"].eq(True).to_numpy()


def at_first_sight(rows: pd.DataFrame, label: pd.Series, groups: pd.DataFrame, given: pd.DataFrame) -> dict[str, float]:
    """Give the odds ratio of resigning within the headline after a raise, plainly and within tenure bands."""
    known = label.notna().to_numpy()
    was, left = raised(rows, given)[known], label[known].to_numpy().astype(int)
    bands = pd.get_dummies(groups["tenure_band"][known]).to_numpy(dtype=float)
    model = LogisticRegression(C=1e6, max_iter=1000).fit(np.column_stack([was, bands]), left)
    odds = [(left[one].sum() + 0.5) / ((1 - left[one]).sum() + 0.5) for one in (was, ~was)]
    return {
        "agent-months after a raise to keep somebody": float(was.sum()),
        "naive: odds ratio after a raise": odds[0] / odds[1],
        "naive: odds ratio within tenure bands": float(np.exp(model.coef_[0, 0])),
    }


def told(fitted: FittedRisk, now: pd.DataFrame, workspace: Path) -> pd.DataFrame:
    """Estimate the raise for each agent: risk before, by the model alone, and as it is recommended; in points."""
    book = read_playbook(workspace / "models" / "playbook.toml", features=fitted.features)
    raise_ = next(item for item in book.interventions if item.id == RAISE)
    before = risk_by_horizon(fitted, now)
    found = intervention_effects(fitted, now, raise_, before=before, typical=pd.DataFrame(index=now.index))
    headline = fitted.spec.headline
    changes = {"model": found[f"model_{headline}"], "recommended": found[f"after_{headline}"]}
    points = {name: 100 * (after - before[headline]) for name, after in changes.items()}
    return pd.DataFrame(points | {"may": ineligibility_reasons(now, raise_)["en"] == ""})


def measured(workspace: Path) -> pd.Series:
    """Measure one centre, fitted as of its last month but three; judged on the watch list of the months after."""
    panel, spec = Runs(workspace).read_panel(), read_spec(workspace)
    rows, outcomes, features = panel.rows, panel.outcomes, panel.features
    months = sorted(rows["as_of"].unique())
    at, later = months[-4], rows["as_of"].isin(months[-3:]).to_numpy()
    past = (rows["as_of"] <= at).to_numpy()
    label = exit_within(outcomes, spec.headline, known_at=months[-1])[past].reset_index(drop=True)
    known = [table[past].reset_index(drop=True) for table in (rows, outcomes)]
    figures = at_first_sight(known[0], label, known[1], Runs(workspace).read_interventions())
    ours = fit(rows, outcomes, features=features, spec=spec, at=at)
    free = [replace(feature, direction=0) for feature in features]
    undirected = fit(rows, outcomes, features=free, spec=spec, at=at)
    said = scores(ours, rows[later], version="benchmark").query("horizon_months == @spec.headline")
    top = pd.concat([watch_list(month, spec.capacity_share) for _, month in said.groupby("as_of")])[KEYS]
    now = top.merge(rows, on=KEYS)
    by_us, freely = told(ours, now, workspace), told(undirected, now, workspace)
    may = by_us["may"].to_numpy()
    figures["agents of the watch list who may be raised"] = float(may.sum())
    for name, points in {
        "naive: model without directions": freely["model"],
        "ours: model": by_us["model"],
        "ours: recommendation": by_us["recommended"],
    }.items():
        figures[f"{name}, mean change in points"] = float(points[may].mean())
        figures[f"{name}, share told that a raise raises risk"] = float((points[may] > 1e-9).mean())
    true = pd.read_parquet(workspace / "exports" / "truth" / "lever_effects.parquet", columns=[*KEYS, "lever_pay"])
    true = true.assign(as_of=pd.to_datetime(true["as_of"]).astype(now["as_of"].dtype))
    effect = now[KEYS].merge(true, on=KEYS, how="left")["lever_pay"]
    figures["truth: mean effect of the pay lever, log-hazard"] = float(effect[may].mean())
    figures["truth: share whom it would harm"] = float((effect[may] > 1e-9).mean())
    return pd.Series(figures)


def main() -> None:
    """Draw each centre, measure it, and print one table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--folder", required=True, type=Path)
    asked.add_argument("--kept", nargs="+", type=float, default=[0.007, 0.04], help="share of seats helped each month")
    asked.add_argument("--agents", type=int, default=1200)
    asked.add_argument("--months", type=int, default=48)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    sizes = {"agents": given.agents, "months": given.months, "seed": given.seed}
    table = {f"kept {kept:g}": measured(drawn(given.folder, kept=kept, **sizes)) for kept in given.kept}
    print(pd.DataFrame(table).map(lambda value: f"{value:.3g}").to_string())


if __name__ == "__main__":
    main()
