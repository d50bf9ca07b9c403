"""The declared rule of fairness: which share of the agents at high risk in each group must be offered something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from attrition.declared import Declaration


class FairnessRule(Declaration):
    """[fairness] of pipelines/plan.toml."""

    renamed: ClassVar[Mapping[str, str]] = {"floor": "minimum_share", "fewest": "minimum_group_size"}
    levels: tuple[str, ...] = ("site", "tenure_band", "job_role")
    """Columns of the table of agents; each value of such a column is a group."""
    minimum_share: float = Field(default=0.5, ge=0, le=1)
    """Smallest share of a group's agents at high risk with an offer, as a fraction of that share in the centre."""
    minimum_group_size: int = Field(default=10, ge=1)
    """Groups with fewer agents at high risk than this are not covered by the rule."""
