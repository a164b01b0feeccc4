"""What page inference-modelarts-0056 demands of a `config.json`.

"Table 1" and so on are that page's tables.
"""

import re

ENGINES = ("TensorFlow", "PyTorch", "MindSpore", "XGBoost")
ENGINES += ("Scikit_Learn", "Spark_MLlib", "Image")
KEYS = {
    "model_algorithm": str,
    "model_type": str,
    "runtime": str,
    "swr_location": str,
    "metrics": dict,
    "apis": list,
    "dependencies": list,
    "health": dict,
}
METRICS = ("f1", "recall", "precision", "accuracy")
CONTENT_TYPES = ("application/json", "multipart/form-data")
RESTRAINTS = ("EXACT", "ATLEAST", "ATMOST")
HEALTH_KEYS = ("url", "protocol", "initial_delay_seconds", "timeout_seconds")
HEALTH_KEYS += ("check_method", "command", "period_seconds")
HEALTH_KEYS += ("failure_threshold",)
_ALGORITHM = re.compile(r"[A-Za-z][^&!'\"<>=\u4e00-\u9fff\\]{0,35}")
_PACKAGE = re.compile(r"[^&!'\"<>=\s]+")


def config_faults(config: dict) -> list[str]:
    """Of the contents of a `config.json`; see table 1 of page 0056."""
    faults = [
        f"{key!r} must be a {kind.__name__}."
        for key, kind in KEYS.items()
        if key in config and not isinstance(config[key], kind)
    ]
    faults += [f"unknown key {key!r}." for key in config if key not in KEYS]
    if faults:
        return faults
    is_image = config.get("model_type") == "Image"
    if not _ALGORITHM.fullmatch(config.get("model_algorithm", "")):
        faults.append(
            "'model_algorithm' must be 1 to 36 characters, a letter first, "
            "without &!'\"<>= and Chinese (table 1)."
        )
    if config.get("model_type") not in ENGINES:
        faults.append(f"'model_type' must be of {ENGINES} (table 1).")
    if is_image and ("runtime" in config or "dependencies" in config):
        faults.append("a container has no 'runtime' or 'dependencies'.")
    if is_image and "health" not in config:
        faults.append("a container needs 'health' (table 1).")
    if not is_image and "health" in config:
        faults.append("'health' is for containers only (table 1).")
    faults += _metrics_faults(config.get("metrics", {}))
    faults += _apis_faults(config.get("apis", []), is_image)
    for dependency in config.get("dependencies", []):
        faults += _dependency_faults(dependency)
    if "health" in config:
        faults += _health_faults(config["health"])
    return faults


def _metrics_faults(metrics):
    return [
        f"metric {name!r} is not one of {METRICS}, or no number (table 2)."
        for name, value in metrics.items()
        if name not in METRICS
        or isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= 1
    ]


def _apis_faults(apis, is_image):
    if not apis or not all(isinstance(api, dict) for api in apis):
        return ["'apis' must be objects, at least one (table 3)."]
    urls = [api.get("url", "/") for api in apis]
    faults = []
    if not is_image and urls != ["/"]:
        faults.append("an engine has one API, with the url '/' (table 3).")
    if not all(isinstance(u, str) and u.startswith("/") for u in urls):
        faults.append("an API's 'url' must start with '/' (table 3).")
    for api in apis:
        for side in ("request", "response"):
            faults += _body_faults(side, api.get(side, {}))
    return faults


def _body_faults(side, body):
    if not isinstance(body, dict):
        return [f"an API's {side!r} must be an object (table 3)."]
    faults = []
    if body.get("Content-type") not in CONTENT_TYPES:
        faults.append(f"{side}: 'Content-type' must be of {CONTENT_TYPES}.")
    data = body.get("data")
    if not isinstance(data, dict) or data.get("type") != "object":
        faults.append(f"{side}: 'data' must be a JSON schema of an object.")
    return faults


def _dependency_faults(dependency):
    if not isinstance(dependency, dict):
        return ["a dependency must be an object (table 6)."]
    packages = dependency.get("packages")
    is_pip = dependency.get("installer") == "pip"
    if not (is_pip and isinstance(packages, list) and packages):
        return ["a dependency needs the installer 'pip' and packages."]
    faults = []
    for package in packages:
        if not isinstance(package, dict):
            faults.append("a package must be an object (table 7).")
            continue
        name = str(package.get("package_name") or "")
        version = str(package.get("package_version") or "")
        if not all(_PACKAGE.fullmatch(part) for part in (name, version or "1")):
            faults.append(f"package {name!r}: special characters (table 7).")
        if version and package.get("restraint") not in RESTRAINTS:
            faults.append(f"package {name!r}: restraint of {RESTRAINTS}.")
    return faults


def _health_faults(health):
    faults = [
        f"health: unknown key {key!r} (table 8)."
        for key in health
        if key not in HEALTH_KEYS
    ]
    if not str(health.get("url", "")).startswith("/"):
        faults.append("health: 'url' must be a path (table 8).")
    if str(health.get("protocol", "http")).lower() != "http":
        faults.append("health: only HTTP is supported (table 8).")
    for key in ("initial_delay_seconds", "timeout_seconds"):
        if key in health and not str(health[key]).isdecimal():
            faults.append(f"health: {key!r} must be seconds (table 8).")
    return faults
