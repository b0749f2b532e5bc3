"""What the tests of one process compile once, though each of them has an installation of its own."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule

from webui import app, assets
from webui.testing.workshop import Templates


def modules() -> None:
    """Keep compiled modules, whatever the environment says: programs that tests start read them, too."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def tracebacks() -> None:
    """Show what goes wrong where nobody looks without the values of variables: to lay them out takes long."""
    console = structlog.get_config()["processors"][-1]
    assert isinstance(console, structlog.dev.ConsoleRenderer)
    console.exception_formatter = structlog.dev.plain_traceback


COMPILED = ("_parts", "_trace", "_converters", "_build", "_build_unknown")
"""What a route is compiled to: patterns, and Python that makes its address."""


def compiler() -> Callable[[Rule], None]:
    """Return what compiles routes: of those that are alike, one."""
    known: dict[tuple[Any, ...], Rule] = {}
    compile_rule = Rule.compile

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        like = known.setdefault(key, rule)
        if like is rule:
            compile_rule(rule)
        else:
            vars(rule).update({each: getattr(like, each) for each in COMPILED}, arguments=set(like.arguments))

    return compile_once


@contextmanager
def compiled() -> Iterator[None]:
    """Let every database use the SQL, and every application the templates, routes and files, that another has read."""
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
        ours, find = Path(app.__file__).with_name("static"), assets.find
        found = find(ours)
        patch.setattr(assets, "find", lambda folder: found if folder == ours else find(folder))
        patch.setattr(Rule, "compile", compiler())
        yield
