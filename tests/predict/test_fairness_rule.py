from __future__ import annotations

import pytest

from attrition.declared import parse
from attrition.errors import DeclarationError
from attrition.jobs import PlanJob


@pytest.mark.parametrize(("old", "new"), [("floor", "minimum_share"), ("fewest", "minimum_group_size")])
def test_a_key_of_an_earlier_version_is_refused_with_its_present_name(old, new):
    with pytest.raises(DeclarationError, match=rf"fairness\.{old} is now called {new}"):
        parse({"fairness": {old: 1}}, PlanJob, where="pipelines/plan.toml")
