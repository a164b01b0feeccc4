"""Where artefacts are made, and what all of them say of themselves."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.export.edge.artefact import FORMAT
from tf_advseg.export.edge.network import Prediction
from tf_advseg.export.edge.watching.statistics import Statistics
from tf_advseg.export.formats.format import Runtime
from tf_advseg.networks.ensemble import Ensemble


@dataclasses.dataclass(frozen=True, eq=False)
class Workshop:
    """Artefacts of one predictor, in a folder where they get no name yet.

    Attributes:
        ensemble: The predictor.
        facts: What the metadata of every artefact says.
        home: Images that references are measured on.
        folder: Where all is written.
        threads: For calibration and measuring.
    """

    ensemble: Ensemble
    facts: dict[str, Any]
    home: HomeImages
    folder: Path
    threads: int = 2

    def reference(
        self, runtime: Runtime, images: Sequence[np.ndarray]
    ) -> dict[str, Any]:
        """Returns how an artefact behaves at home.

        It is measured with the very artefact, so that the bias of its 8-bit
        arithmetic is in both sides of every comparison on a device.

        Args:
            runtime: The artefact.
            images: Those of `home`, at the size that it takes.

        Raises:
            ValueError: If there are none.
        """
        home = self.home
        if not images:
            raise ValueError(
                f"Split {home.split!r} of {home.domain!r} gave no image to "
                "measure the artefact on."
            )
        statistics = Statistics(self.ensemble.num_classes)
        for image in images:
            classes, entropy = runtime(image)
            statistics.add([Prediction(classes, 255 * entropy)])
        return statistics.to_reference(home.domain, home.split)

    def metadata(
        self,
        kind: str,
        precision: str,
        size: tuple[int, int] | None,
        reference: dict[str, Any],
    ) -> dict[str, Any]:
        """Returns what an artefact says of itself: `tf_advseg.json`.

        Args:
            kind: Of its format.
            precision: Of its numbers.
            size: (H, W) of its images; None for any.
            reference: From `reference`.
        """
        return {
            "format": FORMAT,
            "kind": kind,
            "precision": precision,
            "size": list(size) if size else None,
            **self.facts,
            "preprocessing": "inside: RGB uint8 in",
            "reference": reference,
        }
