"""One month as the contract's tables: scores, drivers, recommendations and expected leavers, by one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.predict.drivers import drivers
from attrition.predict.expected import SHARED_ERROR, expected_leavers
from attrition.predict.recommendations import recommendations
from attrition.predict.scores import scores
from attrition.predict.survival import survival

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.eligibility import Options


def month_tables(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    version: str,
    groups: pd.DataFrame,
    options: Options,
    shared_error: float = SHARED_ERROR,
) -> dict[str, pd.DataFrame]:
    """Say all there is to say of one month.

    Parameters
    ----------
    fitted : FittedRisk
        The champion.
    frame : DataFrame
        Every agent at risk in the month: ``agent_id``, ``as_of`` and the features.
    version : str
        The champion's version.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``team_id``, ``job_role``, ``tenure_band``; where it is known,
        ``is_new_site`` (see `attrition.predict.scores.at_new_site`).
    options : Options
        What can be done, and what is not offered to whom now.
    shared_error : float
        By how much the level of risk is off from month to month, as a share.

    Returns
    -------
    dict of str to DataFrame
        ``scores``, ``drivers``, ``recommendations``, ``expected_leavers``, as in the contract, and ``survival``.
    """
    spec = fitted.spec
    said = scores(fitted, frame, spec=spec, version=version, is_new_site=groups.set_index(KEYS).get("is_new_site"))
    return {
        "scores": said,
        "drivers": drivers(fitted, frame, features=fitted.features, groups=groups, horizon=spec.headline),
        "recommendations": recommendations(
            fitted, frame, scores=said, options=options, groups=groups, capacity_share=spec.capacity_share
        ),
        "survival": survival(said),
        "expected_leavers": expected_leavers(said, groups, shared_error=shared_error),
    }
