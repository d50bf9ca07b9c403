"""What is wrong with the declaration of a database: a rule and an advice in both languages, without any value."""

from __future__ import annotations

from attrition.data.phrase import Phrase


class Refused(Exception):
    """A database is not read, for a reason that the site can mend."""

    def __init__(self, rule: Phrase, advice: Phrase) -> None:
        super().__init__(rule)
        self.rule = rule
        self.advice = advice
