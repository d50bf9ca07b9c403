"""What each job of pipelines/ may declare, beside the sources and the backtest, which declare themselves elsewhere."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from attrition.declared import Declaration
from attrition.predict.fairness_rule import FairnessRule


class CheckJob(Declaration):
    """pipelines/check.toml: what the page of `attrition check` draws attention to."""

    thin_column_share: float = Field(0.80, gt=0, le=1)


class PanelJob(Declaration):
    """pipelines/panel.toml: on which engine the features are built."""

    engine: Literal["duckdb", "spark"] = "duckdb"


class RetrainJob(Declaration):
    """pipelines/retrain.toml: which specification of models/ is trained."""

    model: str = "resignation"


class MonthlyJob(Declaration):
    """pipelines/monthly.toml: languages, talks a month, money for a plan, and which groups are too small to show."""

    languages: tuple[Literal["en", "zh"], ...] = Field(("en", "zh"), min_length=1)
    capacity: int = Field(30, ge=1)
    budget: float = Field(0, ge=0)
    smallest_group: int = Field(10, ge=5)


class PlanJob(Declaration):
    """pipelines/plan.toml: fairness of offers, capacities of sites, and what is computed beside the plan."""

    next_budget: float = Field(10_000, gt=0)
    curve: tuple[float, ...] = (0.25, 0.5, 1.5, 2.0)
    draws: int = Field(400, ge=100)
    seed: int = 20
    seconds: float = Field(60, gt=0)
    fairness: FairnessRule = FairnessRule()
    site_capacity: dict[str, dict[str, int]] = Field(default_factory=dict)
