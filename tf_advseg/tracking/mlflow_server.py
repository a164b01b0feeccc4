"""How MLflow is reached, and what is said when it is not there.

MLflow's own environment variables hold: MLFLOW_TRACKING_URI and its
credentials, MLFLOW_HTTP_REQUEST_TIMEOUT and so on. Where they say nothing,
requests are given up after seconds and not minutes, since training waits for
them, MLflow's telemetry is off, and it only speaks to warn.
"""

import contextlib
import logging
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tf_advseg.base.checks import in_one_line

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXTRA = "mlflow"
PROJECT = "tf_advseg"
"""The experiment of runs that are told no other."""
_UNLESS_SET = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "GIT_PYTHON_REFRESH": "quiet",
}
_PASSWORD = re.compile(r"(?<=://)[^/@]*@")


class NotReached(ValueError):
    """A server that did not do what it was asked for."""


def connect(uri: str = "") -> "MlflowClient":
    """Returns MLflow's client; nothing is asked yet.

    Args:
        uri: Of server and registry; "": as MLflow's environment says, which
            without any is a database in the working directory.

    Raises:
        ImportError: If MLflow is not installed; names the extra.
        NotReached: If there is no such kind of address.
    """
    for name, value in _UNLESS_SET.items():
        os.environ.setdefault(name, value)
    # Says each try; the sentences here say it once.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    try:
        import mlflow
    except ImportError as error:
        raise ImportError(
            f"MLflow cannot be imported ({error}): pip install "
            f"'tf-advseg[{EXTRA}]'."
        ) from error
    where = uri or mlflow.get_tracking_uri()
    with explained(where):
        return mlflow.MlflowClient(where, uri or mlflow.get_registry_uri())


def experiment_id(client: "MlflowClient", name: str) -> str:
    """The id of an experiment, which is made if it is not there.

    Args:
        client: From `connect`.
        name: Its name; "": MLFLOW_EXPERIMENT_NAME, else this package's.
    """
    from mlflow.exceptions import MlflowException

    name = name or os.environ.get("MLFLOW_EXPERIMENT_NAME", "") or PROJECT
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return client.create_experiment(name)
        except MlflowException as error:
            # Somebody else's run began at the same moment.
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            found = client.get_experiment_by_name(name)
    if found is None or found.lifecycle_stage != "active":
        raise NotReached(
            f"The experiment {name!r} was deleted in MLflow; restore it there, "
            "or give another --track_project."
        )
    return found.experiment_id


@contextlib.contextmanager
def explained(uri: str) -> Iterator[None]:
    """Raises whatever MLflow and what it stands on raise in one sentence.

    Raises:
        NotReached: Instead of any error.
    """
    try:
        yield
    except NotReached:
        raise
    except Exception as error:  # Of requests, SQLAlchemy, stores of clouds.
        raise NotReached(
            f"MLflow at {without_password(uri)}: {_reason(error)}. "
            "Is it there, and do its credentials fit?"
        ) from error


def without_password(uri: str) -> str:
    """An address that may be shown and written down."""
    return _PASSWORD.sub("", uri)


def _reason(error: Exception) -> str:
    """What began it, if that was the network: the rest repeats the address."""
    innermost: BaseException = error
    while cause := innermost.__cause__ or innermost.__context__:
        innermost = cause
    is_network = isinstance(innermost, OSError)
    return without_password(in_one_line(innermost if is_network else error))
