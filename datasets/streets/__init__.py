"""Two street domains drawn from a seed: a game's and a camera's."""

from tf_advseg.datasets.streets.classes import STREETS
from tf_advseg.datasets.streets.domain import StreetsDomain

__all__ = ["STREETS", "StreetsDomain"]
