"""What is wrong with the declaration of a database: a rule and an advice in both languages, without any value."""

from __future__ import annotations

from attrition.data.phrase import Phrase


class Refused(Exception):
    """A database is not read, for a reason that the site can mend."""

    def __init__(self, rule: Phrase, advice: Phrase) -> None:
        super().__init__(rule)
        self.rule = rule
        self.advice = advice


def may_use_files(grant: str) -> Refused:
    """Return the refusal of an account that may use files of the server, with the statements that make another."""
    return Refused(
        Phrase("account may use files of the server", "该账号可以访问服务器上的文件"),
        Phrase("read with an account that may only read tables: {grant}", "请改用只能读表的账号：{grant}", grant=grant),
    )
