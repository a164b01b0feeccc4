"""The formats that drafts are written in, by name."""

from tf_advseg.labelling.drafts import cityscapes
from tf_advseg.labelling.drafts import coco
from tf_advseg.labelling.drafts import cvat
from tf_advseg.labelling.drafts import ids
from tf_advseg.labelling.drafts import label_studio

FORMATS = {
    "ids": ids.write,
    "coco": coco.write,
    "cvat": cvat.write,
    "label_studio": label_studio.write,
    "cityscapes": cityscapes.write,
}
