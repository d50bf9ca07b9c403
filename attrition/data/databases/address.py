"""The url of a database, taken apart: where it is, who reads it, and what of it may be shown.

Secrets stand outside the file: `${NAME}` is an environment variable, `${keyring:NAME}` a password of the system's
keyring under the service "attrition". They are put in after the url is taken apart, so they may hold any character.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from attrition.data.faults import Refused
from attrition.data.phrase import Phrase
from attrition.errors import MissingExtra

KEYRING_SERVICE = "attrition"
"""The service under which passwords lie in the system's keyring."""
_REFERENCE = re.compile(r"\$\{(keyring:)?([^{}]+)\}")
_UNREADABLE = Phrase("url cannot be read", "无法解析 url")
_WRITE_SO = Phrase(
    "write it as postgresql://user:{variable}@host:port/database, with the password in the environment; in a password "
    "within the url, /, @, ? and # are written %2F, %40, %3F and %23",
    "请写成 postgresql://user:{variable}@host:port/database，密码放在环境变量中；"
    "若密码直接写在 url 里，/、@、?、# 要写成 %2F、%40、%3F、%23",
    variable="${PASSWORD}",
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a database is and who reads it; its representation holds no secret.

    `scheme` is the kind of database. `path` is what follows the host, without the slash: the name of a database, or the
    path of a file. `options` are what follows the question mark.
    """

    scheme: str
    host: str = ""
    port: int | None = None
    path: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


def shown_url(url: str) -> str:
    """Return what of a url may be shown: the kind, host and database, without user, password and options.

    Of a url that cannot be read, such as one whose password holds an unescaped "/", only the kind is shown.

    Examples
    --------
    >>> shown_url("postgresql://me:secret@host:5432/hr?sslmode=require")
    'postgresql://host:5432/hr'
    >>> shown_url("postgresql://me:sec/ret@host/hr"), shown_url("duckdb:///data/hr.duckdb")
    ('postgresql://...', 'duckdb:///data/hr.duckdb')
    """
    scheme, _, rest = url.partition("://")
    if not rest or not re.fullmatch(r"[A-Za-z][\w+.-]*", scheme):
        return "..."
    parts = _parts(url)
    if parts is None:
        return f"{scheme}://..."
    return f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def parse(url: str) -> Address:
    """Take a url apart and put the secrets in.

    Raises
    ------
    Refused
        The url cannot be read, or an environment variable or a password of the keyring is not there.
    MissingExtra
        The url names the keyring, and its library is not installed.
    """
    if _REFERENCE.fullmatch(url.strip()):  # the whole url is a secret
        url = _resolved(url.strip())
    parts = _parts(url)
    if parts is None:
        raise Refused(_UNREADABLE, _WRITE_SO)
    _refuse_unset(url)
    who, _, where = parts.netloc.rpartition("@")
    user, _, password = who.partition(":")
    host, port = _host_and_port(where)
    return Address(
        scheme=parts.scheme.split("+")[0],
        host=_with_secrets(host),
        port=_port_number(_with_secrets(port)),
        path=_with_secrets(parts.path.removeprefix("/")),
        user=_with_secrets(user),
        password=_with_secrets(password),
        options={name: _resolved(value) for name, value in parse_qsl(parts.query, keep_blank_values=True)},
    )


def _parts(url: str) -> SplitResult | None:
    """Return the parts of a url; None where it may be read in two ways, as when a password holds a "/"."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    after = f"{parts.path}{parts.query}{parts.fragment}"
    has_stray_user = bool(parts.netloc) and "@" not in parts.netloc and "@" in after
    has_odd_option = any("=" not in option for option in parts.query.split("&") if option)
    where = parts.netloc.rpartition("@")[2]
    is_port = re.fullmatch(r"\d*|\$\{[^{}]+\}", _host_and_port(where)[1]) is not None
    if not parts.scheme or "://" not in url or parts.fragment or has_stray_user or has_odd_option or not is_port:
        return None
    return parts


def _host_and_port(where: str) -> tuple[str, str]:
    """Return the two halves of `host:port`; an IPv6 address stands in brackets, and references may hold a colon.

    Examples
    --------
    >>> _host_and_port("[::1]:5432"), _host_and_port("hr.example"), _host_and_port("${keyring:host}:1")
    (('::1', '5432'), ('hr.example', ''), ('${keyring:host}', '1'))
    """
    match = re.fullmatch(
        r"\[(?P<v6>[^\]]*)\](?::(?P<p6>.*))?|(?P<host>(?:\$\{[^{}]*\}|[^:])*)(?::(?P<port>.*))?", where
    )
    if match is None:
        return where, ""
    return match["v6"] or match["host"] or "", match["p6"] or match["port"] or ""


def _port_number(text: str) -> int | None:
    if text and not text.isdecimal():
        raise Refused(_UNREADABLE, _WRITE_SO)
    return int(text) if text else None


def _refuse_unset(url: str) -> None:
    """Refuse a url with references to environment variables that are not set, naming all of them."""
    unset = [name for keyring, name in _REFERENCE.findall(url) if not keyring and name not in os.environ]
    if unset:
        names = ", ".join(dict.fromkeys(unset))
        raise Refused(
            Phrase("environment variable not set", "未设置环境变量"),
            Phrase("set {names} in the environment", "请设置环境变量 {names}", names=names),
        )


def _with_secrets(text: str) -> str:
    """Return a percent-encoded part of a url decoded, with its references replaced by their values as they are."""
    pieces, end = [], 0
    for match in _REFERENCE.finditer(text):
        pieces += [unquote(text[end : match.start()]), _secret(match)]
        end = match.end()
    return "".join([*pieces, unquote(text[end:])])


def _resolved(text: str) -> str:
    """Return a decoded text with its references replaced by their values."""
    _refuse_unset(text)
    return _REFERENCE.sub(_secret, text)


def _secret(match: re.Match[str]) -> str:
    return _keyring_password(match[2]) if match[1] else os.environ[match[2]]


def _keyring_password(name: str) -> str:
    """Return a password of the system's keyring."""
    try:
        import keyring
    except ImportError:
        raise MissingExtra("keyring", "a password of the system's keyring") from None
    try:
        password = keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError:
        password = None
    if password is None:
        raise Refused(
            Phrase("password not in the keyring", "系统密钥环中没有该密码"),
            Phrase(
                "store it with `keyring set {service} {name}`",
                "请用 `keyring set {service} {name}` 保存密码",
                service=KEYRING_SERVICE,
                name=name,
            ),
        )
    return password
