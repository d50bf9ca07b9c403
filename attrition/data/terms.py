"""Terms with a fixed list of values: how features are declared, the product's own and a site's, and the languages."""

from __future__ import annotations

from typing import Literal, get_args

FamilyName = Literal["pay", "career", "workload", "schedule", "quality", "team", "tenure", "context"]
Lever = Literal["pay", "career_path", "workload", "schedule", "coaching", "team", "none"]
Unit = Literal[
    "share", "ratio", "money", "minutes", "hours", "seconds", "days", "months", "count", "score", "index", "category"
]
Measure = Literal["level", "change", "ratio_to_norm", "days_since"]

Language = Literal["en", "zh"]

FAMILY_NAMES: tuple[FamilyName, ...] = get_args(FamilyName)
LEVERS: tuple[Lever, ...] = get_args(Lever)
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages of pages, declarations and phrases."""

PARTS: dict[str, tuple[str, ...]] = {"ratio_to_norm": ("subject", "norm"), "days_since": ("event",)}
"""The parts of its phrase that a measure declares in each language (``norm_en``, ``norm_zh``); sentences need them."""
