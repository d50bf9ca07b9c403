"""Values that declarations of features may take (family, lever, unit, measure), and the languages of all texts."""

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
"""Keys that a feature of this measure must declare in each language (``norm_en``, ``norm_zh``) for its sentence."""
