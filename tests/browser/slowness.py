"""A slow server and a slow browser: a test that does not wait for what it asks about fails beside them."""

import functools
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from webui import server
from webui.proxies import Proxies

Wsgi = Callable[..., Iterable[bytes]]

SEED = 20260
"""Of how long each answer takes, if it takes from one time to another."""

PLACES = re.compile(rb"(?<=</head>)|(?<=</h1>)")
"""Where a page stops for a while: tests like to wait for what stands before."""


def add_options(parser: pytest.Parser) -> None:
    """Let somebody ask for both."""
    parser.addoption(
        "--slow-server", metavar="MS[-MS]", help="Let each answer to a browser begin so late, and a page end so late."
    )
    parser.addoption(
        "--slow-browser", type=float, metavar="FACTOR", help="Let pages in a browser take so many times the processor."
    )


@dataclass(frozen=True, slots=True)
class Slowness:
    """How slow things are."""

    server: tuple[int, int] | None
    """From and to, in milliseconds."""
    browser: float | None

    @classmethod
    def of(cls, config: pytest.Config) -> "Slowness":
        """Return what the options say.

        Raises:
            pytest.UsageError: when it is no time.

        """
        text = config.getoption("--slow-server")
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", text) if text else None
        if text and not found:
            raise pytest.UsageError(f"--slow-server takes 250 or 0-600, not {text}")
        server = (int(found[1]), int(found[2] or found[1])) if found else None
        return cls(server, config.getoption("--slow-browser"))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let servers be so slow, and no click wait for where it leads."""
        if self.server is None:
            return
        click, (low, high) = Locator.click, self.server

        @functools.wraps(click)
        def hasty(locator: Locator, **options: Any) -> None:
            click(locator, **{"no_wait_after": True, **options})

        patch.setattr(Locator, "click", hasty)
        patch.setattr(server, "Proxies", lambda app, known: SlowServer(Proxies(app, known), low, high))

    def slow_down(self, page: Page) -> None:
        """Give a page so little of the processor."""
        if self.browser:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": self.browser})


class SlowServer:
    """Answers late, and a page bit by bit."""

    def __init__(self, app: Wsgi, low: int, high: int) -> None:
        self._app = app
        self._between = low, high
        self._random = random.Random(SEED)  # noqa: S311 - nobody is to be surprised
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        html = False

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal html
            html = any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers)
            return start_response(status, headers, *more)

        self._pause()
        answer = self._app(environ, started)
        # A file is handed on as it is: the server sends it in its own way.
        return self._bit_by_bit(answer) if html else answer

    def _bit_by_bit(self, answer: Iterable[bytes]) -> Iterator[bytes]:
        try:
            page = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        *parts, rest = PLACES.split(page)
        middle = len(rest) // 2
        for part in (*parts, rest[:middle]):
            yield part
            self._pause()
        yield rest[middle:]

    def _pause(self) -> None:
        with self._one_at_a_time:
            milliseconds = self._random.uniform(*self._between)
        time.sleep(milliseconds / 1000)
