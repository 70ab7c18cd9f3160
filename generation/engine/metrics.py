"""What this worker counts, in Prometheus's form, and whether it is well; on a port of its own."""

import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

logger = logging.getLogger(__name__)

_RENDER_S = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)
_BATCHES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Counters of one worker. Its methods may be called by any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._render_s = Histogram(
            "generation_picture_render_seconds",
            "A picture's share of its batch's rendering, in seconds.",
            buckets=_RENDER_S,
            registry=self.registry,
        )
        self._batches = Histogram(
            "generation_batch_pictures", "Pictures in a batch.", buckets=_BATCHES, registry=self.registry
        )
        self._jobs = Counter(
            "generation_jobs", "Jobs that left this worker, by how.", ["outcome"], registry=self.registry
        )
        self._memory_ran_out = Counter(
            "generation_out_of_memory", "Batches that did not fit into memory.", registry=self.registry
        )
        self._at_work = Gauge("generation_batch_pictures_now", "Pictures being rendered.", registry=self.registry)
        self._models = Gauge(
            "generation_model_memory_bytes", "Weights in memory.", ["model", "version"], registry=self.registry
        )
        self.pictures_made = 0
        self.batches_made = 0
        self.jobs_failed = 0
        self._lock = threading.Lock()

    def picture_made(self, render_s: float) -> None:
        """A picture lies in the store."""
        with self._lock:
            self.pictures_made += 1
        self._render_s.observe(render_s)

    def batch_begins(self, pictures: int) -> None:
        """So many pictures are being rendered at once."""
        self._at_work.set(pictures)

    def batch_ended(self, pictures: int) -> None:
        """They are rendered."""
        with self._lock:
            self.batches_made += 1
        self._at_work.set(0)
        self._batches.observe(pictures)

    def memory_ran_out(self) -> None:
        """A batch did not fit."""
        self._at_work.set(0)
        self._memory_ran_out.inc()

    def job_ended(self, outcome: str) -> None:
        """``finished``, ``stopped``, ``handed_back``, or a failure's code."""
        if outcome not in {"finished", "stopped", "handed_back"}:
            with self._lock:
                self.jobs_failed += 1
        self._jobs.labels(outcome).inc()

    def models_in_memory(self, models: list[tuple[str, str, int]]) -> None:
        """Name, version and bytes of each."""
        self._models.clear()
        for name, version, size in models:
            self._models.labels(name, version).set(size)


class MetricsServer:
    """``/metrics`` and ``/healthz``. ``is_well`` gives an empty text, or what is wrong."""

    def __init__(self, metrics: Metrics, is_well: Callable[[], str], *, host: str, port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/metrics":
                    self._answer(200, generate_latest(metrics.registry), CONTENT_TYPE_LATEST)
                elif self.path == "/healthz":
                    wrong = is_well()
                    self._answer(503 if wrong else 200, f"{wrong or 'ok'}\n".encode(), "text/plain; charset=utf-8")
                else:
                    self._answer(404, b"/metrics or /healthz\n", "text/plain; charset=utf-8")

            def _answer(self, status: int, body: bytes, media_type: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """A scrape every few seconds is no news."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
