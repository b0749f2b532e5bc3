"""Databases of a PostgreSQL server for one test."""

import psycopg

from engine.database_settings import DatabaseSettings
from engine.store import Database
from tests import postgres


class Made:
    """Databases that are dropped afterwards."""

    def __init__(self, databases: postgres.Databases) -> None:
        self.databases = databases
        self.names: list[str] = []
        self.open: list[Database] = []

    def name(self, template: str = postgres.READY) -> str:
        self.names.append(self.databases.make(template))
        return self.names[-1]

    def database(self, template: str = postgres.READY, settings: DatabaseSettings | None = None) -> Database:
        return self.again(self.name(template), settings)

    def again(self, name: str, settings: DatabaseSettings | None = None) -> Database:
        self.open.append(Database(self.databases.url(name), settings))
        return self.open[-1]

    def end_sessions(self, name: str) -> None:
        """End every connection to a database, as a restart of the server does."""
        with psycopg.connect(self.databases.url("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    def close(self) -> None:
        for database in self.open:
            database.close()
        for name in self.names:
            self.databases.drop(name)
