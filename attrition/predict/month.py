"""All tables of one month by one model: scores, recommendations, survival curves, expected leavers, and drivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.abstention import GONE
from attrition.predict.driver_views import driver_views
from attrition.predict.drivers import drivers
from attrition.predict.expected import expected_leavers
from attrition.predict.recommendations import recommendations, watch_list, whole_bands
from attrition.predict.scores import scores
from attrition.predict.survival import survival

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.count_errors import CountErrors
    from attrition.predict.eligibility import InterventionOptions


def month_tables(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    version: str,
    groups: pd.DataFrame,
    options: InterventionOptions,
    errors: CountErrors | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of one month by one model, those of drivers apart.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    frame : DataFrame
        One row per agent at risk in the month: ``agent_id``, ``as_of`` and the features.
    version : str
        Its version in the registry.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``team_id``, ``job_role``, ``tenure_band``; and ``is_new_site`` and
        ``is_gone`` where they are known (see `attrition.predict.scores`).
    options : InterventionOptions
        The playbook, and what is not offered to which agent this month.
    errors : CountErrors, optional
        The errors that the risks of a unit share; the defaults without it.

    Returns
    -------
    dict of str to DataFrame
        ``scores``, ``recommendations`` and ``expected_leavers``, as in the contract (DATA_DICTIONARY.md),
        and ``survival``.
    """
    spec = fitted.spec
    flags = groups.set_index(KEYS)
    table = scores(fitted, frame, version=version, is_new_site=flags.get("is_new_site"), is_gone=flags.get("is_gone"))
    listed = whole_bands if options.for_whole_bands else watch_list
    watched = listed(table[table["horizon_months"] == spec.headline], spec.capacity_share)["agent_id"]
    is_there = table["abstain_reason"].fillna("") != GONE
    return {
        "scores": table,
        "recommendations": recommendations(fitted, frame, watched=watched, options=options, groups=groups),
        "survival": survival(table),
        "expected_leavers": expected_leavers(table[is_there], groups, errors=errors),
    }


def driver_tables(
    fitted: FittedRisk, frame: pd.DataFrame, groups: pd.DataFrame, *, panel: pd.DataFrame, outcomes: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the drivers of one month's agents, then those of their groups; both show the same contributions.

    Parameters
    ----------
    fitted, frame, groups
        As for `month_tables`.
    panel, outcomes : DataFrame
        Features and groups of the month, in the order of `frame`, and of the months it is compared with.

    Yields
    ------
    str, DataFrame
        ``drivers`` and ``driver_views`` with their tables. The first can be written while the second is computed.
    """
    contributions, as_of = fitted.all_contributions(frame), frame["as_of"].iloc[0]
    yield "drivers", drivers(fitted, frame, features=fitted.features, groups=groups, contributions=contributions)
    yield "driver_views", driver_views(fitted, panel, outcomes, as_of=as_of, contributions=contributions)
