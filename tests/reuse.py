"""What the tests of one process compile once, though each of them has an installation of its own."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule

from webui import app
from webui.testing.workshop import Templates


def modules() -> None:
    """Keep compiled modules, whatever the environment says: programs that tests start read them, too."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


class Builders:
    """The functions that make the address of a route, by what goes into them: each is compiled Python."""

    def __init__(self) -> None:
        self.made: dict[tuple[Any, ...], Any] = {}
        self.compile = Rule._compile_builder

    def of(self, rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, *rule._trace, repr(rule.defaults), append_unknown)
        if key not in self.made:
            self.made[key] = self.compile(rule, append_unknown)
        return self.made[key]


@contextmanager
def compiled() -> Iterator[None]:
    """Let every database use the SQL, and every application the templates and routes, that another has compiled."""
    with pytest.MonkeyPatch.context() as patch:
        made = partial(create_engine, execution_options={"compiled_cache": {}})
        # Compiled SQL is kept for a dialect, and each engine makes one of its own, which is like all others.
        for kind, dialect in (("sqlite", SQLiteDialect_pysqlite), ("postgres", PGDialect_psycopg)):
            patch.setattr(f"engine.store.{kind}.create_engine", made)
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        # From Python 3.14 on, a partial in a class would be a method.
        environment = staticmethod(partial(app._Pages.jinja_environment, bytecode_cache=Templates()))
        patch.setattr(app._Pages, "jinja_environment", environment)
        builders = Builders()
        patch.setattr(Rule, "_compile_builder", lambda rule, unknown=True: builders.of(rule, unknown))
        yield
