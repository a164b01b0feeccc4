"""ImageNet weights out of a pip package.

The package's code is not imported; the PyTorch checkpoint in it is read by
`torch_file`.
"""

import dataclasses
import importlib.util
from pathlib import Path

import keras

from tf_advseg.networks.weights.torch.errors import WeightsError


@dataclasses.dataclass(frozen=True)
class PipPackage:
    """A checkpoint with PyTorch's names in an installed package.

    Args:
        package: What Python imports.
        file: The checkpoint's path in it.
        install: The command that installs it.
        licence: That the package states; empty: none.
    """

    package: str
    file: str
    install: str
    licence: str = ""

    def load(self, model: keras.Model) -> str:
        """Fills a backbone; returns where from.

        Raises:
            WeightsError: If the package is not installed, or its file is
                damaged. The model is unchanged then.
        """
        from tf_advseg.networks.weights import pytorch_backbones

        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise WeightsError(
                f"The ImageNet weights of {model.name} are not installed; "
                f"`{self.install}` brings them."
            )
        path = Path(spec.origin).parent / self.file
        origin = f"{self.package}/{self.file}"
        pytorch_backbones.load_backbone(model, path, origin)
        return f"ImageNet, {origin}"
