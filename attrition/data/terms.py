"""Values that declarations of features may take (family, lever, unit, measure), and the languages of all texts."""

from __future__ import annotations

from typing import Literal, get_args

from attrition.message import Message

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

FAMILY_WORDS = {
    "pay": Message("pay"),
    "career": Message("career"),
    "workload": Message("workload"),
    "schedule": Message("schedule"),
    "quality": Message("quality"),
    "team": Message("team"),
    "tenure": Message("tenure"),
    "context": Message("context"),
}
"""The families as people read them, in English by their keys."""


def family_name(family: str) -> Message:
    """Return the name of a family of features, in English its key.

    Examples
    --------
    >>> family_name("pay")
    'pay'
    """
    return FAMILY_WORDS.get(family, Message(family))
