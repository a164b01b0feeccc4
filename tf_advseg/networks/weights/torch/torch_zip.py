"""PyTorch's zip checkpoints (version 1.6 and later).

NAME/data.pkl    what was saved; its tensors refer to storages by key
NAME/data/KEY    the numbers of a storage
NAME/byteorder   "little" (since version 2.1)
"""

import io
from io import BufferedIOBase

import numpy as np

from tf_advseg.networks.weights.torch import zip_archive
from tf_advseg.networks.weights.torch.element_types import ELEMENT_TYPES
from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import shown
from tf_advseg.networks.weights.torch.restricted_pickle import MAX_PICKLE_BYTES
from tf_advseg.networks.weights.torch.restricted_pickle import read_pickle
from tf_advseg.networks.weights.torch.torch_values import Storage

MAGIC = b"PK\x03\x04"


class ZipCheckpoint:
    """An open checkpoint.

    Attributes:
        value: What was saved, see `restricted_pickle.read_pickle`.
    """

    def __init__(self, file: BufferedIOBase, file_size: int):
        self._file = file
        self._members = zip_archive.read_directory(file, file_size)
        pickles = [n for n in self._members if n.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise BadContent("the archive has no single `data.pkl`")
        self._folder = pickles[0].removesuffix("/data.pkl")
        if f"{self._folder}/constants.pkl" in self._members:
            raise BadContent(
                "it is a TorchScript program; expected a saved state dict"
            )
        self._check_byte_order()
        pickle = self._members[pickles[0]]
        if pickle.size > MAX_PICKLE_BYTES:
            raise BadContent(f"`{pickle.name}` has {pickle.size} bytes")
        content = io.BytesIO(zip_archive.read_bytes(file, pickle))
        self.value = read_pickle(content, {})

    def _check_byte_order(self):
        member = self._members.get(f"{self._folder}/byteorder")
        if member is None:
            return
        if zip_archive.read_bytes(self._file, member) != b"little":
            raise BadContent("its numbers are not little endian")

    def numbers(self, storage: Storage) -> np.ndarray:
        """Returns the storage as it lies in the file, `(storage.total,)`.

        Raises:
            BadContent: If it is missing, damaged or of another length.
        """
        name = f"{self._folder}/data/{storage.key}"
        if name not in self._members:
            raise BadContent(f"the storage {shown(name)} is missing")
        member = self._members[name]
        if member.size != storage.num_bytes:
            raise BadContent(
                f"the storage {shown(name)} has {member.size} bytes; its "
                f"tensors expect {storage.num_bytes}"
            )
        content = zip_archive.read_numbers(self._file, member)
        return content.view(ELEMENT_TYPES[storage.type_name].on_disk)
