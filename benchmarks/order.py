"""Compare forms of the model by how well they order agents later: shares of the regression, recency, windows.

Each part (trees, regression) is fitted as of a month-end, on what was known then, and scores the months after it.
Shares of the regression need no fit of their own. Forms are compared with the first one by a bootstrap of whole agents.
A choice is made on the earlier month-end alone (``choice``) and judged on the later one (``judged``).

    python benchmarks/order.py /tmp/worlds/smooth-1 /tmp/worlds/random-1 --folder /tmp/order

Leaves the margins of each part, and ``table.csv``, in the folder; parts whose margins are there are not fitted again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from side_by_side.figures import mean_of_months

from attrition.labels.outcomes import exit_within
from attrition.model.clusters import bootstrap_weights
from attrition.model.encode import Encoding, fit_encoding
from attrition.model.exits import trainable_windows, unfitted_blend, without_baseline_if_history_is_short
from attrition.model.margins import mean_of_members
from attrition.model.metrics import LabelledScores, auc, average_precision, lift
from attrition.model.panel import Panel
from attrition.model.spec import Spec
from attrition.model.training_set import TrainingSet, training_sets
from attrition.runs import Runs

METRICS = {"auc": mean_of_months(auc), "average_precision": mean_of_months(average_precision), "lift": lift}
DRAWS = 200
PERIODS = {"choice": (0.57, 0.73), "judged": (0.8, 0.95)}
"""Of each period the month-end of the fit and the last month that is scored, as shares of the history."""


@dataclass(frozen=True)
class Part:
    """A part of a form: trees or the regression, with settings of the trees other than the declared ones."""

    kind: str
    trees: dict[str, object]
    half_life_months: float = np.inf
    learns_from_headline_alone: bool = False


PARTS = {
    "trees": Part("trees", {}),
    "regression": Part("logistic", {}),
    "trees, headline alone": Part("trees", {}, learns_from_headline_alone=True),
    "trees, half-life 24": Part("trees", {}, 24.0),
    "trees, half-life 12": Part("trees", {}, 12.0),
    "trees, depth 2": Part("trees", {"depth": 2, "rounds": 300}),
    "trees, 6 members": Part("trees", {"members": 6}),
}
SHARES = {"share .15": 0.15, "share .3": 0.3, "share .5": 0.5}
"""Shares of the regression beside the trees."""


def main() -> None:
    """Fit every part on every centre and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspaces", type=Path, nargs="+", help="workspaces with a panel")
    parser.add_argument("--months-ahead", type=int, default=3)
    parser.add_argument("--members", type=int, default=2, help="members of every part that does not say otherwise")
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS), help="only these")
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    rows = [row for workspace in options.workspaces for row in _compare(workspace, options)]
    table = pd.DataFrame(rows)
    options.folder.mkdir(parents=True, exist_ok=True)
    table.drop(columns="draws").to_csv(options.folder / "table.csv", index=False)
    print(_means(table).to_string(index=False, float_format=lambda value: f"{value:.4f}"))


def _compare(workspace: Path, options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Yield a row per period, form and metric of one centre."""
    panel = Runs(workspace).read_panel()
    months = np.sort(panel.rows["as_of"].unique())
    spec = Spec.model_validate({"name": "resignation", "trees": {"members": options.members}})
    spec = spec.model_copy(update={"headline": options.months_ahead})
    for period, (fit_share, last_share) in PERIODS.items():
        fitted_at, last = months[round(fit_share * len(months)) - 1], months[round(last_share * len(months)) - 1]
        folder = options.folder / workspace.name / period
        folder.mkdir(parents=True, exist_ok=True)
        later = _later_months(panel, pd.Timestamp(fitted_at), pd.Timestamp(last), spec.headline)
        margins = {name: _margin(name, panel, later, spec, folder) for name in options.parts}
        if {"trees", "regression"} <= margins.keys():
            trees, regression = margins["trees"], margins["regression"]
            margins |= {name: (1 - share) * trees + share * regression for name, share in SHARES.items()}
        yield from _figures(margins, later, {"centre": workspace.name, "period": period})


@dataclass(frozen=True)
class LaterMonths:
    """The month-end of a fit, and the agent-months after it that are scored, with their labels."""

    fitted_at: pd.Timestamp
    rows: pd.DataFrame
    label: np.ndarray


def _later_months(panel: Panel, fitted_at: pd.Timestamp, last: pd.Timestamp, horizon: int) -> LaterMonths:
    is_later = (panel.rows["as_of"] > fitted_at) & (panel.rows["as_of"] <= last)
    label = exit_within(panel.outcomes, horizon, known_at=panel.rows["as_of"].max()).where(is_later)
    return LaterMonths(fitted_at, panel.rows[label.notna()], label.dropna().to_numpy(dtype=float))


def _margin(name: str, panel: Panel, later: LaterMonths, spec: Spec, folder: Path) -> np.ndarray:
    """Return the mean margin of a part on later months; it is fitted unless its file is there."""
    path = folder / f"{name}.npy"
    if not path.exists():
        part = PARTS[name]
        spec = spec.model_copy(update={"trees": spec.trees.model_copy(update=part.trees)})
        is_past = (panel.rows["as_of"] <= later.fitted_at).to_numpy()
        rows, outcomes = (table[is_past].reset_index(drop=True) for table in (panel.rows, panel.outcomes))
        encoding = fit_encoding(rows, panel.features)
        training, _ = training_sets(rows, outcomes, encoding, spec, later.fitted_at)
        np.save(path, _fit_and_score(part, training, spec, encoding, later))
    return np.load(path)


def _fit_and_score(part: Part, training: TrainingSet, spec: Spec, encoding: Encoding, later: LaterMonths) -> np.ndarray:
    windows = [spec.headline] if part.learns_from_headline_alone else trainable_windows(training, spec)
    known = training.select(training.labels[windows].notna().any(axis=1))
    has_history = known.as_of.nunique() >= known.history_months
    known = replace(known, encoded=np.where(has_history, known.encoded, np.nan))
    blend = without_baseline_if_history_is_short(unfitted_blend(spec, encoding), known)
    sample = {name: getattr(blend.trees, name) for name in ("members", "group_share", "seed")}
    estimator = blend.trees if part.kind == "trees" else blend.logistic.set_params(**sample)
    months_before = (later.fitted_at.to_period("M").ordinal - known.as_of.dt.to_period("M").astype("int64")).to_numpy()
    weights = 0.5 ** (months_before / part.half_life_months)
    label = known.labels[windows].to_numpy()
    label = label.ravel() if label.shape[1] == 1 else label
    estimator.fit(known.encoded, label, known.agent, weights=weights * len(weights) / weights.sum())
    return mean_of_members(estimator.margins(encoding.matrix(later.rows)))


def _figures(
    margins: dict[str, np.ndarray], later: LaterMonths, keys: dict[str, object]
) -> Iterator[dict[str, object]]:
    """Yield a row per form and metric: the value, and the draws of the difference from the first form."""
    agents, months = later.rows["agent_id"].astype(str).to_numpy(), later.rows["as_of"].to_numpy()
    weight = bootstrap_weights(agents, draws=DRAWS, seed=0)
    for metric, measure in METRICS.items():
        first = None
        for form, margin in margins.items():
            scores = LabelledScores(later.label, margin, agents, months)
            draws = np.r_[measure(scores, None), measure(scores, weight)]
            first = draws if first is None else first
            yield keys | {"form": form, "metric": metric, "value": draws[0], "draws": draws - first}


def _means(table: pd.DataFrame) -> pd.DataFrame:
    """Return value and difference of each form, averaged over the centres, with the 90 % interval of the mean."""
    rows = []
    for (period, metric, form), group in table.groupby(["period", "metric", "form"], sort=False):
        draws = np.mean(np.stack(group["draws"].tolist()), axis=0)
        low, high = np.nanpercentile(draws[1:], [5, 95])
        better = int(sum(difference[0] > 0 for difference in group["draws"]))
        rows.append((period, metric, form, group["value"].mean(), draws[0], low, high, f"{better} of {len(group)}"))
    return pd.DataFrame(rows, columns=["period", "metric", "form", "value", "difference", "low", "high", "better in"])


if __name__ == "__main__":
    main()
