import pytest

from attrition.declared import parse
from attrition.errors import DeclarationError
from attrition.model.spec import Spec
from attrition.model.tunable import (
    DEFAULT_SEARCH_SPACE,
    SearchRange,
    SearchSpace,
    TuneJob,
    declared_settings,
    with_settings,
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"search": {"dept": {"lowest": 2, "highest": 4}}}, 'dept is not a known key .did you mean "depth"'),
        ({"search": {"depth": {"lowest": 4, "highest": 2}}}, "lowest must be below highest"),
        ({"search": {"l2": {"lowest": 0, "highest": 9, "by": "factor"}}}, "lowest above 0"),
        ({"search": {"min_rows_in_leaf": {"lowest": 5, "highest": 90}}}, "min_rows_in_leaf: .*greater than or equal"),
        ({"search": {"seed": {"lowest": 1, "highest": 9}}}, "seed is not a known key"),
        ({"search": {}}, "nothing may change"),
        ({"budget_minutes": 0}, "budget_minutes"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(content: dict[str, object], message: str):
    with pytest.raises(DeclarationError, match=message):
        parse(content, TuneJob, where="pipelines/tune.toml")


def test_the_starter_searches_around_the_starter_model():
    assert declared_settings(Spec(name="resignation"), DEFAULT_SEARCH_SPACE)["depth"] == 3


def test_a_declared_value_outside_its_range_is_named():
    search = SearchSpace(depth=SearchRange(lowest=4, highest=6))
    with pytest.raises(DeclarationError, match=r"tune.toml must search around .* depth is 3, searched from 4 to 6"):
        declared_settings(Spec(name="resignation"), search)


def test_only_the_named_settings_change():
    spec = Spec(name="resignation")
    changed = with_settings(spec, {"depth": 4})
    assert changed.trees.depth == 4
    assert changed.model_copy(update={"trees": spec.trees}) == spec
