import tomllib

import pytest

from attrition.declared import parse
from attrition.errors import DeclarationError
from attrition.model.proposal import propose_declaration
from attrition.model.spec import Spec
from attrition.model.tunable import with_settings
from tests.house.places import text

VALUES = {"depth": 4, "learning_rate": 0.0412, "l2": 7.5}


def read(content: str) -> Spec:
    return parse(tomllib.loads(content), Spec, where="drawn")


def test_the_shipped_declaration_keeps_every_other_line_and_remark():
    declared = text("models/resignation.toml")
    proposed = propose_declaration(declared, VALUES)
    differing = [pair for pair in zip(declared.splitlines(), proposed.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [new for _, new in differing] == ["depth = 4", "learning_rate = 0.0412", "l2 = 7.5"]
    assert read(proposed) == with_settings(read(declared), VALUES)


def test_the_same_name_in_another_part_is_left_alone():
    proposed = read(propose_declaration(text("models/resignation.toml"), {"rounds": 300}))
    assert (proposed.trees.rounds, proposed.involuntary.rounds) == (300, 80)


@pytest.mark.parametrize(
    "declared",
    ['name = "resignation"\n', 'name = "resignation"\n\n[trees]\n\n[bands]\nvery_high = 0.04\n', 'name="r"\n[trees]'],
    ids=["no trees", "empty trees", "no last line end"],
)
def test_a_setting_that_was_left_to_its_default_is_added(declared: str):
    assert read(propose_declaration(declared, VALUES)) == with_settings(read(declared), VALUES)


@pytest.mark.parametrize(
    "declared", ['name = "r"\ntrees = { depth = 3 }\n', 'name = "r"\ntrees.depth = 3\n'], ids=["inline", "dotted"]
)
def test_a_declaration_formatted_in_another_way_is_left_to_a_person(declared: str):
    with pytest.raises(DeclarationError, match=r"under \[trees\] set depth = 4, learning_rate = 0.0412"):
        propose_declaration(declared, VALUES)
