"""The recipe of docs/it.md for a proxy with TLS and passwords is run as it stands there."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import time

import httpx
import pytest

from tests.predict.service.process import HOUSE, free_port, kept_workspace, serving_process

SECRET = "a secret of forty letters or so"
NAME = "scores.example.com"
ROW = {"dataframe_records": [{"pay_market_ratio": 0.9}]}

pytestmark = pytest.mark.skipif(
    shutil.which("nginx", path="/usr/sbin:/usr/bin") is None or shutil.which("openssl") is None,
    reason="nginx or openssl is not installed (Debian: apt-get install nginx-light openssl)",
)


def recipe():
    """Return both blocks of the recipe: the server, and what stands in the place of passwords."""
    return re.findall(r"```nginx\n(.*?)```", (HOUSE / "docs" / "it.md").read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    workspace = kept_workspace(tmp_path_factory.mktemp("proxy"))
    with serving_process(workspace, options=["--name", NAME], token=SECRET) as server:
        yield server


@contextlib.contextmanager
def proxy(folder, service, server_block):
    """Run nginx with a server block of the recipe, whose files and ports are those of the test."""
    port = free_port()
    block = server_block.replace("/etc/scores", str(folder)).replace("listen 443", f"listen 127.0.0.1:{port}")
    block = block.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{service.client.base_url.port}")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ {places}\n{block} }}"
    )
    command = [shutil.which("nginx", path="/usr/sbin:/usr/bin"), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                assert process.poll() is None, (folder / "error.log").read_text()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def openssl(folder, *words):
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def folder(tmp_path):
    """Make a certificate of the service's own, one of a client, a user, and the file with the secret."""
    for name, subject in (("tls", NAME), ("clients", "hr")):
        certificate = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={subject}"]
        openssl(
            tmp_path,
            *certificate,
            "-addext",
            f"subjectAltName=DNS:{subject}",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.crt",
        )
    (tmp_path / "users").write_text(f"li:{openssl(tmp_path, 'passwd', '-apr1', 'password of li')}\n")
    (tmp_path / "token.conf").write_text(f'proxy_set_header Authorization "Bearer {SECRET}";\n')
    tmp_path.chmod(0o755)  # nginx's workers are another account
    of_tests = [part for part in tmp_path.parents if part.name.startswith(("pytest-", "popen-"))]
    for part in (tmp_path / "users", *of_tests):
        part.chmod(0o755)
    return tmp_path


def client(folder, port, *, certificate=None):
    """Return a client that trusts the service's certificate and asks it by its name."""
    context = ssl.create_default_context(cafile=str(folder / "tls.crt"))
    if certificate:
        context.load_cert_chain(folder / f"{certificate}.crt", folder / f"{certificate}.key")
    transport = httpx.HTTPTransport(verify=context)
    extensions = {"sni_hostname": NAME}
    made = httpx.Client(transport=transport, base_url=f"https://127.0.0.1:{port}", headers={"Host": NAME}, timeout=60)
    made.event_hooks = {"request": [lambda request: request.extensions.update(extensions)]}
    return made


def test_with_a_password_the_proxy_answers_over_tls_and_without_one_nobody(folder, service):
    with proxy(folder, service, recipe()[0]) as port, client(folder, port) as asking:
        assert asking.post("/score", json=ROW).status_code == 401
        assert asking.post("/score", json=ROW, auth=("li", "a guess")).status_code == 401
        reply = asking.post("/score", json=ROW, auth=("li", "password of li"))
        assert (reply.status_code, reply.headers["X-Model-Version"]) == (200, service.version)
        assert asking.get("/metrics", auth=("li", "password of li")).status_code == 404
        long = asking.post("/score", content=b" " * (33 * 2**20), auth=("li", "password of li"))
        assert long.status_code == 413


def test_past_the_proxy_nobody_is_answered_without_the_secret(service):
    assert service.client.post("/score", json=ROW).status_code == 401
    bearer = {"Authorization": f"Bearer {SECRET}"}
    assert service.client.post("/score", json=ROW, headers=bearer).status_code == 200
    assert service.client.post("/score", json=ROW, headers=bearer | {"Host": "evil.example"}).status_code == 400


def test_with_client_certificates_only_those_who_have_one_are_answered(folder, service):
    server, certificates = recipe()
    lines = [line for line in server.splitlines() if not line.strip().startswith("auth_basic")]
    block = "\n".join(lines).replace("    access_log off;", certificates + "    access_log off;")
    with proxy(folder, service, block) as port:
        with client(folder, port) as stranger:
            assert stranger.post("/score", json=ROW).status_code == 400
        with client(folder, port, certificate="clients") as known:
            assert known.post("/score", json=ROW).status_code == 200
