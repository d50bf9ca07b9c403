from __future__ import annotations

import pandas as pd

from attrition.predict.eligibility import ineligibility_reasons
from attrition.predict.intervention import Condition, Evidence, Intervention

NONE = Evidence(grade="assumption", source="none", hazard_ratio=1, low=1, high=1)


def reasons(frame, *conditions):
    item = Intervention(id="x", en="", zh="", lever="pay", limits="", evidence=NONE, eligible=conditions)
    return ineligibility_reasons(frame, item)


LOW = Condition(feature="pay_market_ratio", op="<", value=0.97, en="pay is at the market", zh="薪酬已达市场")
OFFICE = Condition(feature="schedule_work_mode", op="==", value="office", en="not in the office", zh="不在现场办公")


def test_a_failed_condition_gives_its_words_in_both_languages():
    table = reasons(pd.DataFrame({"pay_market_ratio": [0.9, 0.97]}), LOW)
    assert table["en"].tolist() == ["", "pay is at the market"]
    assert table["zh"].tolist() == ["", "薪酬已达市场"]


def test_an_unknown_value_fails_and_says_so():
    table = reasons(pd.DataFrame({"pay_market_ratio": [None]}, dtype=float), LOW)
    assert table["en"].tolist() == ["not known whether pay is at the market"]


def test_a_feature_the_panel_lacks_is_unknown_for_everybody():
    assert reasons(pd.DataFrame({"other": [1, 2]}), LOW)["en"].str.startswith("not known").all()


def test_the_first_failed_condition_speaks():
    frame = pd.DataFrame({"pay_market_ratio": [1.0, 0.9], "schedule_work_mode": ["home", "home"]})
    assert reasons(frame, LOW, OFFICE)["en"].tolist() == ["pay is at the market", "not in the office"]


def test_no_conditions_mean_everybody():
    assert reasons(pd.DataFrame({"x": [1]}))["en"].tolist() == [""]
