"""Published data sets, a value a file; exported means registered."""

from tf_advseg.datasets.domains.published_data import PublishedData
from tf_advseg.datasets.published.acdc import ACDC as ACDC
from tf_advseg.datasets.published.bdd100k import BDD100K as BDD100K
from tf_advseg.datasets.published.camvid import CAMVID as CAMVID
from tf_advseg.datasets.published.cityscapes import CITYSCAPES as CITYSCAPES
from tf_advseg.datasets.published.cross_city import CROSS_CITY as CROSS_CITY
from tf_advseg.datasets.published.dark_zurich import DARK_ZURICH as DARK_ZURICH
from tf_advseg.datasets.published.foggy_cityscapes import FOGGY as FOGGY
from tf_advseg.datasets.published.gta5 import GTA5 as GTA5
from tf_advseg.datasets.published.idd import IDD as IDD
from tf_advseg.datasets.published.mapillary_vistas import VISTAS as VISTAS
from tf_advseg.datasets.published.synscapes import SYNSCAPES as SYNSCAPES
from tf_advseg.datasets.published.synthia import SYNTHIA as SYNTHIA
from tf_advseg.datasets.published.viper import VIPER as VIPER
from tf_advseg.datasets.published.virtual_kitti2 import KITTI2 as KITTI2

PUBLISHED: dict[str, PublishedData] = {
    value.name: value
    for value in tuple(vars().values())
    if isinstance(value, PublishedData)
}
"""Every exported data set by its name."""
