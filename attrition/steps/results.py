"""What commands left in a workspace, read back as values: the verdict of a retrain, and a plan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.products import read_parquet
from attrition.errors import MissingProduct
from attrition.message import Message
from attrition.runs import Runs

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class RetrainVerdict:
    """Which promotion criteria a registered version passed, and whether it scores now.

    Parameters
    ----------
    version : str
        The version in the registry.
    alias : str
        "champion" where every criterion was passed; "provisional" where there is no champion and nothing refutes
        the version; else "challenger", which does not score.
    checks : DataFrame
        One row per criterion: ``name``, ``passed``, the finding in words, and ``too_few``: it is not passed only
        because too few people resigned to tell.
    card : Path
        The model's card, as a web page.
    """

    version: str
    alias: str
    checks: pd.DataFrame
    card: Path


@dataclass(frozen=True, eq=False)
class PlanTables:
    """A plan for a budget, with what it was compared with.

    Parameters
    ----------
    offers : DataFrame
        One row per offer: ``agent_id``, ``site``, ``intervention``, ``cost``, ``expected_saving``, the risk before and
        after, evidence and basis.
    comparison : DataFrame
        One row per way to spend the same money, the plan first.
    curve : DataFrame
        What other budgets are expected to save.
    fairness : DataFrame
        Shares of offers by group, by the rule of fairness.
    audit : DataFrame
        Offers by protected attribute, small groups hidden.
    figures : mapping
        ``offers``, ``cost``, ``expected_saving`` with its interval, and how far the plan can be from the best.
    """

    offers: pd.DataFrame
    comparison: pd.DataFrame
    curve: pd.DataFrame
    fairness: pd.DataFrame
    audit: pd.DataFrame
    figures: Mapping[str, Any]


def read_retrain_verdict(workspace: Path, verdict: Path) -> RetrainVerdict:
    """Read a verdict that a retrain wrote."""
    import pandas as pd

    runs, version = Runs(workspace), json.loads(verdict.read_text(encoding="utf-8"))["version"]
    content, card = runs.read_verdict(version), runs.card(version) / "card.html"
    return RetrainVerdict(version, content["alias"], pd.DataFrame(content["checks"]), card)


def read_plan(workspace: Path, as_of: date) -> PlanTables:
    """Read the plan of a month.

    Raises
    ------
    MissingProduct
        No plan was made.
    """
    import pandas as pd

    runs = Runs(workspace)
    content = runs.read_plan(as_of)
    if content is None:
        raise MissingProduct(Message("a plan for {as_of:%Y-%m}", as_of=as_of), f"attrition plan --as-of {as_of:%Y-%m}")
    tables = {name: pd.DataFrame(content[name]) for name in ("comparison", "curve", "fairness", "audit")}
    figures = {name: value for name, value in content.items() if name not in tables}
    again = Message("`{command}` makes it again", command=f"attrition plan --as-of {as_of:%Y-%m}")
    offers = read_parquet(runs.month(as_of) / "plan" / "plan.parquet", remedy=again)
    return PlanTables(offers, **tables, figures=figures)


def read_figures(products: Sequence[Path]) -> Mapping[str, Any]:
    """Read the figures of a pilot's reading, or of what was watched: the first of the products."""
    return json.loads(products[0].read_text(encoding="utf-8"))
