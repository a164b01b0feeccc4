"""A package that Huawei Cloud's ModelArts imports, and a check of it."""

from tf_advseg.export.modelarts.configuration import evaluation_metrics
from tf_advseg.export.modelarts.package import write_package
from tf_advseg.export.modelarts.rules import find_faults

__all__ = ["evaluation_metrics", "find_faults", "write_package"]
