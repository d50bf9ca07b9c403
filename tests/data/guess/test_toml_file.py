"""One key of a TOML file is changed, and every other line stays as it was."""

from __future__ import annotations

import pytest

from attrition.data.guess.questions import Change
from attrition.data.guess.toml_file import apply
from attrition.errors import DeclarationError

FILE = """\
# ours
[tables.exits]  # leavers
path = 'a.csv'
unused = [
    "备注",
]
# closing remark

[tables.exits.columns]
"工号" = "agent_id"

[tables.pay]
path = "p.csv"
"""


def test_a_new_key_stands_behind_the_last_one_of_its_section() -> None:
    changed = apply(FILE, Change(key=("tables", "exits", "recording_delay_days"), value=3))
    assert changed == FILE.replace("]\n# closing", "]\nrecording_delay_days = 3\n# closing")


def test_a_key_of_several_lines_is_replaced_whole() -> None:
    changed = apply(FILE, Change(key=("tables", "exits", "unused"), value=["姓名"], adds=True))
    assert changed == FILE.replace('[\n    "备注",\n]', '["备注", "姓名"]')


def test_a_new_section_stands_behind_its_table() -> None:
    changed = apply(FILE, Change(key=("tables", "exits", "values", "exit_type", "自离"), value="voluntary"))
    before = '"工号" = "agent_id"\n'
    assert changed == FILE.replace(before, f'{before}\n[tables.exits.values.exit_type]\n"自离" = "voluntary"\n')


def test_a_key_is_taken_out() -> None:
    assert '"工号"' not in apply(FILE, Change(key=("tables", "exits", "columns", "工号"), value=None))


def test_a_table_within_braces_is_left_to_its_owner() -> None:
    text = '[tables.exits]\ncolumns = { "工号" = "agent_id" }\n'
    with pytest.raises(DeclarationError, match=r'under \[tables.exits.columns\]: "离职日期" = "exit_date"'):
        apply(text, Change(key=("tables", "exits", "columns", "离职日期"), value="exit_date"))
