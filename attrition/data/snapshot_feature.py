"""The declaration of a column of `snapshots` as a feature."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from attrition.data.terms import LANGUAGES, PARTS, FamilyName, Lever, Measure, Unit
from attrition.declared import Declaration
from attrition.message import Message, joined


class SnapshotFeature(Declaration):
    """A column of `snapshots` declared as a feature, like the package's own in `attrition.features.declare.Feature`.

    `measure` and `topic` may be left out: the value is then a plain level, and the feature a topic of its own. A ratio
    to a norm names its `subject` and its `norm`, days since an event name the `event`, each in both languages.
    """

    family: FamilyName
    """The group of features it belongs to."""
    lever: Lever
    """What management can move it with; "none" where nothing can."""
    en: str
    """A noun phrase that reads well before "is 4.1 %"."""
    zh: str
    """The same in Chinese."""
    unit: Unit
    """How the value is written for people; a category is a text."""
    measure: Measure = "level"
    """What the value is, which decides how a sentence words it."""
    topic: str = ""
    """A name shared by features that measure the same thing; the feature's own name when left out."""
    subject_en: str = ""
    """Of a ratio to a norm: what is compared."""
    subject_zh: str = ""
    """The same in Chinese."""
    norm_en: str = ""
    """Of a ratio to a norm: what it is compared with."""
    norm_zh: str = ""
    """The same in Chinese."""
    event_en: str = ""
    """Of days since an event: the event."""
    event_zh: str = ""
    """The same in Chinese."""
    direction: Literal[-1, 0, 1] = 0
    """What theory says of higher values: -1 lowers risk, 1 raises it, 0 nothing is known. The model keeps to it."""
    is_symptom: bool = False
    """A warning sign: it is explained, and never gets an intervention."""
    absence: Literal["zero", "unknown"] = "unknown"
    """What it means that an agent has no value: the number 0, or not known."""
    peers: bool = False
    """Also compare with peers: adds a feature that ends in `_vs_peers`."""

    @model_validator(mode="after")
    def _has_parts(self) -> SnapshotFeature:
        parts = [f"{part}_{language}" for part in PARTS.get(self.measure, ()) for language in LANGUAGES]
        missing = [part for part in parts if not getattr(self, part)]
        if missing:
            raise ValueError(
                Message(
                    'measure = "{measure}" needs {missing} as well', measure=self.measure, missing=joined(", ", missing)
                )
            )
        if self.measure == "ratio_to_norm" and self.unit != "ratio":
            raise ValueError(Message('measure = "ratio_to_norm" needs unit = "ratio"'))
        return self
