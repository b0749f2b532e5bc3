"""What every driver does: the table on SQLite, Procrastinate on PostgreSQL (`make test-postgres ARGS=tests/jobs`).

Here are the tasks that its jobs do: what they write, and how they fail.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from engine.errors import Failure
from engine.jobs import Arguments, Task
from tests.jobs.conftest import write_down

SECOND = timedelta(seconds=1)
WRITE = Task("write", write_down)
Handler = Callable[[Session, Arguments], None]


class ServiceDown(Failure):
    """The service is down."""

    code = "service-down"


def failing(error: BaseException, times: int = 1000) -> Handler:
    """Return a handler that writes and then fails, so many times."""
    left = [error] * times

    def handler(session: Session, arguments: Arguments) -> None:
        write_down(session, arguments)
        if left:
            raise left.pop()

    return handler
