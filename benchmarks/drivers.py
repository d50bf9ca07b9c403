"""Compare drivers and recommendations with the truth of synthetic centres, for the agents in the top tenth of risk.

A model is fitted as of a month-end; each later month of the data is scored. True contributions by family come from
`exports/truth/agent_months.parquet`, true effects of levers from `lever_effects.parquet`; both are compared with the
same peers as the drivers. Plain SHAP values (against the mean of the training rows) are measured beside them.

    python benchmarks/drivers.py /tmp/w/p1 /tmp/w/p2 /tmp/w/p3 --as-of 2026-07
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from centre_truth import centre_truth
from scipy.stats import spearmanr

from attrition.data.terms import LEVERS
from attrition.labels.outcomes import KEYS
from attrition.model.risk import FittedRisk, fit
from attrition.predict.drivers import drivers
from attrition.predict.eligibility import InterventionOptions
from attrition.predict.indistinct import with_indistinct_families
from attrition.predict.peers import Peers, peers
from attrition.predict.playbook import read_playbook
from attrition.predict.recommendations import recommendations, watch_list
from attrition.predict.scores import scores
from attrition.runs import Runs
from attrition.steps.declarations import read_spec
from attrition.steps.excluded import exclusions
from attrition.terminal.command import month as month_end

FAMILIES = {
    "pay": ("pay",),
    "career": ("career",),
    "workload with schedule": ("workload", "schedule"),
    "quality": ("quality",),
    "team": ("team",),
}
ACTIONABLE = tuple(lever for lever in LEVERS if lever != "none")
TOP = 0.10
"""The share of agents with the highest risk of a month on whom drivers and recommendations are measured."""


@dataclass(frozen=True)
class LaterMonths:
    """The months after a fit: the model, its rows, their groups, the truth, and who is in the top tenth."""

    fitted: FittedRisk
    rows: pd.DataFrame
    groups: pd.DataFrame
    truth: pd.DataFrame
    levers: pd.DataFrame
    is_top: np.ndarray
    workspace: Path


def fit_and_read_later_months(workspace: Path, at: pd.Timestamp) -> LaterMonths:
    """Fit as of a month-end, and return the months after it with their truth."""
    panel = Runs(workspace).read_panel()
    spec = read_spec(workspace)
    fitted = fit(panel.rows, panel.outcomes, features=panel.features, spec=spec, fitted_at=at)
    fitted = with_indistinct_families(fitted, panel.rows, panel.outcomes)
    is_later = (panel.rows["as_of"] > at).to_numpy()
    rows, groups = (table[is_later].reset_index(drop=True) for table in (panel.rows, panel.outcomes))
    return with_truth(fitted, rows, groups, workspace)


def with_truth(fitted: FittedRisk, rows: pd.DataFrame, groups: pd.DataFrame, workspace: Path) -> LaterMonths:
    """Return all agent-months of some months after a fit, with their truth and who is in the top tenth."""
    risk = fitted.score(rows).query("horizon_months == @fitted.spec.headline")["risk"].to_numpy()
    rank = pd.Series(risk).groupby(rows["as_of"]).rank(ascending=False, pct=True)
    truth, levers = (_read_truth(workspace, name, rows) for name in ("agent_months", "lever_effects"))
    has_truth = truth["pay"].notna().to_numpy()
    return LaterMonths(fitted, rows, groups, truth, levers, (rank.to_numpy() <= TOP) & has_truth, workspace)


def _read_truth(workspace: Path, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Read a table of the truth, in the order of the rows; null where there is no truth about an agent-month."""
    return rows[KEYS].merge(centre_truth(workspace, name, like=rows["as_of"]), on=KEYS, how="left")


def true_family_contributions(months: LaterMonths, group: Peers) -> pd.DataFrame:
    """Return true contributions by family, relative to the same peers; a row without truth counts as the mean."""
    own = pd.DataFrame({name: months.truth[list(parts)].sum(axis=1, min_count=1) for name, parts in FAMILIES.items()})
    own = own.fillna(own.mean())
    return own - group.mean(own)


def family_contributions(months: LaterMonths, own: pd.DataFrame) -> pd.DataFrame:
    """Sum contributions of features by family; warning signs and circumstances are left out."""
    families = {item.name: item.family for item in months.fitted.features if not item.is_symptom}
    columns = {name: [feature for feature in own if families.get(feature) in parts] for name, parts in FAMILIES.items()}
    return pd.DataFrame({name: own[features].sum(axis=1) for name, features in columns.items()})


def agreement(estimated: pd.DataFrame, true: pd.DataFrame) -> dict[str, float]:
    """Compare families of the top tenth: rank correlations across agents, and how often the largest is named."""
    figures = {name: float(spearmanr(estimated[name], true[name]).statistic) for name in FAMILIES}
    largest, order = true.to_numpy().argmax(axis=1), np.argsort(-estimated.to_numpy(), axis=1)
    figures["mean"] = float(np.mean(list(figures.values())))
    figures["largest named first"] = float((order[:, 0] == largest).mean())
    figures["within the first two"] = float((order[:, :2] == largest[:, None]).any(axis=1).mean())
    return figures


def additivity(months: LaterMonths) -> dict[str, float]:
    """Return the largest error of the sums over all agents, in log-odds and points, and the share called uncertain."""
    table = drivers(months.fitted, months.rows, features=months.fitted.features, groups=months.groups)
    scored = months.fitted.score(months.rows).query("horizon_months == @months.fitted.spec.headline")
    group = peers(months.groups)
    log_odds = scored["log_odds"].to_numpy()
    relative_to_peers = log_odds - group.mean(pd.DataFrame(log_odds))[:, 0]
    sums = table.groupby(KEYS)[["contribution", "points"]].sum().join(table.groupby(KEYS)["peer_risk"].first())
    sums = months.rows[KEYS].merge(sums.reset_index(), on=KEYS, how="left")
    points = sums["points"] - 100 * (scored["risk"].to_numpy() - sums["peer_risk"])
    return {
        "log-odds": float(np.abs(sums["contribution"] - relative_to_peers).max()),
        "points": float(np.abs(points).max()),
        "uncertain, share of points": float(table.loc[table["is_uncertain"], "points"].abs().sum())
        / float(table["points"].abs().sum()),
    }


def stability(months: LaterMonths, group: Peers) -> dict[str, float]:
    """Compare two halves of the members, which differ in seed and agents, on the top tenth: signs and top three."""
    members = list(months.fitted.contributions_by_member(months.rows))
    topic_of = {feature.name: feature.topic for feature in months.fitted.features}
    halves = [_by_topic(_mean(members[start::2]), topic_of, group)[months.is_top] for start in (0, 1)]
    whole = _by_topic(_mean(members), topic_of, group)[months.is_top].to_numpy()
    top_three = np.argsort(-np.abs(whole), axis=1)[:, :3]
    signs = [np.sign(np.take_along_axis(half.to_numpy(), top_three, axis=1)) for half in halves]
    tops = [np.argsort(-np.abs(half.to_numpy()), axis=1)[:, :3] for half in halves]
    common = [len(set(one) & set(other)) / 3 for one, other in zip(*tops, strict=True)]
    return {"same sign of the top three": float((signs[0] == signs[1]).mean()), "top three in common": np.mean(common)}


def _mean(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return sum(tables) / len(tables)


def _by_topic(own: pd.DataFrame, topic_of: dict[str, str], group: Peers) -> pd.DataFrame:
    """Sum contributions by topic, relative to peers."""
    topics = own.T.groupby([topic_of[name] for name in own.columns]).sum().T
    return topics - group.mean(topics)


def achieved_shares(months: LaterMonths) -> dict[str, float]:
    """Return the share of the achievable fall in log-hazard that each way to choose a lever gets, at equal cost."""
    best = _best_levers(months)
    true = best.merge(months.levers, on=KEYS).dropna()
    effect = -true[[f"lever_{name}" for name in ACTIONABLE]].to_numpy()
    recommended = effect[np.arange(len(true)), [ACTIONABLE.index(name) for name in true["lever"]]]
    achievable = effect.max(axis=1).sum()
    return {
        "recommended": recommended.sum() / achievable,
        "always pay": effect[:, ACTIONABLE.index("pay")].sum() / achievable,
        "at random": effect.mean(axis=1).sum() / achievable,
        "agents": len(true),
    }


def _best_levers(months: LaterMonths) -> pd.DataFrame:
    """Return, for each agent-month, the lever of the eligible intervention with the lowest risk after it."""
    spec, interventions = months.fitted.spec, Runs(months.workspace).read_interventions()
    table = scores(months.fitted, months.rows, version="benchmark")
    headline = table[table["horizon_months"] == spec.headline]
    book = read_playbook(months.workspace / "models" / "playbook.toml", features=months.fitted.features)
    parts = []
    for as_of in sorted(months.rows["as_of"].unique()):
        is_month = (months.rows["as_of"] == as_of).to_numpy()
        rows, groups = (part[is_month].reset_index(drop=True) for part in (months.rows, months.groups))
        parts.append(
            recommendations(
                months.fitted,
                rows,
                watched=watch_list(headline[headline["as_of"] == as_of], TOP)["agent_id"],
                options=InterventionOptions(book, exclusions(months.workspace, interventions, rows)),
                groups=groups,
            )
        )
    recommended = pd.concat(parts)
    recommended = recommended[recommended["eligible"].astype(bool) & recommended["lever"].isin(ACTIONABLE)]
    return recommended.sort_values("risk_after").drop_duplicates(KEYS)[[*KEYS, "lever"]]


def measure_centre(workspace: Path, at: pd.Timestamp) -> pd.DataFrame:
    """Measure one centre; one row per figure."""
    months = fit_and_read_later_months(workspace, at)
    group, top = peers(months.groups), months.is_top
    own, _ = months.fitted.contributions(months.rows)
    true = true_family_contributions(months, group)[top]
    estimates = {"against peers": own - group.mean(own), "plain SHAP, global mean": own}
    tables = {name: agreement(family_contributions(months, parts)[top], true) for name, parts in estimates.items()}
    tables |= {"additivity": additivity(months), "halves of the members": stability(months, group)}
    tables["share of the achievable"] = achieved_shares(months)
    rows = [(name, figure, value) for name, figures in tables.items() for figure, value in figures.items()]
    return pd.DataFrame(rows, columns=["what", "figure", workspace.name]).set_index(["what", "figure"])


def main() -> None:
    """Measure every workspace and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspaces", nargs="+", type=Path, help="synthetic centres whose panel was built")
    parser.add_argument("--as-of", required=True, help="month of the fit, like 2026-07; later months are scored")
    options = parser.parse_args()
    at = pd.Timestamp(month_end(options.as_of))
    table = pd.concat([measure_centre(workspace, at) for workspace in options.workspaces], axis=1)
    print(table.assign(mean=table.mean(axis=1)).map(lambda value: f"{value:.3g}").to_string())


if __name__ == "__main__":
    main()
