"""What the panel of a centre is built from on every engine: its past, and the families of its features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from attrition.data.centre import Centre
    from attrition.exposure.past import Past
    from attrition.features.declare import Family

UNSEEN = (
    *("audit_attributes", "identities", "renumbered", "contact_log"),
    *("interventions", "performance", "service_levels"),
)
"""Tables that no feature is built from. The past does not hold them, so that a change in one changes no feature."""


def past_of(centre: Centre, tables: Mapping[str, ir.Table]) -> Past:
    """Open the past of a centre from its first month to the last complete one, on the engine of the tables."""
    import pandas as pd

    from attrition.exposure.open_past import open_past

    first, last = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    seen = {name: tables[name] for name in tables if name not in UNSEEN}
    return open_past(seen, first, last, reorganisations=centre.reorganisations)


def families_of(centre: Centre) -> tuple[Family, ...]:
    """List the families of features, the site's own monthly columns last."""
    from attrition.features.registry import FAMILIES
    from attrition.features.snapshots import snapshot_families

    return (*FAMILIES, *snapshot_families(centre.snapshot_features))
