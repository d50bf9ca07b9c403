"""The model that answers, and how another takes its place: loaded and checked beside it, then swapped in one step."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from attrition.errors import AttritionError
from attrition.model.provenance import version_of
from attrition.model.provisional import NOTHING_TO_SAY, Caveat
from attrition.predict.inputs import Fields, from_records
from attrition.predict.predictions import predictions

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

LOG = logging.getLogger("attrition.service")
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BEFORE_RETRY = 30.0


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model that answers requests, the version that each reply names, and what could not be shown of it."""

    fitted: FittedRisk
    version: str
    caveat: Caveat = NOTHING_TO_SAY

    @cached_property
    def fields(self) -> Fields:
        """Return the fields that its rows may have."""
        return Fields.of_model(self.fitted.encoding)

    def warmed(self) -> LoadedModel:
        """Return the model after one row, which makes what the first one needs and others reuse."""
        predictions(self.fitted, from_records([{}], self.fitted.encoding), version=self.version)
        return self

    @cached_property
    def about(self) -> dict[str, str]:
        """Return what a reply says of the model."""
        return {
            "attrition": version_of("attrition"),
            "model": self.fitted.spec.name,
            "model_version": self.version,
            "caveat": self.caveat.en,
            "caveat_zh": self.caveat.zh,
        }


class ModelSource(Protocol):
    """Where models come from: the registry of a workspace."""

    def state(self) -> Hashable:
        """Return what differs whenever the registry was changed; cheap, and it opens nothing."""
        ...

    def version_in_use(self) -> str | None:
        """Return the version that scores."""
        ...

    def caveat(self, version: str) -> Caveat:
        """Return what could not be shown of a version."""
        ...

    def load(self) -> LoadedModel:
        """Load the version that scores; raises where its files or its golden rows are not as they were."""
        ...


class CurrentModel:
    """Holds the model that answers; a request takes `model` once, and is answered by that one whatever comes after.

    Attributes
    ----------
    model : LoadedModel
        The model that answers.
    failed_version : str or None
        The version in use, if it could not be loaded; the model before goes on.
    reloads, failures : int
        How often a model was swapped, and how often one could not be loaded.
    sees_registry : bool
        Whether the registry could be read when it was last looked at.
    """

    def __init__(
        self, model: LoadedModel, source: ModelSource | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.model = model
        self.failed_version: str | None = None
        self.reloads = self.failures = 0
        self.sees_registry = True
        self._source, self._clock = source, clock
        self._seen: Hashable = None
        self._retry_at = 0.0

    async def watch(self) -> None:
        """Look for another model in use every second, until cancelled."""
        while self._source is not None:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def refresh(self) -> None:
        """Swap the model if another is in use; whatever goes wrong, the model that answers goes on."""
        if self._source is None:
            return
        try:
            state = self._source.state()
            is_retry = self.failed_version is not None and self._clock() >= self._retry_at
            if state == self._seen and not is_retry:
                return
            version = self._source.version_in_use()
            self.sees_registry = True
        except Exception:  # whatever is wrong with the registry is no reason to stop answering
            self.sees_registry = False
            return
        self._seen = state
        if version is not None:
            self._take(version, self._source)

    def _take(self, version: str, source: ModelSource) -> None:
        """Let a version answer from now on, if it can be loaded."""
        try:
            if version == self.model.version:
                self.model = replace(self.model, caveat=source.caveat(version))
            else:
                self.model = source.load()
                self.reloads += 1
                LOG.warning("version %s of the model answers now", self.model.version)
            self.failed_version = None
        except Exception as error:
            self.failed_version, self._retry_at = version, self._clock() + SECONDS_BEFORE_RETRY
            self.failures += 1
            reason = error.message if isinstance(error, AttritionError) else type(error).__name__
            LOG.error(
                "version %s of the model cannot be loaded, version %s goes on: %s", version, self.model.version, reason
            )


@contextlib.asynccontextmanager
async def watched(current: CurrentModel) -> AsyncIterator[None]:
    """Look for another model in use as long as the block runs."""
    task = asyncio.create_task(current.watch())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
