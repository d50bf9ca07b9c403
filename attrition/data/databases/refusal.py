"""Refuse an account of a database that may do more than read tables."""

from __future__ import annotations

from attrition.data.faults import Refused
from attrition.data.phrase import Phrase


def may_use_files(grant: str) -> Refused:
    """Return the refusal of an account that may use files of the server, with the statements that make another."""
    return Refused(
        Phrase("account may use files of the server", "该账号可以访问服务器上的文件"),
        Phrase("read with an account that may only read tables: {grant}", "请改用只能读表的账号：{grant}", grant=grant),
    )
