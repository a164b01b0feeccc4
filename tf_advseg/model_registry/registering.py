"""Registers a model in an MLflow registry; one call, one new version."""

import dataclasses
import tempfile
import uuid
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tf_advseg.model_registry import packing
from tf_advseg.tracking import mlflow_server
from tf_advseg.tracking import record

if TYPE_CHECKING:
    from mlflow import MlflowClient


@dataclasses.dataclass(frozen=True)
class Registered:
    """A version in a registry.

    Attributes:
        name: Of the registered model.
        version: Its number, which the registry gives.
        uri: What `mlflow.pyfunc.load_model` takes.
        where: The registry's address, without a password.
    """

    name: str
    version: str
    uri: str
    where: str


def register_model(
    model: str | Path | Sequence[str | Path],
    name: str,
    registry: str = "",
    alias: str = "",
    ungated: bool = False,
    write: Callable[[str], None] = print,
) -> Registered:
    """Registers a model as a new version, which takes images.

    The version appears when all its files are there. Several may register
    under one name at once; each gets a version of its own.

    Args:
        model: A `.keras` file, the folder of a run (its chosen model), or
            that of an export (its SavedModel). Several of the first two
            predict together.
        name: Of the registered model; made if it is not there.
        registry: MLflow's address; "": as its environment variables say.
        alias: Points at this version from now on; "": none.
        ungated: Take an exported SavedModel that the gate did not pass.
        write: Where progress goes.

    Raises:
        ValueError: If the model cannot be had, was changed since it was
            written, or MLflow did not take it. There is no version then.
        ImportError: If MLflow is not installed; names the extra.
    """
    paths = [model] if isinstance(model, str | Path) else model
    models = [Path(path) for path in paths]
    client = mlflow_server.connect(registry)
    where = client.tracking_uri
    with mlflow_server.explained(where):
        client.search_registered_models(max_results=1)  # Before the work.
    with tempfile.TemporaryDirectory() as workshop:
        packed = packing.pack(models, Path(workshop), ungated)
        folder = Path(workshop) / "pyfunc"
        packing.write_pyfunc(packed, folder)
        with mlflow_server.explained(where):
            run_id = _run_of(client, models[0], name)
            version = publish(client, run_id, folder, name, packed.tags())
            if alias:
                client.set_registered_model_alias(name, alias, version)
    chosen = f"@{alias}" if alias else f"/{version}"
    found = Registered(
        name,
        version,
        f"models:/{name}{chosen}",
        mlflow_server.without_password(where),
    )
    write(
        f"Registered {name} version {found.version} at {found.where}; load it "
        f"with mlflow.pyfunc.load_model({found.uri!r})."
    )
    return found


def publish(
    client: "MlflowClient",
    run_id: str,
    folder: Path,
    name: str,
    tags: dict[str, str],
) -> str:
    """Uploads a pyfunc's folder and makes it a version; returns its number."""
    # A place of its own: another version's files stay as they are.
    inside = f"registered/{uuid.uuid4().hex[:12]}"
    client.log_artifacts(run_id, str(folder), inside)
    _make_name(client, name)
    source = f"runs:/{run_id}/{inside}"
    return str(client.create_model_version(name, source, run_id, tags).version)


def _run_of(client: "MlflowClient", model: Path, name: str) -> str:
    """The tracked run that a model is from, or a new one to hold it."""
    from mlflow.exceptions import MlflowException

    run_id = record.run_id_around(model, record.MLFLOW)
    if run_id:
        try:
            return client.get_run(run_id).info.run_id
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
    experiment = mlflow_server.experiment_id(client, "")
    run = client.create_run(experiment, run_name=f"register {name}")
    client.set_terminated(run.info.run_id)
    return run.info.run_id


def _make_name(client: "MlflowClient", name: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
