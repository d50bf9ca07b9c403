"""Hold drivers and recommendations against the truth of synthetic centres, for the agents in the top tenth of risk.

A model is fitted as of a month-end; each later month of the data is scored. True contributions by family come from
`exports/truth/agent_months.parquet`, true effects of levers from `lever_effects.parquet`; both are set against the same
peers as the drivers. Plain SHAP values (against the mean of the training rows) stand beside them.

    python benchmarks/drivers.py /tmp/w/p1 /tmp/w/p2 /tmp/w/p3 --as-of 2026-07
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from attrition.data.terms import LEVERS
from attrition.labels.outcomes import KEYS
from attrition.model.risk import FittedRisk, fit
from attrition.predict.drivers import drivers
from attrition.predict.eligibility import Options
from attrition.predict.peers import Peers, peers
from attrition.predict.playbook import read_playbook
from attrition.predict.recommendations import recommendations
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


@dataclass(frozen=True)
class Later:
    """The months after a fit: the model, its rows, their groups, the truth, and who is in the top tenth."""

    fitted: FittedRisk
    frame: pd.DataFrame
    groups: pd.DataFrame
    truth: pd.DataFrame
    levers: pd.DataFrame
    is_top: np.ndarray
    workspace: Path


def later(workspace: Path, at: pd.Timestamp) -> Later:
    """Fit as of a month-end and lay out the months after it."""
    panel = Runs(workspace).read_panel()
    rows, outcomes = panel.rows, panel.outcomes
    spec = read_spec(workspace)
    fitted = fit(rows, outcomes, features=panel.features, spec=spec, at=at)
    after = (rows["as_of"] > at).to_numpy()
    frame, groups = rows[after].reset_index(drop=True), outcomes[after].reset_index(drop=True)
    risk = fitted.score(frame).query("horizon_months == @spec.headline")["risk"].to_numpy()
    place = pd.Series(risk).groupby(frame["as_of"]).rank(ascending=False, pct=True)
    truth, levers = (_true(workspace, name, frame) for name in ("agent_months", "lever_effects"))
    known = truth["pay"].notna().to_numpy()
    return Later(fitted, frame, groups, truth, levers, (place.to_numpy() <= TOP) & known, workspace)


def _true(workspace: Path, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    table = pd.read_parquet(workspace / "exports" / "truth" / f"{name}.parquet")
    table = table.assign(as_of=pd.to_datetime(table["as_of"]).astype(frame["as_of"].dtype))
    return frame[KEYS].merge(table, on=KEYS, how="left")


def true_families(months: Later, group: Peers) -> pd.DataFrame:
    """Give true contributions by family against the same peers; a row without truth counts as the mean."""
    own = pd.DataFrame({name: months.truth[list(parts)].sum(axis=1, min_count=1) for name, parts in FAMILIES.items()})
    own = own.fillna(own.mean())
    return own - group.mean(own)


def told_families(months: Later, own: pd.DataFrame) -> pd.DataFrame:
    """Sum features to families; warning signs and circumstances stay apart."""
    families = {item.name: item.family for item in months.fitted.features if not item.is_symptom}
    columns = {name: [feature for feature in own if families.get(feature) in parts] for name, parts in FAMILIES.items()}
    return pd.DataFrame({name: own[features].sum(axis=1) for name, features in columns.items()})


def agreement(told: pd.DataFrame, true: pd.DataFrame) -> dict[str, float]:
    """Compare families of the top tenth: rank correlations across agents, and how often the largest is named."""
    found = {name: float(spearmanr(told[name], true[name]).statistic) for name in FAMILIES}
    best, order = true.to_numpy().argmax(axis=1), np.argsort(-told.to_numpy(), axis=1)
    found["mean"] = float(np.mean(list(found.values())))
    found["largest named first"] = float((order[:, 0] == best).mean())
    found["within the first two"] = float((order[:, :2] == best[:, None]).any(axis=1).mean())
    return found


def additivity(months: Later) -> dict[str, float]:
    """Give the largest error of the sums over all agents, in log-odds and in points, and the share called uncertain."""
    table = drivers(months.fitted, months.frame, features=months.fitted.features, groups=months.groups)
    scored = months.fitted.score(months.frame).query("horizon_months == @months.fitted.spec.headline")
    group = peers(months.groups)
    odds = scored["log_odds"].to_numpy()
    against = odds - group.mean(pd.DataFrame(odds))[:, 0]
    sums = table.groupby(KEYS)[["contribution", "points"]].sum().join(table.groupby(KEYS)["peer_risk"].first())
    sums = months.frame[KEYS].merge(sums.reset_index(), on=KEYS, how="left")
    points = sums["points"] - 100 * (scored["risk"].to_numpy() - sums["peer_risk"])
    return {
        "log-odds": float(np.abs(sums["contribution"] - against).max()),
        "points": float(np.abs(points).max()),
        "uncertain, share of points": float(table.loc[table["is_uncertain"], "points"].abs().sum())
        / float(table["points"].abs().sum()),
    }


def stability(months: Later, group: Peers) -> dict[str, float]:
    """Compare two halves of the members, which differ in seed and agents, on the top tenth: signs and top three."""
    parts = list(months.fitted.contributions_by_member(months.frame))
    topic_of = {feature.name: feature.topic for feature in months.fitted.features}
    halves = [_topics(sum(parts[start::2]) / len(parts[start::2]), topic_of, group)[months.is_top] for start in (0, 1)]
    whole = _topics(sum(parts) / len(parts), topic_of, group)[months.is_top].to_numpy()
    first = np.argsort(-np.abs(whole), axis=1)[:, :3]
    signs = [np.sign(np.take_along_axis(half.to_numpy(), first, axis=1)) for half in halves]
    tops = [np.argsort(-np.abs(half.to_numpy()), axis=1)[:, :3] for half in halves]
    common = [len(set(one) & set(other)) / 3 for one, other in zip(*tops, strict=True)]
    return {"same sign of the top three": float((signs[0] == signs[1]).mean()), "top three in common": np.mean(common)}


def _topics(own: pd.DataFrame, topic_of: dict[str, str], group: Peers) -> pd.DataFrame:
    topics = own.T.groupby([topic_of[name] for name in own.columns]).sum().T
    return topics - group.mean(topics)


def recommended(months: Later) -> dict[str, float]:
    """Give the share of the achievable fall in log-hazard that each way to choose a lever gets, at equal cost."""
    spec, given = months.fitted.spec, Runs(months.workspace).read_interventions()
    told = scores(months.fitted, months.frame, version="benchmark")
    book = read_playbook(months.workspace / "models" / "playbook.toml", features=months.fitted.features)
    parts = []
    for as_of in sorted(months.frame["as_of"].unique()):
        mine = (months.frame["as_of"] == as_of).to_numpy()
        said = told[(told["as_of"] == as_of) & (told["horizon_months"] == spec.headline)]
        frame, groups = months.frame[mine].reset_index(drop=True), months.groups[mine].reset_index(drop=True)
        options = Options(book, exclusions(months.workspace, given, frame))
        parts.append(
            recommendations(months.fitted, frame, scores=said, options=options, groups=groups, capacity_share=TOP)
        )
    table = pd.concat(parts)
    table = table[table["eligible"].astype(bool) & table["lever"].isin(ACTIONABLE)]
    best = table.sort_values("risk_after").drop_duplicates(KEYS)[[*KEYS, "lever"]]
    true = best.merge(months.levers, on=KEYS).dropna()
    effect = -true[[f"lever_{name}" for name in ACTIONABLE]].to_numpy()
    chosen = effect[np.arange(len(true)), [ACTIONABLE.index(name) for name in true["lever"]]]
    possible = effect.max(axis=1).sum()
    return {
        "recommended": chosen.sum() / possible,
        "always pay": effect[:, ACTIONABLE.index("pay")].sum() / possible,
        "at random": effect.mean(axis=1).sum() / possible,
        "agents": len(true),
    }


def measured(workspace: Path, at: pd.Timestamp) -> pd.DataFrame:
    """Measure one centre; one row per figure."""
    months = later(workspace, at)
    group, top = peers(months.groups), months.is_top
    own, _ = months.fitted.contributions(months.frame)
    true = true_families(months, group)[top]
    told = {"against peers": own - group.mean(own), "plain SHAP, global mean": own}
    tables = {name: agreement(told_families(months, parts)[top], true) for name, parts in told.items()}
    tables |= {"additivity": additivity(months), "halves of the members": stability(months, group)}
    tables["share of the achievable"] = recommended(months)
    rows = [(name, figure, value) for name, figures in tables.items() for figure, value in figures.items()]
    return pd.DataFrame(rows, columns=["what", "figure", workspace.name]).set_index(["what", "figure"])


def main() -> None:
    """Measure every workspace and print one table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("workspaces", nargs="+", type=Path)
    asked.add_argument("--as-of", required=True, help="month of the fit, like 2026-07; later months are scored")
    given = asked.parse_args()
    at = pd.Timestamp(month_end(given.as_of))
    table = pd.concat([measured(workspace, at) for workspace in given.workspaces], axis=1)
    print(table.assign(mean=table.mean(axis=1)).map(lambda value: f"{value:.3g}").to_string())


if __name__ == "__main__":
    main()
