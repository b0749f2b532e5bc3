"""Which of several servers a request goes to: the one with the fewest, as the proxies of docs/deploy choose.

By chance, one of two servers would often stand still while people wait at the other: of eight people, a ninth of the
time of each.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import random
from threading import Lock


class Balancer:
    """Spreads requests over servers."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = tuple(urls)
        self._open = dict.fromkeys(self.urls, 0)
        self._lock = Lock()

    @contextmanager
    def server(self) -> Iterator[str]:
        """Give a request the address of its server for as long as it takes; between equals, chance decides."""
        with self._lock:
            url = min(self._open, key=lambda each: (self._open[each], random()))  # noqa: S311 - any will do
            self._open[url] += 1
        try:
            yield url
        finally:
            with self._lock:
                self._open[url] -= 1
