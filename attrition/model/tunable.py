"""The declaration of a search (pipelines/tune.toml): its budget, and the ranges of the settings of the trees."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from attrition.declared import MISTAKES, Declaration
from attrition.errors import DeclarationError
from attrition.message import Message, joined, recognised
from attrition.model.spec import Spec, Trees


def rounded_setting(name: str, value: float) -> float:
    """Return a value of a setting of the trees as it is declared: an integer, or rounded to three significant digits.

    Examples
    --------
    >>> rounded_setting("depth", 3.0), rounded_setting("learning_rate", 0.0412345)
    (3, 0.0412)
    """
    return round(value) if Trees.model_fields[name].annotation is int else float(f"{value:.3g}")


class SearchRange(Declaration):
    """The range of a setting, and the scale on which values are drawn from it."""

    lowest: float
    """The lowest value to try."""
    highest: float
    """The highest value to try."""
    by: Literal["step", "factor"] = "step"
    """`"step"` draws on a linear scale, `"factor"` on a logarithmic one (1 to 2 as often as 10 to 20)."""

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if not self.lowest < self.highest:
            raise ValueError(Message("lowest must be below highest"))
        if self.by == "factor" and self.lowest <= 0:
            raise ValueError(Message('by = "factor" needs a lowest above 0'))
        return self


class SearchSpace(Declaration):
    """[search]: the ranges of the settings of [trees] that are searched; the others stay as they are declared.

    The seed cannot be searched, nor `members` and `agent_share`, since the intervals of the risks depend on these two.
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
                raise ValueError(
                    Message("{name}: {mistake}", name=name, mistake=recognised(error.errors()[0]["msg"], MISTAKES))
                ) from None
        return self

    @property
    def ranges(self) -> dict[str, SearchRange]:
        """Return the declared ranges by the name of the setting."""
        return {name: limits for name in type(self).model_fields if (limits := getattr(self, name)) is not None}


DEFAULT_SEARCH_SPACE = SearchSpace(
    rounds=SearchRange(lowest=60, highest=600, by="factor"),
    depth=SearchRange(lowest=2, highest=5),
    learning_rate=SearchRange(lowest=0.015, highest=0.15, by="factor"),
    min_rows_in_leaf=SearchRange(lowest=50, highest=400, by="factor"),
    row_share=SearchRange(lowest=0.5, highest=1.0),
    feature_share=SearchRange(lowest=0.05, highest=0.6, by="factor"),
    l2=SearchRange(lowest=1, highest=100, by="factor"),
)


class TuneJob(Declaration):
    """pipelines/tune.toml: the budget, the past months, and the settings that may change.

    Trials fit the trees alone, without the regression that they are blended with; the verdict compares whole models.
    """

    model: str = "resignation"
    """Name of the specification that is tuned; its file is not changed."""
    budget_minutes: float = Field(default=30, gt=0)
    """Minutes of trials, added up over all runs of the same search."""
    first_after_months: int = Field(default=12, ge=3)
    """Smallest number of months of history up to the first model."""
    origins: int = Field(default=3, ge=1)
    """Largest number of models, each fitted at another month-end, in a trial."""
    held_out_origins: int = Field(default=3, ge=1)
    """Largest number of later month-ends that are held out of the search to evaluate its result."""
    step_months: int = Field(default=3, ge=1)
    """Months from one month-end to the next, and number of months that each model is tested on."""
    members: int = Field(default=2, ge=1, le=25)
    """Number of boosters that are averaged in a trial."""
    seed: int = 20
    """The seed of the search."""
    search: SearchSpace = DEFAULT_SEARCH_SPACE

    @model_validator(mode="after")
    def _something_may_change(self) -> Self:
        if not self.search.ranges:
            raise ValueError(Message("nothing may change; give at least one range under [search]"))
        return self


def declared_settings(spec: Spec, search: SearchSpace) -> dict[str, float]:
    """Return the values that the specification declares for the searched settings.

    Raises
    ------
    DeclarationError
        A value lies outside its range. The search begins with the declared values, so they must be possible.
    """
    values: dict[str, Any] = {name: getattr(spec.trees, name) for name in search.ranges}
    outside = [
        Message(
            "{name} is {value}, searched from {low:g} to {high:g}",
            name=name,
            value=values[name],
            low=limits.lowest,
            high=limits.highest,
        )
        for name, limits in search.ranges.items()
        if not limits.lowest <= values[name] <= limits.highest
    ]
    if outside:
        raise DeclarationError(
            "pipelines/tune.toml must search around what models/{model}.toml declares: {outside}",
            model=spec.name,
            outside=joined("; ", outside),
        )
    return values


def with_settings(spec: Spec, values: dict[str, float]) -> Spec:
    """Return the specification with some settings of its trees changed."""
    return spec.model_copy(update={"trees": spec.trees.model_copy(update=values)})
