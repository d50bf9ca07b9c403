"""Whatever goes wrong, no password and no value of a row is written anywhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import connectorx
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.data.databases.mariadb import stream_url
from attrition.data.databases.panics import unprinted
from attrition.errors import MissingExtra
from tests.data.databases.conftest import address
from tests.data.databases.sources import mariadb_url, postgresql_url, refusal, rows
from tests.data.sites import VALID, faults_of, write_site
from tests.servers import PASSWORD, Server


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@127.0.0.1:1/hr",
        "postgresql://127.0.0.1:1/hr?user=me&password=s3cret",
        "postgresql://me:s3/cret@127.0.0.1:1/hr",
        "postgresql://me:${HR_PASSWORD}@127.0.0.1:1/hr",
        "mysql://me:s3cret@127.0.0.1:1/hr",
        "mysql://me:s3?cret@127.0.0.1:1/hr",
        "nosuch://me:s3cret@127.0.0.1:1/hr",
    ],
)
def test_a_failed_check_shows_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HR_PASSWORD", "s3cret")
    write_site(tmp_path, VALID | {"pay": ""}, pay=f'url = "{url}"\nquery = "select \'s3cret\' as agent_id"')
    result = CliRunner().invoke(app, ["check", "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    written = [path.read_bytes() for path in (tmp_path / "runs").rglob("*") if path.is_file()]
    for text in (result.output.encode(), *written):
        assert not any(part in text for part in (b"s3cret", b"cret@", b"s3?", b"s3/"))


def test_a_wrong_password_is_not_shown(
    postgresql: Server, mariadb: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READER_PASSWORD", "s3cret")
    for url in (postgresql_url(postgresql), mariadb_url(mariadb)):
        assert "s3cret" not in refusal(url, "select 1")
    assert "s3cret" not in "".join(capfd.readouterr())


def test_a_value_that_the_server_names_in_its_error_is_not_shown(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    fault = refusal(postgresql_url(postgresql), "select note::text::int from shifts")
    assert "could not read from the database" in fault
    assert '{"a"' not in fault


def test_what_connectorx_prints_of_a_value_is_not_shown(mariadb: Server, capfd: pytest.CaptureFixture[str]) -> None:
    where = stream_url(address("mariadb", mariadb, "reader", "hr"), is_encrypted=False)
    with unprinted(), pytest.raises(BaseException, match="0000-00-00"):
        connectorx.read_sql(where, "select cast('0000-00-00' as date) as day", return_type="arrow")
    os.write(2, b"and then it goes on")
    assert capfd.readouterr().err == "and then it goes on"


@pytest.mark.parametrize(
    ("url", "driver", "extra"),
    [
        ("postgresql://host/hr", "adbc_driver_postgresql", "postgres"),
        ("sqlite:///hr.sqlite", "adbc_driver_sqlite", "sqlite"),
        ("mariadb://host/hr", "connectorx", "mysql"),
        ("mysql://host/hr", "pymysql", "mysql"),
        ("mysql://me:${keyring:hr}@host/hr", "keyring", "keyring"),
    ],
)
def test_a_missing_driver_names_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, driver: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    monkeypatch.delitem(sys.modules, f"{driver}.dbapi", raising=False)
    with pytest.raises(MissingExtra, match=rf"attrition\[{extra}\]"):
        rows(url, "select 1", folder=tmp_path)


def test_a_variable_that_is_not_set_is_a_fault_that_names_it(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {}, agents='url = "postgresql://me:${NOT_SET}@host/hr"\nquery = "select 1"')
    assert faults[0].advice == "set NOT_SET in the environment"
    assert faults[0].file == "postgresql://host/hr"
