"""A url is taken apart without a doubt, and shown without its secrets."""

from __future__ import annotations

import pytest

from attrition.data.databases.address import Address, parse, shown_url
from attrition.data.faults import Refused

PASSWORD = "p/@%:w?#"


def test_a_password_of_the_environment_may_hold_any_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HR_PASSWORD", PASSWORD)
    address = parse("postgresql+psycopg://me:${HR_PASSWORD}@db.example:5433/hr?sslmode=require")
    assert address == Address(
        scheme="postgresql", host="db.example", port=5433, path="hr", user="me", password=PASSWORD,
        options={"sslmode": "require"},
    )  # fmt: skip


def test_a_password_within_the_url_is_percent_encoded() -> None:
    assert parse("mysql://me:p%2F%40%25%3Aw%3F%23@db/hr").password == PASSWORD


def test_the_whole_url_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HR_URL", "postgresql://me:secret@db/hr")
    assert parse("${HR_URL}").host == "db"
    assert shown_url("${HR_URL}") == "..."


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@db:5432/hr?password=secret", "postgresql://db:5432/hr"),
        ("postgresql://db/hr?user=me&password=secret", "postgresql://db/hr"),
        ("postgresql://me:sec@ret@db/hr", "postgresql://db/hr"),
        ("mysql://me:se/cret@db/hr", "mysql://..."),
        ("mysql://me:1/secret@db/hr", "mysql://..."),
        ("mysql://me:sec?ret@db/hr", "mysql://..."),
        ("mysql://me:12?secret=@db/hr", "mysql://..."),
        ("mysql://me:sec#ret@db/hr", "mysql://..."),
        ("mysql://me:${HR_PASSWORD}@db/hr", "mysql://db/hr"),
        ("mysql:me:secret@db/hr", "..."),
        ("sqlite:///data/hr.sqlite", "sqlite:///data/hr.sqlite"),
    ],
)
def test_what_is_shown_of_a_url_holds_no_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown


@pytest.mark.parametrize(
    "url",
    ["mysql://me:se/cret@db/hr", "mysql://me:sec?ret@db/hr", "mysql://me:sec#ret@db/hr", "mysql://db:port/hr", "hr"],
)
def test_a_url_that_may_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="url cannot be read"):
        parse(url)


def test_every_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(Refused) as refusal:
        parse("mysql://${NOT_SET}:${NOT_SET_EITHER}@db/hr")
    assert refusal.value.advice == "set NOT_SET, NOT_SET_EITHER in the environment"


def test_a_password_may_lie_in_the_keyring(keyring_of_test: dict[tuple[str, str], str]) -> None:
    keyring_of_test["attrition", "hr"] = PASSWORD
    assert parse("mysql://me:${keyring:hr}@db/hr").password == PASSWORD


def test_a_password_that_is_not_in_the_keyring_is_refused_with_how_to_store_it(
    keyring_of_test: dict[tuple[str, str], str],
) -> None:
    with pytest.raises(Refused) as refusal:
        parse("mysql://me:${keyring:hr}@db/hr")
    assert refusal.value.advice == "store it with `keyring set attrition hr`"


@pytest.fixture
def keyring_of_test(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """Put a keyring of its own kind in place of the machine's, which may have none."""
    import keyring
    from keyring.backend import KeyringBackend

    stored: dict[tuple[str, str], str] = {}

    class InMemory(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return stored.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            stored[service, username] = password

    monkeypatch.setattr(keyring.core, "_keyring_backend", InMemory())
    return stored


def test_the_representation_of_an_address_holds_no_secret() -> None:
    assert "secret" not in repr(parse("mysql://me:secret@db/hr?password=secret"))
