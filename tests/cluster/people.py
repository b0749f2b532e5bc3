"""People with browsers of their own, who go on at another node whenever one does not answer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from random import Random
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from time import monotonic, sleep
from urllib.parse import urlsplit

import httpx

from tests.cluster.nodes import PATIENCE_SECONDS

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
TASK = "task-id"

ANSWER_SECONDS = 5.0
"""How long somebody waits for an answer before they ask another node."""

NOBODY = SSLContext(PROTOCOL_TLS_CLIENT)
"""Whose certificates they trust: they come without HTTPS, and to read others takes longer than they do."""

_AGAIN = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS})


@dataclass
class Person:
    """Somebody who was sent a link."""

    number: int
    link: str
    addresses: Callable[[], Sequence[str]]
    """Which nodes there are now."""
    random: Random
    begun: list[str] = field(default_factory=list)
    """The instances that they were told have begun: one, however often they had to send the same."""
    sent: bool = False
    """Whether they were told that their answers have been taken."""

    @property
    def answer(self) -> str:
        """What they fill in."""
        return f"I am {self.number}."

    def go(self) -> None:
        """Open the link, begin, fill in the form."""
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False, verify=NOBODY) as self._client:
            landing = self._ask("GET", f"/t/{self.link}")
            fields = _hidden(landing)
            begun = self._ask("POST", f"/t/{self.link}", fields)
            assert begun.status_code == httpx.codes.SEE_OTHER, (begun.status_code, begun.text)
            path = urlsplit(begun.headers["Location"]).path
            self.begun.append(path.rpartition("/")[2])
            until = monotonic() + PATIENCE_SECONDS
            while not self.sent:
                assert monotonic() < until
                page = self._ask("GET", path)
                assert page.status_code == httpx.codes.OK, (page.status_code, page.text)
                if TASK not in (form := _hidden(page)):
                    # It was taken, and the answer got lost.
                    self.sent = True
                    break
                answer = self._ask("POST", path, {**form, "answer": self.answer})
                # In the way of what they sent themselves, which got no answer: then the page says where they are.
                assert answer.status_code in {httpx.codes.SEE_OTHER, httpx.codes.CONFLICT}, answer.text
                self.sent = answer.status_code == httpx.codes.SEE_OTHER

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        """Ask any node, until one answers."""
        until = monotonic() + PATIENCE_SECONDS
        while True:
            addresses = self.addresses()
            try:
                if addresses:
                    url = f"http://{self.random.choice(addresses)}{path}"
                    answer = self._client.request(method, url, data=fields)
                    if answer.status_code not in _AGAIN:
                        return answer
            except httpx.TransportError:
                pass
            assert monotonic() < until, f"Nobody answers {method} {path}"
            sleep(0.05)


def _hidden(page: httpx.Response) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
