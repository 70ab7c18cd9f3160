"""All that the worker says to the shop: progress by the one database function, outcomes by the queue."""

import logging
import time
from uuid import UUID

import procrastinate
import psycopg

from generation.engine import contract
from generation.engine.contract import Go

logger = logging.getLogger(__name__)

_ATTEMPTS = 4
_FIRST_WAIT_S = 0.5


class Shop:
    """Reports of one worker process. A lost connection is opened again; after four tries psycopg's error
    comes through.

    Used by one thread at a time.
    """

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._connection: psycopg.Connection | None = None
        # Without a running pool procrastinate defers over a synchronous connection of its own.
        self._sender = procrastinate.App(
            connector=procrastinate.SyncPsycopgConnector(conninfo=database_url, min_size=0, max_size=1)
        )
        self._is_open = False

    def report_progress(self, job_id: UUID, attempt: int, *, steps_done: int, previews: int) -> Go:
        """Say how far ``attempt`` is (steps over all pictures, previews written so far); learn whether to
        go on.
        """
        for left in reversed(range(_ATTEMPTS)):
            try:
                row = (
                    self._connected()
                    .execute("SELECT report_progress(%s, %s, %s, %s)", [job_id, attempt, steps_done, previews])
                    .fetchone()
                )
                assert row is not None
                return Go(row[0])
            except psycopg.OperationalError:
                self._drop()
                if not left:
                    raise
                self._wait(left)
        raise AssertionError("the loop returns or raises")

    def picture_is_ready(self, job_id: UUID, attempt: int, key: str) -> None:
        """A picture's result lies under ``key``."""
        self._defer(contract.PICTURE_TASK, job_id=str(job_id), attempt=attempt, key=key)

    def job_is_finished(self, job_id: UUID, attempt: int, keys: list[str]) -> None:
        """All results lie under ``keys``, in the pictures' order."""
        self._defer(contract.FINISHED_TASK, job_id=str(job_id), attempt=attempt, keys=keys)

    def job_failed(self, job_id: UUID, attempt: int, code: contract.FailureCode) -> None:
        """This attempt is given up."""
        self._defer(contract.FAILED_TASK, job_id=str(job_id), attempt=attempt, code=code.value)

    def close(self) -> None:
        """Give the connections back."""
        self._drop()
        if self._is_open:
            self._sender.close()
            self._is_open = False

    def _defer(self, task: str, **arguments: object) -> None:
        if not self._is_open:
            self._sender.open()
            self._is_open = True
        for left in reversed(range(_ATTEMPTS)):
            try:
                self._sender.configure_task(task, queue=contract.OUTCOME_QUEUE).defer(**arguments)  # type: ignore[arg-type]
                return
            except procrastinate.exceptions.ConnectorException:
                if not left:
                    raise
                self._wait(left)

    def _wait(self, left: int) -> None:
        wait_s = _FIRST_WAIT_S * 2 ** (_ATTEMPTS - left)
        logger.warning("the database did not answer; trying again in %.0f s", wait_s)
        time.sleep(wait_s)

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
