"""Asks a server over a connection of its own."""

from http.client import HTTPConnection
from typing import Any


def ask(address: str, method: str, path: str, **more: Any) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, **more)
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()
