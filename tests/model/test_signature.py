"""With a declared public key, only what its private half signed is loaded."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from typer.testing import CliRunner

from attrition.cli import app
from attrition.errors import AttritionError, UserError
from attrition.model import aliases
from attrition.model.registered import folder_to_read, model_root
from attrition.model.registry_records import FILES_TAG
from attrition.model.signature import PUBLIC_KEY, SIGNATURE_TAG, SIGNING_KEY, sign_version, signing_key
from tests.model.broken import anchored_again


@pytest.fixture
def workspace(registered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(registered, tmp_path / "workspace"))


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pair of keys, of which the public one is declared; give the file of the private one."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "private.pem").write_bytes(private)
    (tmp_path / "public.pem").write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    monkeypatch.setenv(PUBLIC_KEY, str(tmp_path / "public.pem"))
    return tmp_path / "private.pem"


@pytest.fixture
def signed(workspace: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(SIGNING_KEY, str(keys))
    sign_version(workspace, "1")
    monkeypatch.delenv(SIGNING_KEY)
    return workspace


def test_a_signed_version_is_read_and_one_without_a_signature_is_not(signed: Path) -> None:
    assert folder_to_read(signed, "1").is_dir()
    with pytest.raises(AttritionError, match=r"version 2 is not signed by the key of ATTRITION_PUBLIC_KEY"):
        folder_to_read(signed, "2")


def test_without_a_declared_key_nothing_need_be_signed(workspace: Path) -> None:
    assert folder_to_read(workspace, "2").is_dir()


def test_files_and_registry_that_were_changed_together_are_refused(signed: Path) -> None:
    with (model_root(aliases.folder_of(signed, "1")) / "served.py").open("a") as loader:
        loader.write("import os\n")
    anchored_again(signed, "1")
    with pytest.raises(AttritionError, match="version 1 is not signed"):
        folder_to_read(signed, "1")


def test_the_signature_of_one_version_is_none_of_another(signed: Path) -> None:
    for tag in (FILES_TAG, SIGNATURE_TAG):
        aliases.tag_version(signed, "2", {tag: str(aliases.read_tag(signed, "1", tag))})
    with pytest.raises(AttritionError, match="version 2 is not signed"):
        folder_to_read(signed, "2")


@pytest.mark.parametrize("text", ["", "AAAA", "not base64", "中文"])
def test_what_is_no_signature_is_refused_in_the_same_words(signed: Path, text: str) -> None:
    aliases.tag_version(signed, "1", {SIGNATURE_TAG: text})
    with pytest.raises(AttritionError, match="version 1 is not signed"):
        folder_to_read(signed, "1")


def test_another_key_signs_in_vain(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    another = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "another.pem").write_bytes(another)
    monkeypatch.setenv(SIGNING_KEY, str(tmp_path / "another.pem"))
    sign_version(signed, "1")
    with pytest.raises(AttritionError, match="version 1 is not signed"):
        folder_to_read(signed, "1")


def test_the_command_signs_what_was_registered_and_nothing_else(
    workspace: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "pipelines").mkdir()
    command = ["models", "sign", "2", "--workspace", str(workspace)]
    without_key = CliRunner().invoke(app, command)
    assert (without_key.exit_code, "set ATTRITION_SIGNING_KEY" in without_key.output) == (2, True)
    monkeypatch.setenv(SIGNING_KEY, str(keys))
    assert CliRunner().invoke(app, command).output.strip() == "version 2 is signed"
    assert folder_to_read(workspace, "2").is_dir()
    (model_root(aliases.folder_of(workspace, "2")) / "served.py").write_text("")
    assert "served.py changed" in CliRunner().invoke(app, command).output


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if content is not None:
        (tmp_path / "private.pem").write_bytes(content)
    monkeypatch.setenv(SIGNING_KEY, str(tmp_path / "private.pem"))
    with pytest.raises(UserError, match="no private Ed25519 key" if content is not None else "cannot be read"):
        signing_key()
