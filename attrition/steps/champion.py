"""The champion of a workspace, and the one rule of which months a model may score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.errors import UserError

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk


@dataclass(frozen=True, eq=False)
class VersionedModel:
    """A fitted model, and the version under which its scores are kept."""

    fitted: FittedRisk
    version: str


def load_champion(workspace: Path, *, as_of: date | None = None) -> VersionedModel:
    """Load the registered model that scores; for a past month only if it did not learn from what came after.

    Parameters
    ----------
    workspace : Path
        Whose registry is read.
    as_of : date, optional
        The month-end that is going to be scored, explained by what-if, or planned for.

    Raises
    ------
    MissingProduct
        There is no champion.
    UserError
        The champion was fitted after the month.
    """
    from attrition.model import registry

    champion = VersionedModel(*registry.champion(workspace))
    if as_of is not None:
        refuse_hindsight(champion, as_of)
    return champion


def refuse_hindsight(model: VersionedModel, as_of: date) -> None:
    """Refuse to score a past month by a model that learned from what came after it.

    Raises
    ------
    UserError
        The model was fitted after the month.
    """
    if model.fitted.fitted_at.date() > as_of:
        raise UserError(
            f"version {model.version} learned from data up to {model.fitted.fitted_at:%Y-%m-%d}, "
            f"after {as_of:%Y-%m}; for that month as it would have been known then: "
            f"attrition monthly --from {as_of:%Y-%m} --to {as_of:%Y-%m}"
        )
