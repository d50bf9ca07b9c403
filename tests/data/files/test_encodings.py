"""Western text is never read as Chinese, nor Chinese as western: where both are possible, doubt is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.faults import TableError
from attrition.data.files.encodings import declared_encoding, detect_encoding

WESTERN = {
    "German": "id,Standort\n1,Köln\n2,Nürnberg\n3,Großgörschen\n",
    "French": "id,motif\n1,Démission\n2,créée\n3,Besançon\n",
    "Spanish": "id,sede\n1,Málaga\n2,Logroño\n",
    "Portuguese": "id,sede\n1,São Paulo\n2,ações\n",
    "with signs": "id,note\n1,5 €\n2,§ 4\n3,Größe – ok\n",
}
CHINESE = {
    "headings": "工号,姓名,职场\n1,王小明,深圳\n",
    "two sites": "agent_id,site\n1,深圳\n2,东莞\n",
    "one letter": "agent_id,gender\n1,女\n2,男\n",
    "letters and Chinese": "agent_id,team\n1,A组\n2,B组\n",
    "punctuation": "agent_id,reason\n1,回老家（结婚）\n2,工资低，离家远\n",
}
OTHERS = {
    "Cyrillic": ("id,город\n1,МОСКВА\n2,Казань\n", "cp1251"),
    "Korean": ("사번,퇴사일,자발적\n서울,부산 상담센터\n대구,광주\n", "euc_kr"),
    "Japanese": ("社員番号,退職日\n大阪,東京コールセンター\n", "euc_jp"),
    "Taiwanese": ("工號,離職日期,離職類型\n1,2025,主動\n客服一組,台北\n", "big5"),
    "rare characters alone": ("agent_id,name\n1,鑫淼\n2,喆轩\n", "gb18030"),
}


def written(folder: Path, content: bytes) -> Path:
    path = folder / "agents.csv"
    path.write_bytes(content)
    return path


def detected(folder: Path, content: bytes, *words: str) -> str:
    return detect_encoding(written(folder, content), shown_path="agents.csv", table="agents", words=words)


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(TableError) as error:
        detected(folder, content)
    return error.value.faults[0].rule


@pytest.mark.parametrize("name", WESTERN)
def test_western_text_is_found_to_be_western(tmp_path: Path, name: str) -> None:
    assert detected(tmp_path, WESTERN[name].encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_text_is_found_to_be_chinese(tmp_path: Path, name: str) -> None:
    assert detected(tmp_path, CHINESE[name].encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_neither_beyond_doubt_is_refused(tmp_path: Path, name: str) -> None:
    text, encoding = OTHERS[name]
    assert refusal(tmp_path, text.encode(encoding)) in ("encoding in doubt", "unknown encoding")


def test_a_declared_heading_settles_what_the_letters_leave_in_doubt(tmp_path: Path) -> None:
    content = "agent_id,喆轩\n1,鑫淼\n".encode("gb18030")
    assert refusal(tmp_path, content) == "encoding in doubt"
    assert detected(tmp_path, content, "喆轩") == "gb18030"


@pytest.mark.parametrize(("name", "text"), [("cp1252", "Köln"), ("Latin-1", "Köln"), ("shift_jis", "大阪")])
def test_any_encoding_that_python_knows_can_be_declared(tmp_path: Path, name: str, text: str) -> None:
    path = written(tmp_path, text.encode(name))
    encoding = declared_encoding(path, name, shown_path="agents.csv", table="agents")
    assert path.read_bytes().decode(encoding) == text


@pytest.mark.parametrize("name", ["hex", "klingon"])
def test_a_declared_encoding_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError) as error:
        declared_encoding(written(tmp_path, b"id\n"), name, shown_path="agents.csv", table="agents")
    assert error.value.faults[0].rule == "unknown encoding"


def test_a_file_in_utf8_that_is_declared_as_another_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        declared_encoding(written(tmp_path, "Köln, Lübeck, Gießen".encode()), "cp1252", shown_path="a", table="agents")
    assert error.value.faults[0].rule == "wrong encoding declared"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_that_ends_within_a_character_is_cut_off(tmp_path: Path, encoding: str) -> None:
    content = "工号,职场\n1,广州客服\n2,深圳".encode(encoding)[:-1]
    assert refusal(tmp_path, content) == "cut off in the middle of a character"


@pytest.mark.parametrize("content", [bytes(4096), b"agent_id,hire_date\n1,2025-01-01\n" + bytes(512)])
def test_zero_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == "zero bytes in a text file"
