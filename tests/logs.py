"""What a process logs, for tests of what must not be in it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from webui.logging import configure

LOGGERS = ("sqlalchemy", "sqlalchemy.engine", "waitress", "werkzeug")
"""Of the libraries that have most to tell."""


@contextmanager
def everything() -> Iterator[Callable[[], str]]:
    """Give what returns all that this process logs meanwhile, libraries too, as it is written."""
    stream = StringIO()
    loggers = [logging.root, *map(logging.getLogger, LOGGERS)]
    before = logging.root.handlers[:], [each.level for each in loggers]
    configure(logging.DEBUG, stream)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    yield stream.getvalue
    logging.root.handlers = before[0]
    for each, level in zip(loggers, before[1], strict=True):
        each.setLevel(level)
    structlog.reset_defaults()
