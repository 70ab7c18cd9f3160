"""What a worker process has set up once, for its threads. Torch-free: the models may be anybody's."""

import threading
from dataclasses import dataclass, field

from generation.engine.adapters.files import AdapterFiles
from generation.engine.batch_limits import BatchLimits
from generation.engine.configuration import WorkerConfiguration
from generation.engine.contract import WarmUp
from generation.engine.database import Database
from generation.engine.delivery import Delivery
from generation.engine.metrics import Metrics
from generation.engine.painting import Painters
from generation.engine.patience import Patience
from generation.engine.queue import CHANNEL, Queue
from generation.engine.reporter import Reporter
from generation.engine.shop import Shop
from marketplace.core.blobs import BlobStore

_AT_ONCE = {"cuda": 8, "cpu": 1}


@dataclass
class Workplace:
    """The parts and how they hang together. ``ending``: this process was asked to end."""

    configuration: WorkerConfiguration
    models: Painters
    ending: threading.Event = field(default_factory=threading.Event)
    warm_ups: list[WarmUp] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = self.configuration
        self.store = BlobStore(given.jobs_store)
        self.adapters = AdapterFiles(self.store, room_bytes=given.worker_adapter_memory_mib * 1024 * 1024)
        self.database = Database(given.worker_database_url, channel=CHANNEL, on_stop=self._stop)
        self.queue = Queue(self.database)
        self.shop = Shop(self.database)
        self.patience = Patience(self.ending)
        self.metrics = Metrics()
        self.limits = BatchLimits(given.worker_most_at_once or _AT_ONCE[self.models.machine.device])
        self.reporter = Reporter(shop=self.shop, store=self.store, database=self.database)
        self.delivery = Delivery(
            store=self.store,
            queue_rows=self.queue,
            shop=self.shop,
            patience=self.patience,
            metrics=self.metrics,
        )

    def _stop(self, row_id: int) -> None:
        self.reporter.row_is_to_stop(row_id)

    def open(self) -> None:
        """Enter the queue and start the threads that the rendering loop speaks to."""
        self.patience.until_answered(self.queue.register)
        self.reporter.start()
        self.delivery.start()

    def close_deliveries(self) -> None:
        """Deliver what was made and hand back what was not."""
        self.reporter.close()
        self.delivery.close()

    def close(self) -> None:
        """Leave the queue and give the connection back. Raises DatabaseAway."""
        try:
            self.patience.until_answered(self.queue.unregister)
        finally:
            self.database.close()
