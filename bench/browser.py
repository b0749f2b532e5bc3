"""The least of a browser that a journey needs: kept connections, cookies, hidden fields."""

import re
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from bench.balancer import Balancer

_HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")(?=[^>]*name="([^"]+)")(?=[^>]*value="([^"]*)")[^>]*>')


class Browser:
    """One person's browser, behind a load balancer.

    That is whom servers have the address of the person from: the limits of addresses are not what is measured.
    """

    def __init__(self, balancer: Balancer, address: str = "") -> None:
        self._balancer, self._address = balancer, address
        self._connections = {each: HTTPConnection(urlsplit(each).netloc) for each in balancer.urls}
        self._cookies: dict[str, str] = {}
        self.milliseconds: list[float] = []
        """How long each request took."""

    def get(self, path: str) -> str:
        """Open a page."""
        return self._follow(*self._send("GET", path))

    def submit(self, path: str, page: str) -> str:
        """Post the form of `page`, whose only fields are hidden ones, and follow the redirect."""
        return self._follow(*self._send("POST", path, urlencode(dict(_HIDDEN.findall(page)))))

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

    def _send(self, method: str, path: str, body: str | None = None) -> tuple[HTTPResponse, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if self._address:
            headers["X-Forwarded-For"] = self._address
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = perf_counter()
        with self._balancer.server() as server:
            connection = self._connections[server]
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        self.milliseconds.append((perf_counter() - began) * 1000)
        for header in response.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return response, text

    def _follow(self, response: HTTPResponse, text: str) -> str:
        if response.status == 303:  # noqa: PLR2004 - See Other
            self._path = urlsplit(response.headers["Location"]).path
            return self.get(self._path)
        if response.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"{response.status}: {text[:500]}")
        return text
