import io

import numpy as np
import pandas as pd
import pytest

from attrition.model import figures
from attrition.model.calibration_table import calibration_table
from attrition.model.card_page import svg
from attrition.model.figures import capture_table, draw_calibration, draw_capture, draw_groups, save
from attrition.model.metrics import LabelledScores

MONTH = np.datetime64("2026-01-31")


@pytest.fixture
def scores():
    risk = np.arange(100) / 100
    return LabelledScores((risk >= 0.9).astype(float), risk, np.arange(100).astype(str), np.full(100, MONTH))


def test_the_top_tenth_of_a_perfect_list_holds_every_leaver(scores):
    table = capture_table(scores).set_index("listed")["captured"]
    assert (table.iloc[0], table.iloc[5], table.iloc[10], table.iloc[100]) == (0, 0.5, 1, 1)


def test_what_is_drawn_is_the_table(scores):
    for table, draw in (
        (calibration_table(scores, horizon=3), draw_calibration),
        (capture_table(scores), draw_capture),
    ):
        line = draw(table).axes[0].lines[1]
        np.testing.assert_array_equal(line.get_ydata(), table.iloc[:, 1])


@pytest.mark.parametrize("name", ["Site $North$", "A$_$B", "one $", r"back\slash $a$"])
def test_a_name_with_dollar_signs_is_drawn_as_it_is(name):
    groups = pd.DataFrame({"unit": [name], "ratio": [1.0], "low": [0.8], "high": [1.3]})
    assert f">{name}<" in svg(draw_groups(groups)).replace("\n", "")


@pytest.mark.parametrize("fonts", [figures.CHINESE_FONTS, ()])
def test_a_chinese_name_is_drawn_without_a_warning_with_and_without_a_font(monkeypatch, fonts):
    monkeypatch.setattr(figures, "CHINESE_FONTS", fonts)
    groups = pd.DataFrame({"unit": ["客服专员"], "ratio": [1.0], "low": [0.8], "high": [1.3]})
    save(draw_groups(groups), picture := io.BytesIO(), format="png")
    assert picture.getvalue().startswith(b"\x89PNG")
    assert "客服专员" in svg(draw_groups(groups))
