"""Simulate a centre in which raises go to those who seem at risk, and estimate the effect of a raise in three ways.

Naive is what the tables show without adjustment: do agents who received a raise recently resign more, within tenure
bands? And a model without directions, for which an agent's pay is raised as the playbook's market adjustment does it.
Ours is the recommendation's estimate for the same agents. The truth is the effect of the simulated centre's pay lever.

    python benchmarks/confounding.py --folder /tmp/confounded --retention-shares 0.007 0.04
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from centre_truth import centre_truth
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
RECENT_MONTHS = 3
"""Months in which a raise counts as recent."""


def make_centre(folder: Path, *, retention_share: float, agents: int, months: int, seed: int) -> Path:
    """Simulate the centre and build its panel unless both exist already; return its workspace."""
    workspace = folder / f"retention-{retention_share:g}-seed-{seed}-{agents}x{months}"
    if not Runs(workspace).panel.exists():
        workspaces.write_starter(workspace)
        write_centre(workspace / "exports", agents=agents, months=months, seed=seed, retention_share=retention_share)
        (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
        pipeline.panel(workspace, progress=lambda _: None)
    return workspace


def had_recent_raise(rows: pd.DataFrame, interventions: pd.DataFrame) -> np.ndarray:
    """Return for each agent-month whether a raise to retain the agent began within the last months."""
    raises = without_declined(interventions[interventions["kind"] == RAISE])
    recipients = []
    for as_of in rows["as_of"].unique():
        recent = received_between(raises, as_of - pd.offsets.MonthEnd(RECENT_MONTHS), as_of)
        recipients.append(recent[["agent_id"]].drop_duplicates().assign(as_of=as_of))
    table = rows[KEYS].merge(pd.concat(recipients).assign(has_raise=True), on=KEYS, how="left")
    return table["has_raise"].eq(True).to_numpy()


def naive_odds_ratios(
    rows: pd.DataFrame, label: pd.Series, groups: pd.DataFrame, interventions: pd.DataFrame
) -> dict[str, float]:
    """Return the odds ratio of resigning within the headline horizon after a raise, plain and within tenure bands."""
    is_mature = label.notna().to_numpy()
    has_raise = had_recent_raise(rows, interventions)[is_mature]
    resigned = label[is_mature].to_numpy().astype(int)
    bands = pd.get_dummies(groups["tenure_band"][is_mature]).to_numpy(dtype=float)
    model = LogisticRegression(C=1e6, max_iter=1000).fit(np.column_stack([has_raise, bands]), resigned)
    odds = [(resigned[arm].sum() + 0.5) / ((1 - resigned[arm]).sum() + 0.5) for arm in (has_raise, ~has_raise)]
    return {
        "agent-months after a raise to keep somebody": float(has_raise.sum()),
        "naive: odds ratio after a raise": odds[0] / odds[1],
        "naive: odds ratio within tenure bands": float(np.exp(model.coef_[0, 0])),
    }


def raise_effects(fitted: FittedRisk, rows: pd.DataFrame, workspace: Path) -> pd.DataFrame:
    """Estimate what a raise changes for each agent, by the model alone and as recommended, in points of risk."""
    book = read_playbook(workspace / "models" / "playbook.toml", features=fitted.features)
    raise_ = next(item for item in book.interventions if item.id == RAISE)
    before = risk_by_horizon(fitted, rows)
    no_medians = pd.DataFrame(index=rows.index)
    [effects] = intervention_effects(fitted, rows, [raise_], before=before, peer_medians=no_medians)
    headline = fitted.spec.headline
    risks_after = {"model": effects[f"model_{headline}"], "recommended": effects[f"after_{headline}"]}
    points = {name: 100 * (after - before[headline]) for name, after in risks_after.items()}
    return pd.DataFrame(points | {"is_eligible": ineligibility_reasons(rows, raise_)["en"] == ""})


def measure_centre(workspace: Path) -> pd.Series:
    """Fit as of the last month but three, and return the figures of one centre on the watch lists of the months after.

    The models are fitted on labels known at that month; the naive estimates use labels known at the end of the data.
    """
    panel, spec = Runs(workspace).read_panel(), read_spec(workspace)
    rows, outcomes, features = panel.rows, panel.outcomes, panel.features
    months = sorted(rows["as_of"].unique())
    fitted_at, is_later = months[-4], rows["as_of"].isin(months[-3:]).to_numpy()
    is_past = (rows["as_of"] <= fitted_at).to_numpy()
    label = exit_within(outcomes, spec.headline, known_at=months[-1])[is_past].reset_index(drop=True)
    past_rows, past_groups = (table[is_past].reset_index(drop=True) for table in (rows, outcomes))
    figures = naive_odds_ratios(past_rows, label, past_groups, Runs(workspace).read_interventions())
    ours = fit(rows, outcomes, features=features, spec=spec, fitted_at=fitted_at)
    without_directions = [replace(feature, direction=0) for feature in features]
    undirected = fit(rows, outcomes, features=without_directions, spec=spec, fitted_at=fitted_at)
    later_scores = scores(ours, rows[is_later], version="benchmark").query("horizon_months == @spec.headline")
    listed = pd.concat([watch_list(month, spec.capacity_share) for _, month in later_scores.groupby("as_of")])[KEYS]
    listed_rows = listed.merge(rows, on=KEYS)
    ours_effects, undirected_effects = (raise_effects(model, listed_rows, workspace) for model in (ours, undirected))
    is_eligible = ours_effects["is_eligible"].to_numpy()
    figures["agents of the watch list who are eligible for a raise"] = float(is_eligible.sum())
    for name, points in {
        "naive: model without directions": undirected_effects["model"],
        "ours: model": ours_effects["model"],
        "ours: recommendation": ours_effects["recommended"],
    }.items():
        figures[f"{name}, mean change in points"] = float(points[is_eligible].mean())
        figures[f"{name}, share whose risk rises"] = float((points[is_eligible] > 1e-9).mean())
    effects = true_pay_effects(workspace, listed_rows)[is_eligible]
    figures["truth: mean effect of the pay lever, log-hazard"] = float(effects.mean())
    figures["truth: share whom it would harm"] = float((effects > 1e-9).mean())
    return pd.Series(figures)


def true_pay_effects(workspace: Path, rows: pd.DataFrame) -> pd.Series:
    """Read the true effect of the pay lever on the log-hazard of each agent-month."""
    truth = centre_truth(workspace, "lever_effects", columns=[*KEYS, "lever_pay"], like=rows["as_of"])
    return rows[KEYS].merge(truth, on=KEYS, how="left")["lever_pay"]


def main() -> None:
    """Simulate each centre, measure it, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", required=True, type=Path, help="where the simulated centres are kept")
    parser.add_argument(
        "--retention-shares",
        nargs="+",
        type=float,
        default=[0.007, 0.04],
        help="share of seats that receive an intervention to retain the agent each month; a centre for each",
    )
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sizes = {"agents": options.agents, "months": options.months, "seed": options.seed}
    table = {
        f"retention share {share:g}": measure_centre(make_centre(options.folder, retention_share=share, **sizes))
        for share in options.retention_shares
    }
    print(pd.DataFrame(table).map(lambda value: f"{value:.3g}").to_string())


if __name__ == "__main__":
    main()
