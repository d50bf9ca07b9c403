"""The terms a feature is declared with: the same for the product's own features and for those a site declares."""

from __future__ import annotations

from typing import Literal, get_args

FamilyName = Literal["pay", "career", "workload", "schedule", "quality", "team", "tenure", "context"]
Lever = Literal["pay", "career_path", "workload", "schedule", "coaching", "team", "none"]
Unit = Literal[
    "share", "ratio", "money", "minutes", "hours", "seconds", "days", "months", "count", "score", "index", "category"
]
Measure = Literal["level", "change", "ratio_to_norm", "days_since"]

FAMILY_NAMES: tuple[FamilyName, ...] = get_args(FamilyName)
LEVERS: tuple[Lever, ...] = get_args(Lever)

PARTS: dict[str, tuple[str, ...]] = {"ratio_to_norm": ("subject", "norm"), "days_since": ("event",)}
"""The parts of its phrase that a measure declares in each language (``norm_en``, ``norm_zh``); sentences need them."""
