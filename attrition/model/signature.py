"""Signs the files of a registered version with a key of the site (Ed25519), and checks signatures where it is declared.

Whoever may write to the workspace can change a model's files and their hashes in the registry alike. A signature they
cannot make: the private key lies with those who train, the public key with every command that loads a model. Both are
files outside the workspace, named in the environment.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.errors import AttritionError, UserError
from attrition.message import Message
from attrition.model.aliases import read_tag, tag_version
from attrition.model.anchor import anchored_files
from attrition.model.file_hashes import as_text
from attrition.model.registry_records import MODEL

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNING_KEY, PUBLIC_KEY = "ATTRITION_SIGNING_KEY", "ATTRITION_PUBLIC_KEY"
"""Environment variables that name the files of the private and of the public key, PEM."""
SIGNATURE_TAG = "files_signature"
"""Name of the version's tag that holds the signature, base64."""


def signing_key() -> Ed25519PrivateKey | None:
    """Return the private key that the environment names; None where it names none.

    Raises
    ------
    UserError
        The file is not there, or is no private Ed25519 key without a password.
    """
    if (content := _key_file(SIGNING_KEY)) is None:
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _not_a_key(SIGNING_KEY, Message("private"))
    return key


def sign_version(workspace: Path, version: str, *, name: str = MODEL) -> None:
    """Sign the registered files of a version; without a key in the environment, do nothing."""
    if key := signing_key():
        signature = key.sign(_signed_text(workspace, version, name))
        tag_version(workspace, version, {SIGNATURE_TAG: base64.b64encode(signature).decode()}, name=name)


def require_signature(workspace: Path, version: str, *, name: str = MODEL) -> None:
    """Raise unless a version was signed by the key whose public half the environment names; without one, return.

    Raises
    ------
    AttritionError
        The version is not signed, or not by this key, or was changed since.
    UserError
        The file is not there, or is no public Ed25519 key.
    """
    if (key := _public_key()) is None:
        return
    from cryptography.exceptions import InvalidSignature

    try:
        signature = base64.b64decode(read_tag(workspace, version, SIGNATURE_TAG, name=name) or "", validate=True)
        key.verify(signature, _signed_text(workspace, version, name))
    except (InvalidSignature, ValueError):
        raise AttritionError(
            "version {version} is not signed by the key of {variable}; it is not loaded. Who keeps the private key and "
            "knows where the version comes from signs it: `attrition models sign {version}`",
            version=version,
            variable=PUBLIC_KEY,
        ) from None


def _public_key() -> Ed25519PublicKey | None:
    if (content := _key_file(PUBLIC_KEY)) is None:
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(content)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _not_a_key(PUBLIC_KEY, Message("public"))
    return key


def _key_file(variable: str) -> bytes | None:
    """Return the content of the file that a variable names; None where it is not set."""
    if not (path := os.environ.get(variable)):
        return None
    try:
        return Path(path).read_bytes()
    except OSError:
        raise UserError("{variable} names a file that cannot be read: {path}", variable=variable, path=path) from None


def _not_a_key(variable: str, half: Message) -> UserError:
    return UserError(
        "the file of {variable} is no {half} Ed25519 key in PEM without a password; docs/it.md shows how one is made",
        variable=variable,
        half=half,
    )


def _signed_text(workspace: Path, version: str, name: str) -> bytes:
    """Return what is signed: the model's name, the version's number, and size and hash of every file."""
    files = anchored_files(workspace, version, name=name) or {}
    return "\n".join(["attrition model version", name, version, as_text(files)]).encode()
