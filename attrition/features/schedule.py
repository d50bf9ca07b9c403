"""Schedule: which hours are worked, how far ahead they are known, leave, and the symptoms seen on the roster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.operators import ratio

FAMILY = "schedule"
_roster = partial(Feature, family=FAMILY, lever="schedule")

FEATURES = (
    _roster(
        name="schedule_weekend_share_3m",
        unit="share",
        direction=1,
        peers=True,
        en="share of shifts on a weekend over three months",
        zh="近三个月周末班占比",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield what ``shifts`` supplies."""
    if past.has("shifts"):
        sums = {
            "days": lambda t: t.scheduled_minutes > 0,
            "weekend": lambda t: (t.shift_date.day_of_week.index() >= 5) & (t.scheduled_minutes > 0),
        }
        did = past.totals("shifts", sums, windows=(3,))
        yield did.select("agent_id", "as_of", schedule_weekend_share_3m=ratio(did.weekend_3m, did.days_3m))


SCHEDULE = Family(name=FAMILY, features=FEATURES, build=build)
