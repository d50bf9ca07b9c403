"""A url becomes arguments that the real driver has; where a driver is not installed, its test says so."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest

from attrition.data.databases import (
    bigquery,
    clickhouse,
    databricks,
    mariadb,
    oracle,
    postgresql,
    snowflake,
    sql_server,
    sqlite_file,
    trino,
)
from attrition.data.databases.address import parse
from attrition.data.faults import Refused
from attrition.errors import MissingExtra
from tests.data.databases.sources import refusal, rows

PASSWORD = "p/@%:w?#};"


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HR_PASSWORD", PASSWORD)


def driver(name: str) -> ModuleType:
    return pytest.importorskip(name, reason=f"the driver {name} is not installed")


def test_postgresql_takes_the_address_as_libpq_reads_it() -> None:
    where = postgresql.arguments(parse("postgresql://me:${HR_PASSWORD}@[::1]:5433/hr?sslmode=verify-full"))
    assert where == {"uri": "postgresql://me:p%2F%40%25%3Aw%3F%23%7D%3B@[::1]:5433/hr?sslmode=verify-full"}
    inspect.signature(driver("adbc_driver_postgresql.dbapi").connect).bind(**where)


def test_sqlite_takes_a_file_that_is_only_read(tmp_path: Path) -> None:
    (tmp_path / "hr 1.sqlite").touch()
    where = sqlite_file.arguments(parse("sqlite:///hr 1.sqlite"), tmp_path)
    assert where["uri"].endswith("/hr%201.sqlite?mode=ro")
    inspect.signature(driver("adbc_driver_sqlite.dbapi").connect).bind(**where)


@pytest.mark.parametrize("mode", ["disabled", "required", "verify_ca", "verify_identity"])
def test_both_drivers_of_mariadb_encrypt_in_the_same_way(mode: str) -> None:
    address = parse(f"mariadb://me:${{HR_PASSWORD}}@db/hr?ssl-mode={mode}&ssl-ca=/etc/ca.pem")
    where = mariadb.arguments(address)
    inspect.signature(driver("pymysql").connect).bind(**where)
    assert (where["password"], where["ssl_ca"]) == (PASSWORD, "/etc/ca.pem")
    assert ("ssl_verify_cert" in where) == mode.startswith("verify")
    assert mariadb.stream_url(address, is_encrypted=False).endswith(
        f"@db:3306/hr?ssl-mode={mode}&ssl-ca=%2Fetc%2Fca.pem"
    )


def test_sql_server_reads_the_parts_that_were_meant() -> None:
    where = sql_server.arguments(parse("mssql://me:${HR_PASSWORD}@db:1444/hr?encrypt=yes&trust_server_certificate=no"))
    parser = driver("mssql_python.connection_string_parser")
    assert parser._ConnectionStringParser(validate_keywords=True)._parse(where["connection_str"]) == {
        "server": "db,1444",
        "database": "hr",
        "uid": "me",
        "pwd": PASSWORD,
        "encrypt": "yes",
        "trustservercertificate": "no",
    }
    inspect.signature(driver("mssql_python").connect).bind(**where)


def test_oracle_reads_the_parts_that_were_meant() -> None:
    where = oracle.arguments(parse("oracle://me:${HR_PASSWORD}@db/HRPDB?protocol=tcps"))
    parameters = driver("oracledb").ConnectParams(**where)
    assert (parameters.user, parameters.host, parameters.port) == ("me", "db", 1521)
    assert (parameters.service_name, parameters.protocol, where["password"]) == ("HRPDB", "tcps", PASSWORD)


def test_snowflake_takes_names_that_its_driver_has() -> None:
    options = (
        "warehouse=W&role=R&region=eu&auth_type=auth_jwt&auth_token=t&jwt_private_key=k&jwt_private_key_password=p"
    )
    where = snowflake.arguments(parse(f"snowflake://me:${{HR_PASSWORD}}@org-hr/HR/PUBLIC?{options}"))["db_kwargs"]
    assert (where["username"], where["password"], where["adbc.snowflake.sql.db"]) == ("me", PASSWORD, "HR")
    names = {option.value for option in driver("adbc_driver_snowflake").DatabaseOptions}
    assert set(where) - {"username", "password"} <= names


def test_bigquery_takes_names_that_its_driver_has() -> None:
    where = bigquery.arguments(parse("bigquery://project/staff?location=EU&credentials=/etc/key.json"))["db_kwargs"]
    options = driver("adbc_driver_bigquery").DatabaseOptions
    assert where[options.AUTH_TYPE.value] == options.AUTH_VALUE_JSON_CREDENTIAL_FILE.value
    assert set(where) <= {option.value for option in options}


def test_databricks_takes_arguments_that_its_connector_has() -> None:
    where = databricks.arguments(
        parse("databricks://token:${HR_PASSWORD}@adb/hr/staff?http_path=/sql/1.0/warehouses/1")
    )
    assert (where["http_path"], where["access_token"]) == ("/sql/1.0/warehouses/1", PASSWORD)
    connection = driver("databricks.sql.client").Connection
    assert set(where) <= set(inspect.signature(connection.__init__).parameters)


def test_clickhouse_takes_arguments_that_its_client_has_and_cannot_write() -> None:
    where = clickhouse.arguments(parse("clickhouse://me:${HR_PASSWORD}@db/hr"))
    assert (where["password"], where["port"], where["settings"]) == (PASSWORD, 8443, {"readonly": "2"})
    inspect.signature(driver("clickhouse_connect").get_client).bind(**where)


def test_trino_speaks_https_unless_it_must_not() -> None:
    url = "trino://me:${HR_PASSWORD}@db:8443/hive"
    assert trino.arguments(parse(url))["conn"] == "trino+https://me:p%2F%40%25%3Aw%3F%23%7D%3B@db:8443/hive"
    assert trino.arguments(parse("trino://me@db/hive?secure=false"))["conn"] == "trino+http://me@db:8080/hive"
    inspect.signature(driver("connectorx").read_sql).bind(query="", **trino.arguments(parse(url)))


def test_an_unknown_option_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(Refused) as refused:
        snowflake.arguments(parse("snowflake://me@org/HR?warehous=W"))
    assert '(did you mean "warehouse"?)' in refused.value.advice


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("mssql://me@db/hr", "mssql_python", "sqlserver"),
        ("oracle://me@db/hr", "oracledb", "oracle"),
        ("snowflake://me@org/HR", "adbc_driver_snowflake", "snowflake"),
        ("bigquery://project/staff", "adbc_driver_bigquery", "bigquery"),
        ("databricks://token@adb/hr", "databricks", "databricks"),
        ("clickhouse://me@db/hr", "clickhouse_connect", "clickhouse"),
        ("trino://me@db/hive", "connectorx", "trino"),
    ],
)
def test_a_missing_driver_names_its_extra(monkeypatch: pytest.MonkeyPatch, url: str, module: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"attrition\[{extra}\]"):
        rows(url, "select 1 as n")


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("mssql://me@db/hr", "select 1 drop table staff"),
        ("mssql://me@db/hr", "select * from openrowset(bulk 'c:\\x', single_clob) as f"),
        ("mssql://me@db/hr", "select * into copy_of_staff from staff"),
        ("oracle://me@db/hr", "select 1 into x from dual"),
        ("snowflake://me@org/HR", "select $1 from @stage/file.csv"),
        ("databricks://token@adb/hr", "from staff insert into other select *"),
        ("databricks://token@adb/hr", "select * from read_files('/x')"),
        ("clickhouse://me@db/hr", "select * from file('x.csv')"),
        ("clickhouse://me@db/hr", "select 1 settings readonly = 0"),
        ("trino://me@db/hive", "select * from table(pg.system.query(query => 'drop table x'))"),
    ],
)
def test_a_query_that_writes_or_reads_files_is_not_sent(url: str, query: str) -> None:
    assert "in a query" in refusal(url, query)
