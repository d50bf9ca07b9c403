"""Compare what the product makes of corrupted tables with what it makes of the clean ones: wrong in silence, or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wrong_tables.product import Product

LABELS = [f"resigned_within_{months}m" for months in (1, 3, 6, 12)]
KEYS = ["agent_id", "as_of"]
NOT_FEATURES = {*KEYS, *LABELS, "exit_kind"}
LEVEL_DRIFT = 0.05
"""Relative change of a year's rate or headcount that counts as another level."""
FEATURE_DRIFT = 0.02
"""Share of all features' values that may change."""
ONE_FEATURE_DRIFT = 0.1
"""Share of one feature's values that may change."""
SMALLEST_CHANGE = 0.01
"""Relative change of a number that counts as another value."""
FEWEST_RESIGNATIONS = 20
"""Years with fewer resignations have no rate to compare."""


@dataclass(frozen=True, kw_only=True)
class Damage:
    """How far a panel differs from the clean one, as shares.

    `labels` are values of labels that differ or are claimed where the clean panel has none; `appeared` and `lost`
    agent-months; `rate` and `headcount` the largest relative change of a year; `features` values of all features
    that became another value, `feature` the share of the feature that changed most, and `worst` its name.
    """

    labels: float = 0.0
    appeared: float = 0.0
    lost: float = 0.0
    rate: float = 0.0
    headcount: float = 0.0
    features: float = 0.0
    feature: float = 0.0
    worst: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether a label, a level or too many values of features are other than in the clean panel."""
        is_level_other = max(self.rate, self.headcount) > LEVEL_DRIFT
        is_feature_other = self.features > FEATURE_DRIFT or self.feature > ONE_FEATURE_DRIFT
        return self.labels > 0 or self.appeared > 0 or is_level_other or is_feature_other


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of a corruption: "refused", "named", "harmless", "SILENT" or "CRASHED", and what named it."""

    outcome: str
    named_by: tuple[str, ...]
    damage: Damage

    @property
    def is_bad(self) -> bool:
        """Whether the corruption went through in silence, or broke the product."""
        return self.outcome.isupper()


def judge(clean: Product, corrupted: Product, tables: frozenset[str]) -> Verdict:
    """Say whether the damage of a corruption is named, by a line that the clean tables do not have.

    Parameters
    ----------
    tables : frozenset of str
        Tables of which a line counts: the corrupted one, and those in which its direct consequence shows.
    """
    if corrupted.panel is None or clean.panel is None:
        outcome = "CRASHED" if corrupted.is_crash else "refused"
        return Verdict(outcome=outcome, named_by=tuple(dict.fromkeys(corrupted.refused)), damage=Damage())
    damage = measure_damage(clean.panel, corrupted.panel)
    named_by = tuple(f"{table}: {rule}" for table, rule in new_lines(clean, corrupted) if table in tables | {""})
    outcome = "named" if named_by else "SILENT" if damage.is_wrong else "harmless"
    return Verdict(outcome=outcome, named_by=named_by, damage=damage)


def new_lines(clean: Product, corrupted: Product) -> list[tuple[str, str]]:
    """Return the lines that the clean tables do not have, or that count over twice as many rows (and ten more)."""
    return [
        line for line, rows in corrupted.lines.items() if line not in clean.lines or rows > 2 * clean.lines[line] + 10
    ]


def measure_damage(clean: pd.DataFrame, corrupted: pd.DataFrame) -> Damage:
    """Return how far a panel differs from the clean one."""
    both = clean[KEYS].merge(corrupted[KEYS])
    right, wrong = (table.set_index(KEYS).loc[pd.MultiIndex.from_frame(both)] for table in (clean, corrupted))
    is_other = [(wrong[name].notna() & ~(wrong[name] == right[name])).mean() for name in LABELS]
    features = _changed_features(right, wrong)
    worst = str(features["share"].idxmax()) if len(features) else ""
    return Damage(
        labels=float(np.nanmean(is_other)) if len(both) else 0.0,
        appeared=1 - len(both) / max(len(corrupted), 1),
        lost=1 - len(both) / max(len(clean), 1),
        rate=_drift(_rates(clean, corrupted)),
        headcount=_drift(_headcounts(clean, corrupted)),
        features=float(features["changed"].sum() / max(features["values"].sum(), 1)),
        feature=float(features["share"].max()) if len(features) else 0.0,
        worst=worst,
    )


def _changed_features(right: pd.DataFrame, wrong: pd.DataFrame) -> pd.DataFrame:
    """Return for each feature of both panels its number of values, those that became another value, and the share."""
    names = [name for name in right if name in wrong and name not in NOT_FEATURES]
    counts = {name: _changed(right[name], wrong[name]) for name in names}
    table = pd.DataFrame.from_dict(counts, orient="index", columns=["values", "changed"])
    return table.assign(share=table["changed"] / table["values"].clip(lower=1))


def _changed(right: pd.Series, wrong: pd.Series) -> tuple[int, int]:
    has_both = (right.notna() & wrong.notna()).to_numpy()
    values, others = right.to_numpy()[has_both], wrong.to_numpy()[has_both]
    if pd.api.types.is_numeric_dtype(right) and pd.api.types.is_numeric_dtype(wrong):
        is_changed = np.abs(others - values) > SMALLEST_CHANGE * np.maximum(np.abs(values), 1e-6)
    else:
        is_changed = values.astype(str) != others.astype(str)
    return int(right.notna().sum()), int(is_changed.sum())


def _rates(clean: pd.DataFrame, corrupted: pd.DataFrame) -> pd.DataFrame:
    """Return the resignation rate of each year in both panels, from months in which both know labels."""
    known = [table[table["resigned_within_1m"].notna()] for table in (clean, corrupted)]
    months = set(known[0]["as_of"]) & set(known[1]["as_of"])
    sums = []
    for table in known:
        rows = table[table["as_of"].isin(months)]
        sums.append(rows.groupby(rows["as_of"].dt.year)["resigned_within_1m"].agg(["sum", "mean"]))
    years = sums[0].index[sums[0]["sum"] >= FEWEST_RESIGNATIONS]
    return pd.DataFrame({"clean": sums[0]["mean"], "corrupted": sums[1]["mean"]}).loc[years]


def _headcounts(clean: pd.DataFrame, corrupted: pd.DataFrame) -> pd.DataFrame:
    """Return the mean headcount of each year in both panels, from the months of both."""
    months = set(clean["as_of"]) & set(corrupted["as_of"])
    counts = []
    for table in (clean, corrupted):
        by_month = table[table["as_of"].isin(months)].groupby("as_of").size()
        counts.append(by_month.groupby(by_month.index.year).mean())
    return pd.DataFrame({"clean": counts[0], "corrupted": counts[1]})


def _drift(levels: pd.DataFrame) -> float:
    drift = (levels["corrupted"] / levels["clean"] - 1).abs()
    return float(drift.max()) if len(drift) else 0.0
