"""Whether ranges hold on synthetic centres: of risks against true risks, and of expected leavers against counts.

Of each workspace (a synthetic centre whose panel was built) models are fitted every six months of its last two years,
and each scores the six months after it. The true risks are those of the oracle in `exports/truth/agent_months.parquet`.
Expected leavers are announced in the months of the later fits, with the errors that the earlier months had shown by
then. The direction of drivers is judged by family, for the agents in the top tenth.

    python benchmarks/coverage_of_ranges.py /tmp/worlds/shock-1 /tmp/worlds/smooth-1 --folder /tmp/coverage

Leaves a file per centre in the folder, from which an interrupted run goes on, and prints the means over the centres.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import drivers
import numpy as np
import pandas as pd
from centre_truth import centre_truth

from attrition.labels.outcomes import KEYS, exit_within, month_end
from attrition.model.panel import Panel
from attrition.model.risk import FittedRisk, fit
from attrition.predict.count_errors import COLUMN_OF_LEVEL, count_errors
from attrition.predict.direction_chances import direction_chances
from attrition.predict.expected import expected_leavers
from attrition.predict.peers import peers
from attrition.runs import Runs
from attrition.steps.declarations import read_spec

MONTHS_PER_FIT, FITS = 6, 4
TOP = 0.10
MANY = 5
"""From so many expected leavers on a range may also be too wide; counts are whole numbers, so that of fewer must be."""
EXPLAINED_MONTHS = 2
CHANCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)


def main() -> None:
    """Measure the centres that have no file yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspaces", nargs="+", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    files = [options.folder / f"{workspace.name}.csv" for workspace in options.workspaces]
    for workspace, file in zip(options.workspaces, files, strict=True):
        if not file.exists():
            measure_centre(workspace).to_csv(file, index=False)
    figures = pd.concat([pd.read_csv(file).assign(centre=file.stem) for file in files], ignore_index=True)
    print(coverage_page(figures))


def measure_centre(workspace: Path) -> pd.DataFrame:
    """Return the figures of a centre: ``what``, ``group``, ``horizon`` (0 without one), ``share`` and ``n``."""
    panel = Runs(workspace).read_panel()
    months = sorted(panel.rows["as_of"].unique())
    starts = [len(months) - MONTHS_PER_FIT * back for back in range(FITS, 0, -1)]
    spec = read_spec(workspace)
    fits = [
        fit(panel.rows, panel.outcomes, features=panel.features, spec=spec, fitted_at=months[start - 1])
        for start in starts
    ]
    scored = [
        fitted.score(panel.rows[panel.rows["as_of"].isin(months[start : start + MONTHS_PER_FIT])])
        for fitted, start in zip(fits, starts, strict=True)
    ]
    scores = _with_outcomes(pd.concat(scored, ignore_index=True), panel, workspace)
    counts = count_coverage(scores, announced=months[starts[1] :])
    return pd.concat([risk_coverage(scores), counts, direction_figures(fits[-2], panel, workspace)], ignore_index=True)


def _with_outcomes(scores: pd.DataFrame, panel: Panel, workspace: Path) -> pd.DataFrame:
    """Return scores with the groups of their agents, ``resigned`` as known at the end, and the true risk ``true``."""
    truth = centre_truth(workspace, "agent_months", like=panel.rows["as_of"]).set_index(KEYS)
    groups = panel.outcomes[[*KEYS, *(column for column in COLUMN_OF_LEVEL.values() if column in panel.outcomes)]]
    parts = []
    for horizon, part in scores.groupby("horizon_months"):
        resigned = exit_within(panel.outcomes, int(str(horizon)), known_at=panel.rows["as_of"].max())
        table = part.merge(groups.assign(resigned=resigned.astype(float)), on=KEYS, validate="one_to_one")
        parts.append(table.join(truth[f"oracle_{horizon}m"].rename("true"), on=KEYS))
    return pd.concat(parts, ignore_index=True)


def risk_coverage(scores: pd.DataFrame) -> pd.DataFrame:
    """Return by horizon the share of true risks within the range, of all agent-months and of each month's top tenth."""
    rank = scores.groupby(["horizon_months", "as_of"])["risk"].rank(ascending=False, pct=True)
    table = scores.assign(is_within=scores["true"].between(scores["risk_low"], scores["risk_high"]))
    has_truth = scores["true"].notna()
    parts = {"all": table[has_truth], "top tenth": table[has_truth & (rank <= TOP)]}
    return _shares("risks", pd.concat([part.assign(group=name) for name, part in parts.items()]))


def count_coverage(scores: pd.DataFrame, *, announced: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Return by horizon and level the share of units whose resignations lay in the range announced for them.

    Parameters
    ----------
    scores : DataFrame
        Scores of consecutive months with the columns of groups, and ``resigned``, null where it is not known yet.
    announced : sequence of Timestamp
        The months whose ranges are judged. The errors of each are those of the months before it, as known then.
    """
    matures_on = pd.Series(pd.NaT, index=scores.index, dtype=scores["as_of"].dtype)
    for horizon in scores["horizon_months"].unique():
        is_here = scores["horizon_months"] == horizon
        matures_on[is_here] = month_end(scores.loc[is_here, "as_of"], plus=int(horizon))
    parts = []
    for as_of in announced:
        errors = count_errors(scores[(matures_on <= as_of) & scores["resigned"].notna()])
        month = scores[(scores["as_of"] == as_of) & scores["resigned"].notna()]
        if month.empty:
            continue
        groups = month.drop_duplicates(KEYS)[[*KEYS, *(c for c in COLUMN_OF_LEVEL.values() if c in month)]]
        ranges = expected_leavers(month[[*KEYS, "horizon_months", "risk"]], groups, errors=errors)
        parts.append(ranges.merge(_resigned(month), on=["as_of", "horizon_months", "level", "unit"]))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(is_within=table["resigned"].between(table["low"], table["high"]))
    size = np.where(table["expected"] >= MANY, f"{MANY} or more expected", "fewer")
    return pd.concat(
        [
            _shares(f"{level}: {name}", part.assign(group=level))
            for (level, name), part in table.groupby(["level", size])
        ]
    )


def _resigned(month: pd.DataFrame) -> pd.DataFrame:
    """Return the number of resignations of each unit at each horizon."""
    units = {"centre": pd.Series("centre", index=month.index)}
    units |= {level: month[column] for level, column in COLUMN_OF_LEVEL.items() if column in month}
    parts = [
        month.assign(level=level, unit=unit).groupby(["as_of", "horizon_months", "level", "unit"])["resigned"].sum()
        for level, unit in units.items()
    ]
    return pd.concat(parts).reset_index()


def direction_figures(fitted: FittedRisk, panel: Panel, workspace: Path) -> pd.DataFrame:
    """Return how often the direction of a family was right, by the chance given for it, in the top tenth."""
    later = [month for month in sorted(panel.rows["as_of"].unique()) if month > fitted.fitted_at][:EXPLAINED_MONTHS]
    is_later = panel.rows["as_of"].isin(later).to_numpy()
    rows, groups = (table[is_later].reset_index(drop=True) for table in (panel.rows, panel.outcomes))
    months = drivers.with_truth(fitted, rows, groups, workspace)
    group = peers(groups)
    members = [drivers.family_contributions(months, own) for own in fitted.contributions_by_member(rows)]
    by_member = np.stack([(member - group.mean(member)).to_numpy() for member in members])
    chances = direction_chances(by_member, agent_share=fitted.spec.trees.agent_share)[months.is_top]
    true = drivers.true_family_contributions(months, group).to_numpy()[months.is_top]
    is_right = np.sign(by_member.mean(axis=0))[months.is_top] == np.sign(true)
    names = [f"{low:g} to {min(high, 1):g}" for low, high in pairwise(CHANCES)]
    bins = pd.cut(chances.ravel(), CHANCES, right=False, labels=names)
    table = pd.DataFrame({"group": bins.astype(str), "is_within": is_right.ravel(), "horizon_months": 0})
    return _shares("direction right", table)


def _shares(what: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the share of rows within, by group and horizon."""
    shares = table.groupby(["group", "horizon_months"])["is_within"].agg(share="mean", n="size").reset_index()
    return shares.rename(columns={"horizon_months": "horizon"}).assign(what=what)


def coverage_page(figures: pd.DataFrame) -> str:
    """Return the tables as text: the mean over centres, the least and the greatest."""
    parts = []
    for what, table in figures.groupby("what", sort=False):
        by_cell = table.groupby(["group", "horizon"])["share"].agg(["mean", "min", "max"])
        cells = by_cell.apply(lambda row: f"{row['mean']:.2f} ({row['min']:.2f}-{row['max']:.2f})", axis=1)
        parts.append(f"{what}\n{cells.unstack().to_string()}")
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
