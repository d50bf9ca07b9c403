"""The trees of a booster as plain values: splits, leaves, and the share of rows that takes each path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import lightgbm as lgb

Condition = tuple[int, bool]
"""The index of a split in its tree, and whether the path to a leaf goes left there."""


@dataclass(frozen=True)
class Split:
    """One split of a tree: values up to the threshold go left, and missing values go left if `missing_is_left`."""

    feature: int
    threshold: float
    missing_is_left: bool


@dataclass(frozen=True)
class Leaf:
    """A leaf: its value, and by feature on its path the conditions and the share of rows that meet them.

    The share is the product over the feature's splits of the share of a node's rows that take the side of the path.
    """

    value: float
    conditions: dict[int, tuple[Condition, ...]]
    shares: dict[int, float]


@dataclass(frozen=True)
class ShallowTree:
    """A tree with few splits, from its root: the splits and the leaves, each in the order of a walk, left first."""

    splits: list[Split]
    leaves: list[Leaf]

    @property
    def features(self) -> list[int]:
        """The features that it splits on, in the order of its splits."""
        return list(dict.fromkeys(split.feature for split in self.splits))


def trees_of(booster: lgb.Booster) -> list[dict[str, Any]]:
    """Return the root of every tree of a booster, as LightGBM describes it."""
    return [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]


def shallow_tree(tree: dict[str, Any]) -> ShallowTree:
    """Return a tree as plain values, from its root."""
    splits: list[Split] = []
    leaves: list[Leaf] = []

    def walk(node: dict[str, Any], conditions: dict[int, tuple[Condition, ...]], shares: dict[int, float]) -> None:
        if "split_feature" not in node:
            leaves.append(Leaf(float(node["leaf_value"]), conditions, shares))
            return
        split, position, count = _split(node), len(splits), _count(node)
        splits.append(split)
        of_feature, share = conditions.get(split.feature, ()), shares.get(split.feature, 1.0)
        for side, goes_left in (("left_child", True), ("right_child", False)):
            walk(
                node[side],
                {**conditions, split.feature: (*of_feature, (position, goes_left))},
                {**shares, split.feature: share * (_count(node[side]) / count)},
            )

    walk(tree, {}, {})
    return ShallowTree(splits, leaves)


def _split(node: dict[str, Any]) -> Split:
    """Return the split at a node."""
    threshold = float(node["threshold"])
    # A feature that was never missing in the training has no default side: LightGBM then reads a missing value as 0.
    missing_is_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0.0
    return Split(int(node["split_feature"]), threshold, missing_is_left)


def _count(node: dict[str, Any]) -> float:
    """Return the number of training rows that reached a node."""
    return float(node.get("internal_count", node.get("leaf_count", 0)))


def count_splits(node: dict[str, Any]) -> int:
    """Return the number of splits at and below a node."""
    return 1 + count_splits(node["left_child"]) + count_splits(node["right_child"]) if "split_feature" in node else 0


def expected_output(node: dict[str, Any]) -> float:
    """Return the mean output below a node, weighted by the training rows of the leaves."""
    if "split_feature" not in node:
        return float(node["leaf_value"])
    children = node["left_child"], node["right_child"]
    return sum(expected_output(child) * _count(child) for child in children) / _count(node)
