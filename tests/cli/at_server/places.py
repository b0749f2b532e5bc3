"""Where commands are run: at a data folder, at a server, at both."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from secrets import token_bytes

from click.testing import CliRunner

from engine.application import Application
from engine.errors import IdflowError
from webui import cli
from webui.api.problems import stable_code

VARYING = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{24}|\d{4}-\d\d-\d\d \d\d:\d\d(:\d\dZ)?|http://127[^\s/]*/t/\S+|[█▀▄ \xa0]{20,}\n"
)


@dataclass
class Place:
    """A data folder, or a server, and what is called otherwise there."""

    environment: dict[str, str]
    opened: Callable[[], AbstractContextManager[Application]]
    names: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, typed: str = "") -> tuple[int, str]:
        """Return the exit status, and everything that is printed."""
        texts = [str(each).format_map(self.names) if "{" in str(each)[:1] else str(each) for each in arguments]
        result = CliRunner().invoke(cli.idflow, texts, input=typed, env=self.environment)
        if isinstance(result.exception, IdflowError):
            return 1, f"{result.exception.message}\n[{stable_code(result.exception)}]\n"
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    def begin(self, name: str, **variables: object) -> None:
        with self.opened() as application:
            self.names[name] = application.journeys.start("p", variables, token_bytes(32))


class Both:
    """A data folder and a server with the same in them."""

    def __init__(self, folder: Place, server: Place) -> None:
        self.places = (folder, server)

    def __call__(self, *arguments: object, typed: str = "") -> tuple[int, str]:
        """Run a command at both, and return what both say."""
        (status, text), (other_status, other_text) = (each.run(*arguments, typed=typed) for each in self.places)
        assert (other_status, VARYING.sub("…", other_text)) == (status, VARYING.sub("…", text))
        return status, text

    def each(self, work: Callable[[Application], object]) -> None:
        for place in self.places:
            with place.opened() as application:
                work(application)
