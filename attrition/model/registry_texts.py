"""Changes texts that this workspace left on the centre's MLflow server, where a person must be named no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from attrition.data.mlflow_server import read_mlflow_server
from attrition.model.mlflow_link import connected, has_model
from attrition.model.registry_copy import amend_answer
from attrition.model.registry_records import MODEL


def rewrite_on_server(workspace: Path, rewritten: Callable[[str], str], *, name: str = MODEL) -> int:
    """Rewrite the tags of the registered model, of its versions and of their runs, and the versions' descriptions.

    Parameters
    ----------
    rewritten : callable
        Returns a text as it is to be; the same one where nothing is to be changed.

    Returns
    -------
    int
        How many texts were changed; 0 where the registry is a file of the workspace.

    Raises
    ------
    ServerUnavailable
        The server does not answer; running this again changes what is left.
    """
    if read_mlflow_server(workspace) is None:
        return 0
    with connected(workspace) as link:
        client, model = link.client, link.registered(name)
        if not has_model(link, model):
            return 0
        changed = _rewrite(
            client.get_registered_model(model).tags, rewritten, partial(client.set_registered_model_tag, model)
        )
        for version in client.search_model_versions(f"name='{model}'"):
            number = str(version.version)
            changed += _rewrite(version.tags, rewritten, partial(client.set_model_version_tag, model, number))
            changed += _rewrite(
                client.get_run(version.run_id).data.tags, rewritten, partial(client.set_tag, version.run_id)
            )
            if version.description and rewritten(version.description) != version.description:
                client.update_model_version(model, number, rewritten(version.description))
                changed += 1
    amend_answer(workspace)
    return changed


def _rewrite(tags: Mapping[str, str], rewritten: Callable[[str], str], write: Callable[[str, str], Any]) -> int:
    """Write every tag that is to be another, and return how many were."""
    others = {key: rewritten(value) for key, value in tags.items() if rewritten(value) != value}
    for key, value in others.items():
        write(key, value)
    return len(others)
