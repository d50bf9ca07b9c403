"""A message is English text and keeps what another language needs."""

import pickle
from gettext import NullTranslations
from typing import ClassVar

from attrition.data.phrase import Phrase
from attrition.errors import DataError, Fault, MissingProduct, did_you_mean
from attrition.message import Message, counted, in_words, joined, padded


class Chinese(NullTranslations):
    """A small catalogue."""

    words: ClassVar = {
        "{file} is gone": "{file} 不见了",
        "the file {name}": "文件 {name}",
        "agents": "座席",
        ", ": "、",
        "{product} is not there yet; `{command}` makes it": "尚无{product}，请运行 `{command}`",
        "the panel": "面板数据",
    }

    def gettext(self, message: str) -> str:
        return self.words.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return {"{count} rows": "{count} 行"}.get(plural, plural)

    def info(self) -> dict[str, str]:
        return {"language": "zh"}


ZH = Chinese()


def test_a_value_that_is_a_message_is_translated_with_the_sentence() -> None:
    gone = Message("{file} is gone", file=Message("the file {name}", name="exits.csv"))
    assert gone == "the file exits.csv is gone"
    assert in_words(gone, ZH) == "文件 exits.csv 不见了"


def test_a_sentence_without_a_translation_stays_english() -> None:
    assert in_words(Message("{n} left", n=3), ZH) == "3 left"


def test_a_number_chooses_the_form() -> None:
    one, many = (counted("{count} row", "{count} rows", count) for count in (1, 3))
    assert (one, many) == ("1 row", "3 rows")
    assert (in_words(one, ZH), in_words(many, ZH)) == ("1 行", "3 行")


def test_texts_in_a_row_are_translated_one_by_one() -> None:
    row = "  " + joined(", ", [Message("agents"), "exits.csv"]) + Phrase(": new", "：新")
    assert row == "  agents, exits.csv: new"
    assert in_words(row, ZH) == "  座席、exits.csv：新"


def test_columns_keep_their_width_where_characters_are_two_wide() -> None:
    row = padded(Message("agents"), 8) + padded("12", 4, ">")
    assert row == "agents    12"
    assert in_words(row, ZH) == "座席      12"


def test_a_name_that_happens_to_be_a_sentence_is_not_translated() -> None:
    assert in_words(Message("{file} is gone", file="agents"), ZH) == "agents 不见了"


def test_a_text_with_braces_and_no_values_is_left_alone() -> None:
    assert in_words(Message('{"rows": [...]}'), ZH) == '{"rows": [...]}'


def test_messages_go_from_process_to_process() -> None:
    parts = [Message("{file} is gone", file="a"), counted("{count} row", "{count} rows", 2), Phrase("new", "新")]
    copy = pickle.loads(pickle.dumps(joined(", ", parts)))
    assert in_words(copy, ZH) == "a 不见了、2 行、新"


def test_an_error_is_english_and_keeps_its_sentence() -> None:
    error = MissingProduct("the panel", "attrition panel")
    assert str(error) == "the panel is not there yet; `attrition panel` makes it"
    assert in_words(error.message, ZH) == "尚无面板数据，请运行 `attrition panel`"


def test_an_error_about_data_lists_the_faults_that_stop() -> None:
    fault = Fault(file="a.csv", table="exits", column="", rule="empty", rows=None, advice="export it again")
    assert str(DataError("broken", [fault])) == "broken:\n  a.csv: exits: empty; export it again"


def test_there_is_a_nearest_word_or_nothing() -> None:
    assert did_you_mean("hire_dat", ["hire_date"]) == ' (did you mean "hire_date"?)'
    assert not in_words(did_you_mean("zzz", ["hire_date"]), ZH)
