"""The sites from which a model has learnt: of any other site it ranks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import month_end

if TYPE_CHECKING:
    from attrition.model.spec import Spec


def training_sites(outcomes: pd.DataFrame, *, spec: Spec, fitted_at: pd.Timestamp) -> tuple[str, ...]:
    """Return the sites of the agent-months whose shortest training window had ended by the date of a fit.

    Parameters
    ----------
    outcomes : DataFrame
        ``as_of`` of all agent-months, and ``site`` where the centre has sites.
    spec : Spec
        Its windows of ``trees.learn_from`` are used.
    fitted_at : Timestamp
        Month-end of the fit.

    Returns
    -------
    tuple of str
        In order; empty where no site is named, and no site is new then.

    Examples
    --------
    >>> from attrition.model.spec import Spec
    >>> months = pd.DataFrame({"as_of": pd.to_datetime(["2026-01-31", "2026-04-30"]), "site": ["Foshan", "Wuhan"]})
    >>> training_sites(months, spec=Spec(name="resignation"), fitted_at=pd.Timestamp("2026-04-30"))
    ('Foshan',)
    """
    if "site" not in outcomes:
        return ()
    has_label = month_end(outcomes["as_of"], plus=min(spec.trees.learn_from)) <= fitted_at
    return tuple(sorted(outcomes.loc[has_label, "site"].dropna().astype(str).unique()))
