"""Secrets that diagrams name and never hold: API keys of other systems, from the environment.

Each is for certain hosts and is sent to no other: whoever can draw a process cannot have it sent elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from engine.errors import Failure
from engine.setting import SettingInvalid, content, listed

PREFIX = "IDFLOW_SECRET_"
"""The name of the secret follows; `_FILE` behind it names a file that holds it, `_HOSTS` the hosts that it is for."""

MAXIMUM_SECRET = 8192
"""In characters."""

_FILE, _HOSTS = "_FILE", "_HOSTS"
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


class SecretUnknown(Failure):
    """There is no secret of this name."""

    code = "secret-unknown"


class SecretNotForHost(Failure):
    """The secret is not for this host."""

    code = "secret-not-for-host"


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """A secret, and whom it may be shown to."""

    value: str = field(repr=False)
    hosts: frozenset[str]
    """In lower case."""


@dataclass(frozen=True, slots=True)
class NamedSecrets:
    """The secrets of an installation, by their names in upper case."""

    by_name: Mapping[str, NamedSecret] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read every `IDFLOW_SECRET_…`.

        Raises:
            SettingInvalid: when one has no proper name, no value, or no hosts.

        """
        given = {name.removeprefix(PREFIX): text.strip() for name, text in environment.items() if _is_one(name)}
        names = {name.removesuffix(_FILE).removesuffix(_HOSTS) for name, text in given.items() if text}
        return cls({name: _read(name, given) for name in sorted(names)})

    def names(self, name: str) -> bool:
        """Tell whether there is a secret of this name, in upper or lower case."""
        return name.upper() in self.by_name

    def show(self, name: str, host: str) -> str:
        """Return a secret for a host.

        Raises:
            SecretUnknown, SecretNotForHost: when it cannot be had.

        """
        found = self.by_name.get(name.upper())
        if found is None:
            raise SecretUnknown(f"There is no secret {name!r}. Set {PREFIX}{name.upper()}, restart, then retry.")
        if host.lower() not in found.hosts:
            raise SecretNotForHost(
                f"The secret {name!r} is not for {host}. {PREFIX}{name.upper()}{_HOSTS} names the hosts that it is for."
            )
        return found.value


def _is_one(name: str) -> bool:
    return name.startswith(PREFIX)


def _read(name: str, given: Mapping[str, str]) -> NamedSecret:
    setting = f"{PREFIX}{name}"
    if not _NAME.fullmatch(name):
        raise SettingInvalid(f"{setting} must go on with a capital letter, then capital letters, digits and _.")
    value = given.get(name) or content(f"{setting}{_FILE}", given.get(f"{name}{_FILE}", ""))
    if not value or len(value) > MAXIMUM_SECRET or not (value.isascii() and value.isprintable()):
        # Never the text itself.
        raise SettingInvalid(f"{setting} must be up to {MAXIMUM_SECRET} ASCII characters on one line.")
    hosts = frozenset(each.lower() for each in listed(given.get(f"{name}{_HOSTS}")))
    if not hosts:
        raise SettingInvalid(f"{setting}{_HOSTS} must name the hosts that {setting} is for, with commas.")
    return NamedSecret(value, hosts)
