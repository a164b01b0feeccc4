"""Teacher and student: do averaged weights see what the raw ones see?

Mean teachers (Tarvainen and Valpola, arXiv 1703.01780) are running averages of
a student's weights, and self-training believes them: what both see alike is
what it learns from. Jiang, Nagarajan, Baek and Kolter, "Assessing
Generalization of SGD via Disagreement" (arXiv 2106.13799), see the error of a
network follow the share of pixels where two of its weights disagree. Here, as
mIoU is what is to be predicted, it is the IoU of both class maps, calmed for
classes of which there is next to nothing, in the mean over classes:

    T = 1/C sum_c  |{x: a_x = c and b_x = c}| / (eP + |{x: a_x = c or b_x = c}|)

with a and b the classes at a pixel. `average_agreement` weighs the same with
confidences, which entropy and pseudo-labels raise; this one does not know them.
A class that neither sees counts 0, so a collapse scores 1/C at most.

P pixels, C classes.
"""

import numpy as np

from tf_advseg.selection.scores.agreement import mean_overlap


def teacher_iou(student: np.ndarray, teacher: np.ndarray) -> float:
    """Returns T, from 0 to about 1; it is the same the other way round.

    Args:
        student: Probabilities `(P, C)` of the raw weights.
        teacher: Of their running average, at the same moment.

    Example:
        >>> sure, unsure = np.eye(2), np.array([[0.6, 0.4], [0.4, 0.6]])
        >>> round(teacher_iou(sure, unsure), 3)
        0.998
    """
    return mean_overlap(
        student.argmax(axis=1), teacher.argmax(axis=1), student.shape[1]
    )
