"""The least of a browser that a journey needs: kept connections, cookies, hidden fields."""

import re
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from bench.balancer import Balancer
from bench.connection import Answer, Connection

_HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")(?=[^>]*name="([^"]+)")(?=[^>]*value="([^"]*)")[^>]*>')


class Browser:
    """One person's browser, behind a load balancer.

    That is whom servers have the address of the person from: the limits of addresses are not what is measured.
    """

    def __init__(self, balancer: Balancer, address: str = "") -> None:
        self._balancer, self._address = balancer, address
        self._connections = {each: Connection(each) for each in balancer.urls}
        self._cookies: dict[str, str] = {}
        self.milliseconds: list[float] = []
        """How long each request took."""

    def get(self, path: str) -> str:
        """Open a page."""
        return self._follow(self._send("GET", path))

    def submit(self, path: str, page: str) -> str:
        """Post the form of `page`, whose only fields are hidden ones, and follow the redirect."""
        return self._follow(self._send("POST", path, urlencode(dict(_HIDDEN.findall(page)))))

    def forget(self) -> None:
        """Be somebody else's: without cookies, and nothing measured yet."""
        self._cookies, self.milliseconds = {}, []

    def close(self) -> None:
        """Hang up."""
        for each in self._connections.values():
            each.close()

    @property
    def path(self) -> str:
        """Where the last redirect led."""
        return self._path

    def _send(self, method: str, path: str, body: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if self._address:
            headers["X-Forwarded-For"] = self._address
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = perf_counter()
        with self._balancer.server() as server:
            answer = self._connections[server].ask(method, path, headers, body)
        self.milliseconds.append((perf_counter() - began) * 1000)
        for name, value in answer.headers:
            if name == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content
        return answer

    def _follow(self, answer: Answer) -> str:
        if answer.status == 303:  # noqa: PLR2004 - See Other
            self._path = urlsplit(answer.header("location")).path
            return self.get(self._path)
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"{answer.status}: {answer.text[:500]}")
        return answer.text
