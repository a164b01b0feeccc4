"""What can be seen of an image and its label by opening each file once.

One pass over a file hashes it, decodes it and measures it; the checks of
`tf_advseg.datasets.doctor` then work on these facts alone. Nothing here knows a
class map, and nothing needs TensorFlow: worker processes start in a fraction
of a second and stay small.
"""

from tf_advseg.datasets.file_facts.arrays import array_facts as array_facts
from tf_advseg.datasets.file_facts.arrays import (
    unreadable_facts as unreadable_facts,
)
from tf_advseg.datasets.file_facts.facts import BANDS as BANDS
from tf_advseg.datasets.file_facts.facts import ImageFacts as ImageFacts
from tf_advseg.datasets.file_facts.facts import LabelFacts as LabelFacts
from tf_advseg.datasets.file_facts.facts import PairFacts as PairFacts
from tf_advseg.datasets.file_facts.pair import PairTask as PairTask
from tf_advseg.datasets.file_facts.pool import scan as scan
