"""Adaptation methods; exporting one here registers it for `--method`."""

from tf_advseg.methods.adabn import AdaBN
from tf_advseg.methods.adaptsegnet import AdaptSegNet
from tf_advseg.methods.adaptsegnet_feature import AdaptSegNetFeature
from tf_advseg.methods.adaptsegnet_single import AdaptSegNetSingle
from tf_advseg.methods.advent import AdvEnt
from tf_advseg.methods.advent_cp import AdvEntCP
from tf_advseg.methods.class_balanced import SelfTraining
from tf_advseg.methods.dacs import Dacs
from tf_advseg.methods.distil import Distil
from tf_advseg.methods.fcns_in_the_wild import FCNsInTheWild
from tf_advseg.methods.intrada import IntraDA
from tf_advseg.methods.maxsquare import MaxSquare
from tf_advseg.methods.method import Method
from tf_advseg.methods.mic import Mic
from tf_advseg.methods.minent import MinEnt
from tf_advseg.methods.minent_cp import MinEntCP
from tf_advseg.methods.source_only import SourceOnly
from tf_advseg.methods.target_oracle import TargetOracle

__all__ = [
    "AdaBN",
    "AdaptSegNet",
    "AdaptSegNetFeature",
    "AdaptSegNetSingle",
    "AdvEnt",
    "AdvEntCP",
    "Dacs",
    "Distil",
    "FCNsInTheWild",
    "IntraDA",
    "MaxSquare",
    "Method",
    "Mic",
    "MinEnt",
    "MinEntCP",
    "SelfTraining",
    "SourceOnly",
    "TargetOracle",
]
