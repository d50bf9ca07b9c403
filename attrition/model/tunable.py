"""Which settings of the trees `attrition tune` may change, between what and what, and how long it may take."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from attrition.declared import Declaration
from attrition.errors import DeclarationError
from attrition.model.spec import Spec, Trees


def whole_or_rounded(name: str, value: float) -> float:
    """Give a setting as it would be declared: whole where it is a number of something, else to three figures.

    Examples
    --------
    >>> whole_or_rounded("depth", 3.0), whole_or_rounded("learning_rate", 0.0412345)
    (3, 0.0412)
    """
    return round(value) if Trees.model_fields[name].annotation is int else float(f"{value:.3g}")


class Between(Declaration):
    """The lowest and highest value to try; ``by = "factor"`` tries 1, 2, 4 as readily as 10, 20, 40."""

    lowest: float
    highest: float
    by: Literal["step", "factor"] = "step"

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if not self.lowest < self.highest:
            raise ValueError("lowest must be below highest")
        if self.by == "factor" and self.lowest <= 0:
            raise ValueError('by = "factor" needs a lowest above 0')
        return self


class Search(Declaration):
    """The settings of [trees] that are searched; one that is left away stays as it is declared.

    Left out are the seed, and what a risk's interval rests on: the members, and the share of agents they see.
    """

    rounds: Between | None = None
    depth: Between | None = None
    learning_rate: Between | None = None
    min_rows_in_leaf: Between | None = None
    row_share: Between | None = None
    feature_share: Between | None = None
    l2: Between | None = None
    bins: Between | None = None

    @model_validator(mode="after")
    def _trees_can_be_grown_so(self) -> Self:
        for name, between in self.ranges.items():
            try:
                for value in (between.lowest, between.highest):
                    Trees.model_validate({name: whole_or_rounded(name, value)})
            except ValidationError as error:
                raise ValueError(f"{name}: {error.errors()[0]['msg']}") from None
        return self

    @property
    def ranges(self) -> dict[str, Between]:
        """The ranges that are declared, by the name of the setting."""
        return {name: between for name in type(self).model_fields if (between := getattr(self, name)) is not None}


STARTER = Search(
    rounds=Between(lowest=60, highest=600, by="factor"),
    depth=Between(lowest=2, highest=5),
    learning_rate=Between(lowest=0.015, highest=0.15, by="factor"),
    min_rows_in_leaf=Between(lowest=50, highest=400, by="factor"),
    row_share=Between(lowest=0.5, highest=1.0),
    feature_share=Between(lowest=0.05, highest=0.6, by="factor"),
    l2=Between(lowest=1, highest=100, by="factor"),
)


class TuneJob(Declaration):
    """pipelines/tune.toml: for how long, on which past months, and what may change.

    `origins` models are fitted in every trial, `step_months` apart, and judged on the `step_months` months after each.
    The last `held_out_origins` of them are kept out of the search, to judge what it found. `first_after_months` of
    history come before the first. `members` is the number of boosters in a trial.
    """

    model: str = "resignation"
    budget_minutes: float = Field(default=30, gt=0)
    first_after_months: int = Field(default=12, ge=3)
    origins: int = Field(default=3, ge=1)
    held_out_origins: int = Field(default=3, ge=1)
    step_months: int = Field(default=3, ge=1)
    members: int = Field(default=2, ge=1, le=25)
    seed: int = 20
    search: Search = STARTER

    @model_validator(mode="after")
    def _something_may_change(self) -> Self:
        if not self.search.ranges:
            raise ValueError("nothing may change; give at least one range under [search]")
        return self


def declared_values(spec: Spec, search: Search) -> dict[str, float]:
    """Take the searched settings as the specification has them.

    Raises
    ------
    DeclarationError
        One lies outside its range, so that what was found could not be compared with it.
    """
    values: dict[str, Any] = {name: getattr(spec.trees, name) for name in search.ranges}
    outside = [
        f"{name} is {values[name]}, searched from {between.lowest:g} to {between.highest:g}"
        for name, between in search.ranges.items()
        if not between.lowest <= values[name] <= between.highest
    ]
    if outside:
        raise DeclarationError(
            f"pipelines/tune.toml must search around what models/{spec.name}.toml declares: {'; '.join(outside)}"
        )
    return values


def with_values(spec: Spec, values: dict[str, float]) -> Spec:
    """Give the specification with some settings of its trees changed."""
    return spec.model_copy(update={"trees": spec.trees.model_copy(update=values)})
