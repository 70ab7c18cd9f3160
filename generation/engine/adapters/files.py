"""LoRA files that a worker holds ready: fetched once, compared with the hash that was ordered, in bounded memory."""

import hashlib
import logging
from collections import OrderedDict

from generation.engine.contract import MOST_ADAPTERS, Adapter, FailureCode
from generation.engine.stopping import GaveUp
from marketplace.core.blobs import BlobNotFound, BlobStore

logger = logging.getLogger(__name__)

LARGEST_FILE = 64 * 1024 * 1024
# What one order may name must find room, or a file could leave while its order is being read.
SMALLEST_ROOM_MIB = MOST_ADAPTERS * LARGEST_FILE // (1024 * 1024)


class AdapterFiles:
    """The files that were used last, by their SHA-256, up to ``room_bytes``. For the rendering thread.

    In memory and not on disk: a worker may run where nothing can be written, and a killed one leaves nothing behind.
    """

    def __init__(self, store: BlobStore, *, room_bytes: int) -> None:
        self._store, self._room = store, room_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()

    def get(self, adapter: Adapter) -> bytes:
        """The file of ``adapter``. Raises GaveUp(ADAPTER_UNREADABLE) and the store's errors."""
        held = self._held.get(adapter.sha256)
        if held is not None:
            self._held.move_to_end(adapter.sha256)
            return held
        try:
            data = self._store.get(adapter.key)
        except BlobNotFound as error:
            raise GaveUp(FailureCode.ADAPTER_UNREADABLE, f"{adapter.key} is gone") from error
        if len(data) > LARGEST_FILE or hashlib.sha256(data).hexdigest() != adapter.sha256:
            raise GaveUp(FailureCode.ADAPTER_UNREADABLE, f"{adapter.key} has another content than ordered")
        self._held[adapter.sha256] = data
        while len(self._held) > 1 and self.bytes_held > self._room:
            gone, _ = self._held.popitem(last=False)
            logger.info("the LoRA file %s leaves, for room", gone[:12])
        return data

    @property
    def bytes_held(self) -> int:
        """Of all files together."""
        return sum(map(len, self._held.values()))
