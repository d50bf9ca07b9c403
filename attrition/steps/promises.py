"""Which features `attrition check` promises: those that enough agent-months will have, by the agents that are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre


@dataclass(frozen=True, eq=False)
class Promises:
    """The features that a site's columns allow, and how many agent-months will have them.

    Parameters
    ----------
    features : mapping of str to list of str
        By family, the features that enough agent-months will have.
    others : mapping of str to list of str
        By family, those that too few will have.
    shares : DataFrame
        By family, site and year the share of agent-months that will have the features, before and after agents are
        looked up in the roster; see `attrition.features.value_coverage.family_shares`.
    """

    features: Mapping[str, list[str]]
    others: Mapping[str, list[str]]
    shares: pd.DataFrame


def promise_features(
    centre: Centre, available: Mapping[str, Sequence[str]], filled: pd.DataFrame, *, minimum: float
) -> Promises:
    """Return which of the available features at least the share `minimum` of agent-months will have.

    `filled` is the share of rows in which each column has a value, see `attrition.data.completeness`.
    """
    from attrition.features.snapshots import snapshot_families
    from attrition.features.value_coverage import family_shares, needed, table_coverage

    assert centre.facts is not None
    own = [feature.name for family in snapshot_families(centre.snapshot_features) for feature in family.features]
    needs = {family: {name: needed(name, own) for name in members} for family, members in available.items()}
    tables = {need.split(".")[0] for members in needs.values() for each in members.values() for need in each}
    blank = filled[filled["filled_share"] == 0]
    empty = [f"{table}.{column}" for table, column in zip(blank["table"], blank["column"], strict=True)]
    shares, by_feature = family_shares(needs, table_coverage(centre.facts, sorted(tables)), empty)
    promised = by_feature[by_feature >= minimum].index
    return Promises(
        features={family: [name for name in names if name in promised] for family, names in available.items()},
        others={family: [name for name in names if name not in promised] for family, names in available.items()},
        shares=shares,
    )
