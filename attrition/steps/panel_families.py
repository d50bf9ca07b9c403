"""What the panel of a centre is built from on every engine: its past, and the families of its features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from attrition.data.centre import Centre
    from attrition.exposure.past import Past
    from attrition.features.declare import Family


def past_of(centre: Centre, tables: Mapping[str, ir.Table]) -> Past:
    """Open the past of a centre from its first month to the last complete one, on the engine of the tables."""
    import pandas as pd

    from attrition.exposure.open_past import open_past

    first, last = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    return open_past(tables, first, last, reorganisations=centre.reorganisations)


def families_of(centre: Centre) -> tuple[Family, ...]:
    """List the families of features, the site's own monthly columns last."""
    from attrition.features.registry import FAMILIES
    from attrition.features.snapshots import snapshot_families

    return (*FAMILIES, *snapshot_families(centre.snapshot_features))
