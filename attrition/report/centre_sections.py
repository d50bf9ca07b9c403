"""The director's own sections, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrition.report.sections import cohorts, costs, funnel, market, movements, steps, strain, turnover

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form

SECTIONS: Mapping[str, Callable[[Centre, Form], dict[str, Any]]] = {
    "turnover": turnover.content,
    "costs": costs.content,
    "funnel": funnel.content,
    "cohorts": cohorts.content,
    "market": market.content,
    "strain": strain.content,
    "movements": movements.content,
    "steps": steps.content,
}
"""Each names its template, ``centre/<name>.html``, and its phrases."""
