"""What the operator allows besides public addresses: hosts by name, and networks."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Self

from engine.egress.addresses import Address, is_public
from engine.setting import SettingInvalid

MAXIMUM_ENTRIES = 200

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*")

_SIX = 6


def is_host(text: str) -> bool:
    """Tell whether a text in ASCII can be the name of a host or an IP address."""
    if _HOST.fullmatch(text.lower().removesuffix(".")):
        return True
    try:
        return ip_address(text).version == _SIX
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class AllowList:
    """Hosts and networks that may be called although they are not public, and without TLS."""

    hosts: frozenset[str] = frozenset()
    """In lower case, in ASCII (RFC 5890)."""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """Read the setting `name`: names of hosts, IP addresses and networks, with commas between them.

        Raises:
            SettingInvalid: when one is none of these, or there are too many.

        """
        entries = [each.strip().lower() for each in text.split(",") if each.strip()]
        if len(entries) > MAXIMUM_ENTRIES:
            raise SettingInvalid(f"{name} has more than {MAXIMUM_ENTRIES} entries.")
        hosts, networks = set(), []
        for each in entries:
            try:
                networks.append(ip_network(each))
            except ValueError:
                if not is_host(each) or each.rpartition(".")[2].isdigit():
                    raise SettingInvalid(
                        f"{name} has {each!r}, which is neither a host, an IP address nor a network."
                    ) from None
                hosts.add(each)
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str) -> bool:
        """Tell whether a host, a name or an IP address, is allowed as it is written."""
        if host.lower() in self.hosts:
            return True
        try:
            return self._has(ip_address(host))
        except ValueError:
            return False

    def takes(self, host: str, address: Address) -> bool:
        """Tell whether `address` may be called, which `host` means."""
        return is_public(address) or host.lower() in self.hosts or self._has(address)

    def _has(self, address: Address) -> bool:
        return any(address in network for network in self.networks)
