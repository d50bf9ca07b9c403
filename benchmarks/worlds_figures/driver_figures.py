"""Whether drivers and recommendations are right, beside what a noise-free fit of the same form reaches."""

from __future__ import annotations

import drivers
import numpy as np
import pandas as pd

from attrition.predict.peers import peers

NOISE_FREE = "noise-free: "


def driver_figures(months: drivers.LaterMonths, noise_free: np.ndarray) -> dict[str, float]:
    """Return the agreement of drivers with the truth in the top tenth, the recommendations, and the marked families.

    Parameters
    ----------
    months : LaterMonths
        Months after a fit.
    noise_free : ndarray of shape (n, features)
        Contributions of a noise-free fit of the same form to the same rows.
    """
    group, top = peers(months.groups), months.is_top
    true = drivers.true_family_contributions(months, group)[top]
    own, _ = months.fitted.contributions(months.rows)
    figures = drivers.agreement(drivers.family_contributions(months, own - group.mean(own))[top], true)
    table = pd.DataFrame(noise_free, index=own.index, columns=own.columns)
    ceiling = drivers.agreement(drivers.family_contributions(months, table - group.mean(table))[top], true)
    achieved = drivers.achieved_shares(months)
    marked = months.fitted.indistinct_families
    return (
        {f"driver {name}": value for name, value in figures.items()}
        | {f"{NOISE_FREE}driver {name}": value for name, value in ceiling.items()}
        | {f"recommendation {name}": float(value) for name, value in achieved.items()}
        | {f"marked {name}": float(parts[0] in marked) for name, parts in drivers.FAMILIES.items()}
    )
