from pathlib import Path

import pandas as pd
import pytest

from attrition.data.csv_cells import write_csv


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_no_cell_and_no_heading_is_a_formula_and_numbers_stay_numbers(tmp_path: Path, dtype: str) -> None:
    units = pd.Series(["=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\tx", "Foshan"], dtype=dtype)
    write_csv(tmp_path / "t.csv", pd.DataFrame({"=unit": units, "change": [-1.5, -2, 3, 4, 5, 6]}))
    table = pd.read_csv(tmp_path / "t.csv")
    assert list(table) == ["'=unit", "change"]
    assert table["'=unit"].tolist() == ["'=cmd|' /C calc'!A0", "'+1", "'-2", "'@SUM(A1)", "'\tx", "Foshan"]
    assert table["change"].tolist() == [-1.5, -2, 3, 4, 5, 6]
