"""Pictures of class maps, entropies and confusion matrices.

Everything takes and returns uint8 arrays `(H, W, 3)`, RGB, except where it
says otherwise; no plotting library is needed.
"""

from tf_advseg.pictures.class_map import colourise
from tf_advseg.pictures.class_map import overlay
from tf_advseg.pictures.class_map import palette_table
from tf_advseg.pictures.confusion import confusion_picture
from tf_advseg.pictures.entropy import entropy_palette
from tf_advseg.pictures.entropy import entropy_picture
from tf_advseg.pictures.entropy import entropy_scale
from tf_advseg.pictures.entropy import entropy_steps
from tf_advseg.pictures.legends import legend
from tf_advseg.pictures.sheets import contact_sheet
from tf_advseg.pictures.sheets import side_by_side
from tf_advseg.pictures.sheets import stacked

__all__ = [
    "colourise",
    "confusion_picture",
    "contact_sheet",
    "entropy_palette",
    "entropy_picture",
    "entropy_scale",
    "entropy_steps",
    "legend",
    "overlay",
    "palette_table",
    "side_by_side",
    "stacked",
]
