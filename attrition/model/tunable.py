"""Which settings of the trees `attrition tune` may change, within which ranges, and how long it may take."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from attrition.declared import Declaration
from attrition.errors import DeclarationError
from attrition.model.spec import Spec, Trees


def rounded_setting(name: str, value: float) -> float:
    """Return a setting as it would be declared: whole where it is a count, else to three figures.

    Examples
    --------
    >>> rounded_setting("depth", 3.0), rounded_setting("learning_rate", 0.0412345)
    (3, 0.0412)
    """
    return round(value) if Trees.model_fields[name].annotation is int else float(f"{value:.3g}")


class SearchRange(Declaration):
    """The lowest and the highest value to try, and how to step between them."""

    lowest: float
    """The lowest value to try."""
    highest: float
    """The highest value to try."""
    by: Literal["step", "factor"] = "step"
    """`"factor"` tries 1, 2, 4 as readily as 10, 20, 40."""

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if not self.lowest < self.highest:
            raise ValueError("lowest must be below highest")
        if self.by == "factor" and self.lowest <= 0:
            raise ValueError('by = "factor" needs a lowest above 0')
        return self


class SearchSpace(Declaration):
    """The settings of [trees] that are searched; one that is not named stays as it is declared.

    The seed is not searched, nor what the intervals depend on: the members, and the share of agents they are fitted on.
    """

    rounds: SearchRange | None = None
    depth: SearchRange | None = None
    learning_rate: SearchRange | None = None
    min_rows_in_leaf: SearchRange | None = None
    row_share: SearchRange | None = None
    feature_share: SearchRange | None = None
    l2: SearchRange | None = None
    bins: SearchRange | None = None

    @model_validator(mode="after")
    def _trees_allow_the_ranges(self) -> Self:
        for name, limits in self.ranges.items():
            try:
                for value in (limits.lowest, limits.highest):
                    Trees.model_validate({name: rounded_setting(name, value)})
            except ValidationError as error:
                raise ValueError(f"{name}: {error.errors()[0]['msg']}") from None
        return self

    @property
    def ranges(self) -> dict[str, SearchRange]:
        """The ranges that are declared, by the name of the setting."""
        return {name: limits for name in type(self).model_fields if (limits := getattr(self, name)) is not None}


STARTER = SearchSpace(
    rounds=SearchRange(lowest=60, highest=600, by="factor"),
    depth=SearchRange(lowest=2, highest=5),
    learning_rate=SearchRange(lowest=0.015, highest=0.15, by="factor"),
    min_rows_in_leaf=SearchRange(lowest=50, highest=400, by="factor"),
    row_share=SearchRange(lowest=0.5, highest=1.0),
    feature_share=SearchRange(lowest=0.05, highest=0.6, by="factor"),
    l2=SearchRange(lowest=1, highest=100, by="factor"),
)


class TuneJob(Declaration):
    """pipelines/tune.toml: for how long, on which past months, and what may change."""

    model: str = "resignation"
    """The specification that is tuned; its file is never written to."""
    budget_minutes: float = Field(default=30, gt=0)
    """Minutes of trials, over all runs together."""
    first_after_months: int = Field(default=12, ge=3)
    """Months of history before the first model."""
    origins: int = Field(default=3, ge=1)
    """Models fitted at past months in each trial."""
    held_out_origins: int = Field(default=3, ge=1)
    """Later ones kept out of the search, to evaluate its result."""
    step_months: int = Field(default=3, ge=1)
    """Months between two of them; each is evaluated on this many months."""
    members: int = Field(default=2, ge=1, le=25)
    """Boosters averaged in each trial."""
    seed: int = 20
    """The seed of the search."""
    search: SearchSpace = STARTER

    @model_validator(mode="after")
    def _something_may_change(self) -> Self:
        if not self.search.ranges:
            raise ValueError("nothing may change; give at least one range under [search]")
        return self


def declared_settings(spec: Spec, search: SearchSpace) -> dict[str, float]:
    """Return the searched settings as the specification declares them.

    Raises
    ------
    DeclarationError
        One lies outside its range, so that the result could not be compared with it.
    """
    values: dict[str, Any] = {name: getattr(spec.trees, name) for name in search.ranges}
    outside = [
        f"{name} is {values[name]}, searched from {limits.lowest:g} to {limits.highest:g}"
        for name, limits in search.ranges.items()
        if not limits.lowest <= values[name] <= limits.highest
    ]
    if outside:
        raise DeclarationError(
            f"pipelines/tune.toml must search around what models/{spec.name}.toml declares: {'; '.join(outside)}"
        )
    return values


def with_settings(spec: Spec, values: dict[str, float]) -> Spec:
    """Return the specification with some settings of its trees changed."""
    return spec.model_copy(update={"trees": spec.trees.model_copy(update=values)})
