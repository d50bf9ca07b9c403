"""Workload: how full the hours are, how long contacts take, how hard customers are, and overtime."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.operators import ratio

FAMILY = "workload"
_load = partial(Feature, family=FAMILY, lever="workload")

FEATURES = (
    _load(
        name="workload_occupancy_3m",
        unit="share",
        direction=1,
        peers=True,
        en="share of logged-in time spent handling contacts over three months",
        zh="近三个月座席占用率",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield what ``contacts`` supplies."""
    if past.has("contacts", "talk_seconds", "idle_seconds"):
        sums = {"handling": lambda t: t.talk_seconds, "idle": lambda t: t.idle_seconds}
        did = past.totals("contacts", sums, windows=(3,))
        share = ratio(did.handling_3m, did.handling_3m + did.idle_3m)
        yield did.select("agent_id", "as_of", workload_occupancy_3m=share)


WORKLOAD = Family(name=FAMILY, features=FEATURES, build=build)
