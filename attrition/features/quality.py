"""Quality: scores, errors, appeals and feedback, the evaluator's severity, and what customers say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.operators import ratio

FAMILY = "quality"
_quality = partial(Feature, family=FAMILY, lever="coaching")

FEATURES = (
    _quality(
        name="quality_score_3m",
        unit="score",
        direction=-1,
        peers=True,
        en="mean quality score over three months",
        zh="近三个月质检平均分",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield what ``qa_evaluations`` supplies."""
    if past.has("qa_evaluations"):
        sums = {"score": lambda t: t.score, "evaluations": lambda t: t.score.notnull()}
        told = past.totals("qa_evaluations", sums, windows=(3,))
        yield told.select("agent_id", "as_of", quality_score_3m=ratio(told.score_3m, told.evaluations_3m))


QUALITY = Family(name=FAMILY, features=FEATURES, build=build)
