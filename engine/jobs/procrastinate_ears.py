"""Hears when a job is enqueued, in this process or in any other: PostgreSQL's `NOTIFY`, by Procrastinate's triggers."""

from collections.abc import Callable
from threading import Event, Thread

import psycopg
import structlog
from procrastinate.manager import get_channel_for_queues
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import IdflowError
from engine.jobs.procrastinate_jobs import QUEUE
from engine.store import Database

log = structlog.get_logger()

LISTEN_SECONDS = 0.5
"""How long it listens before it looks whether it is to stop, and has the heart beat if it is time to."""

AGAIN_SECONDS = 1.0
"""How long it waits before it connects again."""


class Ears:
    """A thread with a connection of its own."""

    def __init__(self, database: Database, ring: Callable[[], None], beat: Callable[[], None]) -> None:
        """`ring` is called when something was heard, `beat` now and then."""
        self._database = database
        self._ring, self._beat = ring, beat
        self._stopping = Event()
        self._thread = Thread(target=self._serve, name="jobs-ears", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except (psycopg.Error, SQLAlchemyError, IdflowError) as error:
                # The threads look once a second all the same.
                log.warning("jobs_unheard", why=type(error).__name__)
                self._stopping.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        with self._database.engine.connect() as pooled:
            connection = pooled.connection.driver_connection
            # Outside of the pool from now on: it is closed at the end.
            pooled.detach()
            assert isinstance(connection, psycopg.Connection)  # noqa: S101 - the driver of this backend
            connection.rollback()
            connection.autocommit = True
            for channel in get_channel_for_queues([QUEUE]):
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            # What was enqueued before it listened.
            self._ring()
            while not self._stopping.is_set():
                if any(True for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1)):
                    self._ring()
                self._beat()
