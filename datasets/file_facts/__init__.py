"""What can be seen of an image and its label by opening each file once.

One pass over a file hashes it, decodes it and measures it; the checks of
`tf_advseg.datasets.doctor` then work on these facts alone. Nothing here knows a
class map, and nothing needs TensorFlow: worker processes start in a fraction
of a second and stay small.
"""

from tf_advseg.datasets.file_facts.arrays import array_facts
from tf_advseg.datasets.file_facts.arrays import unreadable_facts
from tf_advseg.datasets.file_facts.facts import BANDS
from tf_advseg.datasets.file_facts.facts import FileFacts
from tf_advseg.datasets.file_facts.facts import ImageFacts
from tf_advseg.datasets.file_facts.facts import LabelFacts
from tf_advseg.datasets.file_facts.facts import PairFacts
from tf_advseg.datasets.file_facts.facts import Problem
from tf_advseg.datasets.file_facts.pair import PairTask
from tf_advseg.datasets.file_facts.pair import pair_facts
from tf_advseg.datasets.file_facts.pool import scan

__all__ = [
    "BANDS",
    "FileFacts",
    "ImageFacts",
    "LabelFacts",
    "PairFacts",
    "PairTask",
    "Problem",
    "array_facts",
    "pair_facts",
    "scan",
    "unreadable_facts",
]
