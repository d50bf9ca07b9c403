"""The declared rule of fairness: which groups of agents at high risk must be offered at least which share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from attrition.declared import Declaration


class FairnessRule(Declaration):
    """[fairness] of pipelines/plan.toml."""

    renamed: ClassVar[Mapping[str, str]] = {"floor": "minimum_share", "fewest": "minimum_group_size"}
    levels: tuple[str, ...] = ("site", "tenure_band", "job_role")
    """The columns whose values are the groups."""
    minimum_share: float = Field(default=0.5, ge=0, le=1)
    """Each group's share of offers, at least, as a fraction of the share among all agents at high risk."""
    minimum_group_size: int = Field(default=10, ge=1)
    """Groups with fewer agents at high risk are not covered by the rule."""
