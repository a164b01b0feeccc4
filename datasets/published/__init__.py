"""Published data sets in their native layouts; exported means registered."""

from tf_advseg.datasets.published.cityscapes import Cityscapes as Cityscapes
from tf_advseg.datasets.published.cross_city import CrossCity as CrossCity
from tf_advseg.datasets.published.gta5 import Gta5 as Gta5
from tf_advseg.datasets.published.synthia import Synthia as Synthia

__all__ = ["Cityscapes", "CrossCity", "Gta5", "Synthia"]
