"""The tables that the migrations make on PostgreSQL."""

import subprocess
import sys

import psycopg
import pytest
from sqlalchemy import create_engine

from engine.store.backend import DatabaseUnsuitable
from engine.store.migrate import Fit
from engine.store.models import Base
from tests import postgres
from tests.store.made import Made

MIGRATE = "import sys; from engine.store import Database; d = Database(sys.argv[1]); d.migrate(); d.close()"
_OF_OTHERS = (
    "alembic_version",
    "procrastinate_",
    "idx_procrastinate_",
    "idflow_jobs_",
    "check_not_todo_abort_requested",
)
_CATALOG = """
    SELECT c.relname || '.' || a.attname,
           format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def test_migrations_make_exactly_the_tables_of_the_models(server: Made) -> None:
    found = []
    for name in (postgres.READY, server.name("template0")):
        engine = create_engine(server.databases.url(name).replace("postgresql:", "postgresql+psycopg:"))
        if name != postgres.READY:
            Base.metadata.create_all(engine)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(_CATALOG).all()
        engine.dispose()
        found.append(sorted(tuple(row) for row in rows if not row[0].startswith(_OF_OTHERS)))
    assert found[0] == found[1]
    assert len(found[0]) > 200


def test_two_that_migrate_at_once_make_the_tables_once(server: Made) -> None:
    database = server.database("template0")
    command = [sys.executable, "-W", "error", "-c", MIGRATE, server.databases.url(server.names[-1])]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(each.communicate(timeout=60)[1], each.returncode) for each in started] == [(b"", 0)] * 2
    assert database.look() == (True, Fit.CURRENT)


def test_a_database_in_which_texts_are_others_is_refused(server: Made) -> None:
    name = f"{server.name()}_latin"
    with psycopg.connect(server.databases.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1'")
    server.names.append(name)
    with pytest.raises(DatabaseUnsuitable, match="CREATE DATABASE idflow"):
        server.again(name).migrate()
