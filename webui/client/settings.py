"""Which server a program works with: `IDFLOW_URL`, and what it needs to be let in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from engine.errors import Refused
from engine.setting import SettingInvalid, content, yes

URL, KEY, KEY_FILE, ALLOW_HTTP = "IDFLOW_URL", "IDFLOW_API_KEY", "IDFLOW_API_KEY_FILE", "IDFLOW_ALLOW_HTTP"

_LOCAL = "localhost"


class UrlRefused(Refused):
    """This is no address of a server that can be used."""

    code = "url-refused"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """A server, and the key for it."""

    url: str
    """`IDFLOW_URL`: what stands before `/api/v1`."""
    key: str = field(repr=False)
    """`IDFLOW_API_KEY`, or the content of the file that `IDFLOW_API_KEY_FILE` names."""
    allow_http: bool = False
    """`IDFLOW_ALLOW_HTTP`: whether the key may go without TLS to another machine."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self | None:
        """Read the settings; None when there is no `IDFLOW_URL`.

        Raises:
            SettingInvalid: when the key is given twice or not at all, or its file cannot be read.
            UrlRefused: see `checked_url`.

        """
        given = {name: environment.get(name, "").strip() for name in (URL, KEY, KEY_FILE, ALLOW_HTTP)}
        if not given[URL]:
            return None
        if given[KEY] and given[KEY_FILE]:
            raise SettingInvalid(f"Set {KEY} or {KEY_FILE}, not both.")
        key = given[KEY] or content(KEY_FILE, given[KEY_FILE])
        if not key:
            raise SettingInvalid(f"{URL} is set, so {KEY} or {KEY_FILE} must be: make a key at Settings > API keys.")
        allow = yes(ALLOW_HTTP, given[ALLOW_HTTP])
        return cls(checked_url(given[URL], allow_http=allow), key, allow)


def checked_url(url: str, *, allow_http: bool = False) -> str:
    """Return the address of a server without the slash at its end.

    Raises:
        UrlRefused: when it is no http or https URL, has more than a path, or would send the key without TLS to another
            machine although `allow_http` does not say so. The message never repeats what may be a password.

    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UrlRefused from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UrlRefused("The address of a server begins with https:// and names its host.")
    if parts.username is not None or parts.query or parts.fragment:
        raise UrlRefused("The address of a server has no user, no password, no ? and no #.")
    if parts.scheme == "http" and not (allow_http or _is_loopback(host)):
        raise UrlRefused(
            f"http://{host} would show the API key to everybody on the way. Use https://, or allow it by {ALLOW_HTTP}."
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == _LOCAL or host.endswith(f".{_LOCAL}")
