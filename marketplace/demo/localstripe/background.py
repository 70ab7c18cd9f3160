"""The background work of a server: one process at a time delivers events and lets time pass."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from . import clocks, delivery, idempotency, ticking
from .store import Store

logger = logging.getLogger("localstripe.background")
IDLE_S = 0.2
TICK_S = 1.0
STOP_S = 4.0
CLEANING_S = 600.0
PARALLEL = 8
STEPS_PER_TRANSACTION = 50


class Background:
    """Two threads that work while this process holds the folder's lock.

    The lock is the kernel's (flock), so it is free again the moment its process is gone, however it went; another
    process (after a reload) takes over then.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._lock_path = folder / "background.lock"
        self._stopping = threading.Event()
        self._leader: threading.Thread | None = None

    def start(self) -> None:
        self._leader = threading.Thread(target=self._lead, name="localstripe-background", daemon=True)
        self._leader.start()

    def stop(self) -> None:
        """End the work; deliveries on their way are awaited for a moment, so that their end is noted."""
        self._stopping.set()
        self._store.changed.set()
        if self._leader is not None:
            self._leader.join(timeout=STOP_S)

    def _lead(self) -> None:
        with open(self._lock_path, "a") as lock:
            while not self._stopping.is_set():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    self._stopping.wait(IDLE_S)
            ticker = threading.Thread(target=self._tick, name="localstripe-ticker", daemon=True)
            ticker.start()
            self._deliver()
            ticker.join()

    def _deliver(self) -> None:
        flying: dict[Future[tuple[bool, str]], delivery.Parcel] = {}
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="localstripe-delivery") as pool:
            while not self._stopping.is_set():
                try:
                    self._store.changed.clear()
                    self._take_off(pool, flying)
                    landed = wait(flying, timeout=IDLE_S, return_when=FIRST_COMPLETED).done if flying else set()
                    if landed:
                        self._note(landed, flying)
                except Exception:
                    logger.exception("delivering events failed; they stay pending and are tried again")
                    self._stopping.wait(TICK_S)
                if not flying:
                    self._store.changed.wait(IDLE_S)
            if flying:
                self._note(wait(flying, timeout=STOP_S).done, flying)

    def _take_off(self, pool: ThreadPoolExecutor, flying: dict[Future[tuple[bool, str]], delivery.Parcel]) -> None:
        busy = {(parcel.event, parcel.endpoint) for parcel in flying.values()}
        room = PARALLEL - len(busy)
        for parcel in delivery.due_parcels(self._store, limit=room, excluding=busy) if room else []:
            flying[pool.submit(delivery.send, parcel)] = parcel

    def _note(
        self, landed: set[Future[tuple[bool, str]]], flying: dict[Future[tuple[bool, str]], delivery.Parcel]
    ) -> None:
        """Write down what came of some attempts, in one transaction: a commit waits for the disk."""
        attempts = []
        for future in landed:
            parcel = flying.pop(future)
            is_delivered, result = future.result()
            attempts.append((parcel, is_delivered, result))
            if not is_delivered:
                logger.warning("event %s was not taken by %s: %s", parcel.event, parcel.url, result)
        delivery.record(self._store, attempts)

    def _tick(self) -> None:
        next_cleaning = time.monotonic()
        while not self._stopping.wait(TICK_S):
            try:
                with self._store.reading() as tx:
                    is_due = clocks.next_due(tx) is not None
                if is_due:
                    with self._store.writing() as tx:
                        ticking.run_due(tx, most=STEPS_PER_TRANSACTION)
                if time.monotonic() >= next_cleaning:
                    next_cleaning = time.monotonic() + CLEANING_S
                    with self._store.writing() as tx:
                        idempotency.forget_old_answers(tx)
            except Exception:
                logger.exception("a due task failed; trying again")
