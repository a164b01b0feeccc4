"""What ModelArts' documentation demands of a package, checked offline.

The pages, by their names at support.huaweicloud.com (their contents were
read from stored copies, the newest of 2026):

    inference-modelarts-0055   structure of a package
    inference-modelarts-0056   config.json, tables 1 to 8
    inference-modelarts-0057   customize_service.py
    modelarts_23_0219          containers: port 8080, health check

A package that passes is one that these pages allow; only ModelArts can say
whether it imports it.
"""

import ast
import json
import re
from pathlib import Path

from tf_advseg.export.modelarts.config_rules import config_faults

CONFIG_FILE = "config.json"
SERVICE_FILE = "customize_service.py"
PARENT_MODULE = "model_service.tfserving_model_service"
PARENT_CLASS = "TfServingBaseService"
OLDEST_PYTHON = (3, 7)

MODEL_FILES = (
    "saved_model.pb",
    "variables/variables.index",
    "variables/variables.data-00000-of-00001",
)


def find_faults(package: str | Path) -> list[str]:
    """Returns a sentence for each rule that a package breaks.

    Args:
        package: The folder that holds `model/`; an `image/` beside it is
            checked as well.
    """
    package = Path(package)
    if not (package / "model").is_dir():
        return [f"{package}: there is no folder model/ (0055)."]
    faults = _folder_faults(package / "model")
    image = package / "image"
    if image.is_dir():
        faults += _folder_faults(image / "model")
        faults += _container_faults(image)
    return faults


def _folder_faults(folder):
    """Of one `model/` folder."""
    where = folder.as_posix()
    found = sorted(folder.rglob(CONFIG_FILE))
    if found != [folder / CONFIG_FILE]:
        return [f"{where}: expected one {CONFIG_FILE}, directly in it (0055)."]
    try:
        config = json.loads(found[0].read_text(encoding="utf-8"))
        if not isinstance(config, dict):
            raise ValueError("it is no object")
    except ValueError as error:
        return [f"{found[0].as_posix()}: no JSON object: {error} (0056)."]
    faults = config_faults(config)
    faults = [f"{found[0].as_posix()}: {fault}" for fault in faults]
    if config.get("model_type") == "TensorFlow":
        faults += [
            f"{where}: {name} is missing (0055)."
            for name in MODEL_FILES
            if not (folder / name).is_file()
        ]
        faults += _service_faults(folder)
    faults += [
        f"{path.as_posix()}: a symbolic link; OBS has none."
        for path in folder.rglob("*")
        if path.is_symlink()
    ]
    return faults


def _service_faults(folder):
    """Of the inference code, which is read and not run."""
    found = sorted(folder.rglob(SERVICE_FILE))
    if found != [folder / SERVICE_FILE]:
        return [f"{folder.as_posix()}: expected one {SERVICE_FILE} (0055)."]
    where = found[0].as_posix()
    try:
        text = found[0].read_text(encoding="utf-8")
        tree = ast.parse(text, feature_version=OLDEST_PYTHON)
    except (SyntaxError, ValueError) as error:
        return [f"{where}: not Python {OLDEST_PYTHON}: {error}."]
    imports = [
        node.module for node in tree.body if isinstance(node, ast.ImportFrom)
    ]
    classes = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(getattr(b, "id", "") == PARENT_CLASS for b in node.bases)
    ]
    if PARENT_MODULE not in imports or len(classes) != 1:
        return [
            f"{where}: expected one class that extends {PARENT_CLASS} of "
            f"{PARENT_MODULE} (0057)."
        ]
    return []


def _container_faults(image):
    path = image / "Dockerfile"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    faults = []
    if not re.search(r"^EXPOSE 8080$", text, re.M):
        faults.append(f"{path.as_posix()}: must serve on 8080 (23_0219).")
    if "/home/run.sh" not in text:
        faults.append(f"{path.as_posix()}: boot file /home/run.sh (23_0219).")
    return faults
