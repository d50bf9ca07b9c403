"""What a server or the network refuses is said in a line with exit code 2, and no answer is repeated."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from attrition.cli import app
from tests.mlflow_servers import declare_server

SECRET = "the roster of the night shift"
ANSWERS = [
    (401, "does not let this user in, or not do this (401); set MLFLOW_TRACKING_USERNAME"),
    (403, "does not let this user in, or not do this (403)"),
    (404, "is no MLflow server"),
    (503, "answers with an error of its own (503)"),
    (200, "is no MLflow server"),
]


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """A server that answers every request with one status and a page that is nobody's business."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(self.server.status)  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(f"<html>{SECRET}</html>".encode())

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def printed(workspace: Path, address: str) -> str:
    declare_server(workspace, address)
    result = CliRunner().invoke(app, ["models", "list", "--workspace", str(workspace)])
    assert (result.exit_code, SECRET in result.output) == (2, False), result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize(("status", "sentence"), ANSWERS)
def test_an_answer_that_is_none(door: HTTPServer, tmp_path: Path, status: int, sentence: str) -> None:
    door.status = status  # type: ignore[attr-defined]
    assert sentence in printed(tmp_path, f"http://127.0.0.1:{door.server_port}")


def test_a_certificate_that_is_not_trusted(door: HTTPServer, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    door.socket = context.wrap_socket(door.socket, server_side=True)
    assert "certificate of the MLflow server" in printed(tmp_path, f"https://127.0.0.1:{door.server_port}")


def self_signed(folder: Path) -> Path:
    """Write a key and a certificate that nobody vouches for into one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now, own = datetime.now(UTC), x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = built.add_extension(own, critical=True).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, *plain) + certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "own.pem").write_bytes(text)
    return folder / "own.pem"
