"""Who is too new to have a rank or a band: nothing of what the columns measure can be seen of them yet."""

from __future__ import annotations

import numpy as np

TENURE = "tenure_days"
MINIMUM_TENURE_DAYS = 30


def is_too_new(tenure_days: np.ndarray) -> np.ndarray:
    """Return for each agent-month whether the agent has been in post for less than a month; unknown is not too new.

    Examples
    --------
    >>> is_too_new(np.array([0.0, 29.0, 30.0, np.nan])).tolist()
    [True, True, False, False]
    """
    return tenure_days < MINIMUM_TENURE_DAYS
