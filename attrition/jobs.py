"""What the files of pipelines/ declare, except sources, backtest and search, whose classes are where they are used."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from attrition.data.terms import LANGUAGES, Language
from attrition.declared import Declaration
from attrition.predict.fairness_rule import FairnessRule


class CheckJob(Declaration):
    """pipelines/check.toml: which features `attrition check` promises, which columns and changes it lists."""

    thin_column_share: float = Field(0.80, gt=0, le=1)
    """A column filled in a smaller share of its rows is listed."""
    promised_share: float = Field(0.05, ge=0, le=1)
    """A feature is promised if the agents of at least this share of agent-months are found in its tables."""
    max_change_share: float = Field(0.20, gt=0, le=1)
    """Rows, people and past months of a table may change by this share since the last accepted run, and the blanks of a
    column rise by it; a larger change is named."""


class PanelJob(Declaration):
    """pipelines/panel.toml: on which engine the features are built."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    """DuckDB on this machine, or Spark (needs the extra `spark` and Java)."""


class RetrainJob(Declaration):
    """pipelines/retrain.toml: which specification of models/ is trained."""

    model: str = "resignation"
    """The specification that is trained: `models/resignation.toml`."""


class MonthlyJob(Declaration):
    """pipelines/monthly.toml: languages, talks a month, money for a plan, and which groups are too small to show."""

    languages: tuple[Language, ...] = Field(LANGUAGES, min_length=1)
    """The languages of pages and PDFs; a workbook holds both."""
    capacity: int = Field(30, ge=1)
    """Agents the site can talk to in a month; the watch list is no longer."""
    budget: float = Field(0, ge=0)
    """Money for a plan of offers this month, in the site's currency; 0: no plan."""
    smallest_group: int = Field(10, ge=5)
    """Groups of fewer agents are not shown."""


class PlanJob(Declaration):
    """pipelines/plan.toml: fairness of offers, capacities of sites, and what is computed besides the plan."""

    next_budget: float = Field(10_000, gt=0)
    """Additional money for which the plan reports the additional saving."""
    curve: tuple[float, ...] = (0.25, 0.5, 1.5, 2.0)
    """Other budgets that are solved, as multiples of the one requested."""
    draws: int = Field(400, ge=100)
    """Draws behind the interval of the saving."""
    seed: int = 20
    """The seed of these draws."""
    seconds: float = Field(60, gt=0)
    """Seconds the solver may take for one budget; then the best solution so far is returned, with its gap."""
    fairness: FairnessRule = FairnessRule()
    site_capacity: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By intervention: site = how many agents there can be offered it."""
