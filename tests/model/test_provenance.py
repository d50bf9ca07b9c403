import pandas as pd
import pytest

from attrition.model.provenance import made_from, panel_hash


@pytest.fixture
def panel():
    return pd.DataFrame(
        {
            "agent_id": ["007", "007", "NA"],
            "as_of": pd.to_datetime(["2026-01-31", "2026-02-28", "2026-01-31"]).astype("datetime64[us]"),
            "pay_base": [4100.0, None, 0.0],
            "schedule_work_mode": ["home", None, "office"],
        }
    )


def test_how_a_file_keeps_a_panel_does_not_matter(panel, tmp_path):
    for name, options in {"a": {"compression": None}, "b": {"compression": "zstd", "row_group_size": 1}}.items():
        panel.to_parquet(tmp_path / name, index=False, **options)
    hashes = {panel_hash(pd.read_parquet(tmp_path / name)) for name in ("a", "b")}
    assert hashes == {panel_hash(panel)}


@pytest.mark.parametrize(
    "change",
    [
        lambda panel: panel.assign(pay_base=[4100.0, None, 1e-9]),
        lambda panel: panel.assign(pay_base=[4100.0, 0.0, None]),
        lambda panel: panel.assign(schedule_work_mode=["home", "", "office"]),
        lambda panel: panel.assign(agent_id=["7", "7", "NA"]),
        lambda panel: panel.rename(columns={"pay_base": "pay_bonus"}),
        lambda panel: panel.head(2),
        lambda panel: panel.assign(as_of=panel["as_of"] + pd.Timedelta(days=1)),
    ],
    ids=["a value", "a null that moved", "an empty text", "an id", "a name", "a row less", "a day"],
)
def test_what_a_panel_says_does(panel, change):
    assert panel_hash(change(panel)) != panel_hash(panel)


def test_minus_zero_is_zero_and_the_order_of_rows_is_nothing(panel):
    assert panel_hash(panel.assign(pay_base=[4100.0, None, -0.0]).iloc[::-1]) == panel_hash(panel)


def test_a_run_names_inputs_declaration_code_packages_and_the_lock(panel, tmp_path):
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "core.txt").write_text("lightgbm==4.7.0\n")
    entry = {"path": "exits.csv", "rows": 3, "sha256": "ab" * 32}
    origin = made_from(panel, manifest=[entry], declaration='name = "resignation"\n', workspace=tmp_path)
    assert origin["manifest"] == [entry]
    assert list(origin["locks"]) == ["core.txt"]
    assert {"lightgbm", "pandas", "mlflow"} <= origin["packages"].keys()
    assert {len(origin[key]) for key in ("panel_sha256", "declaration_sha256", "code_sha256")} == {64}
