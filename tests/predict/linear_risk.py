"""A risk whose log-odds a reader can add up by head: weights times values, shifted by horizon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from attrition.features.declare import Feature
from attrition.model.contributions import Contributions
from attrition.model.encode import Encoding
from attrition.model.spec import Spec

MONTH = pd.Timestamp("2026-10-31")
PAY = Feature(
    name="pay_market_ratio", family="pay", lever="pay", en="base pay against the market", zh="", unit="ratio",
    direction=-1, peers=True,
)  # fmt: skip
PAY_PEERS = Feature(
    name="pay_market_ratio_vs_peers", family="pay", lever="pay", en="base pay against peers", zh="", unit="ratio",
    measure="difference_from_peers", topic="pay_market_ratio", compared="pay_market_ratio", direction=-1,
)  # fmt: skip
OVERTIME = Feature(
    name="workload_overtime_hours_3m", family="workload", lever="workload", en="overtime", zh="", unit="hours",
    topic="workload_overtime_hours", direction=1,
)  # fmt: skip
LATE = Feature(
    name="schedule_late_share_3m", family="schedule", lever="none", en="lateness", zh="", unit="share",
    topic="schedule_late_share", is_symptom=True,
)  # fmt: skip
TENURE = Feature(name="tenure_months", family="tenure", lever="none", en="tenure", zh="", unit="months")
MODE = Feature(
    name="schedule_work_mode", family="schedule", lever="schedule", en="place of work", zh="", unit="category"
)  # fmt: skip
FEATURES = [PAY, PAY_PEERS, OVERTIME, LATE, TENURE, MODE]


class LinearRisk:
    """Log-odds = base + sum of weight x value, shifted by horizon; a category is 1 if it is in `words`, else 0."""

    horizons = (1, 3, 6, 12)
    spec = Spec(name="linear_risk")
    orders_people = True
    mode = "individual"
    indistinct_families: tuple[str, ...] = ()

    def __init__(self, weights: dict[str, float], *, base: float = -2.0, words: tuple[str, ...] = ("office",)) -> None:
        self.weights, self.base, self.words = weights, base, words
        self.features = [feature for feature in FEATURES if feature.name in weights]

    def contributions(self, frame: pd.DataFrame, *, horizon: int | None = None) -> tuple[pd.DataFrame, float]:
        parts = {name: self._number(frame[name]) * weight for name, weight in self.weights.items()}
        return pd.DataFrame(parts).fillna(0.0), self.base

    def contributions_by_member(self, frame: pd.DataFrame, *, horizon: int | None = None) -> Iterator[pd.DataFrame]:
        yield self.contributions(frame, horizon=horizon)[0]

    def all_contributions(self, frame: pd.DataFrame) -> Contributions:
        by_member = np.stack([parts.to_numpy() for parts in self.contributions_by_member(frame)])
        mean, base = self.contributions(frame)
        topics, _ = pd.factorize(np.array([{item.name: item for item in FEATURES}[name].topic for name in mean]))
        by_topic = np.stack([by_member[:, :, topics == topic].sum(axis=2) for topic in np.unique(topics)], axis=2)
        return Contributions(list(mean), topics, by_topic, by_member.mean(axis=0), mean.to_numpy(), base)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        parts, base = self.contributions(frame)
        long = pd.concat([self._at(frame, base + parts.sum(axis=1), horizon) for horizon in self.horizons])
        order = np.lexsort((long["horizon_months"].to_numpy(), np.tile(np.arange(len(frame)), len(self.horizons))))
        return long.iloc[order].reset_index(drop=True)

    @property
    def encoding(self) -> Encoding:
        return Encoding(tuple(self.features), {MODE.name: self.words})

    def risk(self, encoded: np.ndarray) -> np.ndarray:
        is_category = np.array([feature.is_category for feature in self.features])
        numbers = np.where(is_category, ~np.isnan(encoded), np.nan_to_num(encoded))
        weights = [self.weights[feature.name] for feature in self.features]
        shift = np.log(np.array(self.horizons) / 3)
        return 1 / (1 + np.exp(-(self.base + (numbers * weights).sum(axis=1)[:, None] + shift)))

    def gain_shares(self) -> pd.Series:
        return pd.Series(1.0 / len(self.weights), index=list(self.weights))

    def band(self, risk: float) -> str:
        return "high" if risk >= 0.5 else "low"

    def _at(self, frame: pd.DataFrame, log_odds: pd.Series, horizon: int) -> pd.DataFrame:
        log_odds = log_odds.to_numpy() + np.log(horizon / 3)
        risk = 1 / (1 + np.exp(-log_odds))
        table = frame[["agent_id", "as_of"]].assign(horizon_months=horizon, risk=risk, log_odds=log_odds)
        return table.assign(risk_low=risk * 0.9, risk_high=risk * 1.1, involuntary_risk=0.01)

    def _number(self, values: pd.Series) -> pd.Series:
        return values if pd.api.types.is_numeric_dtype(values) else values.isin(self.words).astype(float)


def centre(n: int, **columns: object) -> pd.DataFrame:
    """Return n agents of one month with these columns."""
    return pd.DataFrame({"agent_id": [f"a{i:04d}" for i in range(n)], "as_of": MONTH, **columns})


def groups(frame: pd.DataFrame, **columns: object) -> pd.DataFrame:
    """Return the groups of these agents: one site, role and tenure band unless `columns` say otherwise."""
    result = {"site": "Foshan", "team_id": "t1", "job_role": "voice", "tenure_band": "1-2y"} | columns
    return frame[["agent_id", "as_of"]].assign(**result)
