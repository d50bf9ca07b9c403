"""The committed data dictionary is what the contract's tables say today."""

from __future__ import annotations

from pathlib import Path

from attrition.data.dictionary import FEATURE_KEYS, markdown
from attrition.data.snapshot_feature import SnapshotFeature
from attrition.data.tables import TABLES


def test_the_committed_dictionary_is_the_generated_one() -> None:
    committed = Path(__file__).parents[2] / "DATA_DICTIONARY.md"
    assert committed.read_text(encoding="utf-8") == markdown()


def test_every_column_of_every_table_is_explained_in_both_languages() -> None:
    text = markdown()
    for table in TABLES.values():
        for column in table.columns:
            assert f"| {column.en} | {column.zh} |" in text


def test_every_key_of_a_declared_feature_is_explained() -> None:
    assert list(FEATURE_KEYS) == list(SnapshotFeature.model_fields)
