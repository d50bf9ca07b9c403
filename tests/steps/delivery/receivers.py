"""Real receivers on this machine: a mail server with TLS or STARTTLS, and a web server that answers as it is told."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def write_certificate(folder: Path) -> Path:
    """Write a certificate of 127.0.0.1, with its key, that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    encodings = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "certificate.pem"
    path.write_bytes(key.private_bytes(*encodings) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class MailServer:
    """A mail server: what it says to a login and to the text, and what it got."""

    certificate: Path
    security: str = "starttls"
    login: str = "235 ok"
    taken: str = "250 taken"
    connections: int = 0
    port: int = 0
    mails: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    def talk(self, connection: socket.socket) -> None:
        self.connections += 1
        is_encrypted = self.security == "tls"
        stream = connection.makefile("rwb")
        say(stream, "220 mail")
        while line := stream.readline().decode().strip():
            word = line.upper().split()[0]
            if word == "EHLO":
                offers = ["AUTH PLAIN"] if is_encrypted else ["STARTTLS"] if self.security == "starttls" else []
                say(stream, *(f"250-{offer}" for offer in ("mail", *offers)), "250 HELP")
            elif word == "STARTTLS":
                say(stream, "220 go on")
                stream.close()
                connection = self.context().wrap_socket(connection, server_side=True)
                stream, is_encrypted = connection.makefile("rwb"), True
            elif word == "AUTH":
                say(stream, self.login)
            elif word == "DATA":
                say(stream, "354 go on")
                self.mails.append(b"".join(iter(stream.readline, b".\r\n")).decode())
                say(stream, self.taken)
            elif word == "QUIT":
                say(stream, "221 bye")
                break
            else:
                self.recipients += [line.partition(":")[2].strip("<>")] if word == "RCPT" else []
                say(stream, "250 ok")
        stream.close()
        connection.close()

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:  # it was closed
                return
            with suppress(OSError):  # the other side hung up
                connection.settimeout(10)
                self.talk(
                    self.context().wrap_socket(connection, server_side=True) if self.security == "tls" else connection
                )
            connection.close()

    @contextmanager
    def running(self) -> Iterator[MailServer]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            thread = threading.Thread(target=self.serve, args=(listening,))
            thread.start()
            yield self
            listening.shutdown(socket.SHUT_RDWR)
        thread.join(20)


def say(stream: IO[bytes], *lines: str) -> None:
    stream.write("".join(f"{line}\r\n" for line in lines).encode())
    stream.flush()


@dataclass
class WebServer:
    """A web server that gives its answers one after another, the last again and again, and keeps what it got."""

    answers: list[tuple[int, str, dict[str, str]]]
    port: int = 0
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[WebServer]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                owner.requests.append((self.path, dict(self.headers.items()), body))
                status, text, headers = owner.answers[min(len(owner.requests), len(owner.answers)) - 1]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield self
            server.shutdown()
            thread.join(10)
