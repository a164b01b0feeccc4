"""Published data sets in their native layouts; exported means registered."""

from tf_advseg.datasets.published.acdc import Acdc as Acdc
from tf_advseg.datasets.published.bdd100k import Bdd100k as Bdd100k
from tf_advseg.datasets.published.camvid import CamVid as CamVid
from tf_advseg.datasets.published.cityscapes import Cityscapes as Cityscapes
from tf_advseg.datasets.published.cross_city import CrossCity as CrossCity
from tf_advseg.datasets.published.dark_zurich import DarkZurich as DarkZurich
from tf_advseg.datasets.published.foggy_cityscapes import (
    FoggyCityscapes as FoggyCityscapes,
)
from tf_advseg.datasets.published.gta5 import Gta5 as Gta5
from tf_advseg.datasets.published.idd import Idd as Idd
from tf_advseg.datasets.published.mapillary_vistas import (
    MapillaryVistas as MapillaryVistas,
)
from tf_advseg.datasets.published.synscapes import Synscapes as Synscapes
from tf_advseg.datasets.published.synthia import Synthia as Synthia
from tf_advseg.datasets.published.viper import Viper as Viper
from tf_advseg.datasets.published.virtual_kitti2 import (
    VirtualKitti2 as VirtualKitti2,
)

__all__ = [
    "Acdc",
    "Bdd100k",
    "CamVid",
    "Cityscapes",
    "CrossCity",
    "DarkZurich",
    "FoggyCityscapes",
    "Gta5",
    "Idd",
    "MapillaryVistas",
    "Synscapes",
    "Synthia",
    "Viper",
    "VirtualKitti2",
]
