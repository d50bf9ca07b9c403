"""Columns of a monthly file that are features: those of the word list whose values are numbers or names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from attrition.data.guess.columns import Described
from attrition.data.guess.words import feature_words, normalised, privacy

LISTED = 0.8
"""How sure it is that a heading of the list is the feature."""


def features_of(described: Described, taken: Collection[str]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return by heading the name and the declaration of a feature, of headings that are not taken; each name once.

    A feature whose values are no numbers is a category.
    """
    features: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for heading in described.candidates:
        name, declaration = feature_words().get(normalised(heading).replace(" ", ""), ("", {}))
        traits = described.traits[heading]
        is_new = name and heading not in taken and name not in {used for used, _ in features.values()}
        if is_new and traits.filled and not privacy(heading):
            is_number = traits.numbers > 0.9
            features[heading] = (name, declaration if is_number else _as_category(declaration))
    return features


def _as_category(declaration: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in declaration.items() if key != "direction"} | {"unit": "category"}
