"""How people reach an installation, whom it believes, and what it may call."""

import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from engine.config import Settings
from webui.doctor.finding import Finding, ok, warning

PATIENCE = 2.0
"""How long what listens at our address may take to answer, in seconds."""

_WIDEST = {4: 8, 6: 16}
"""How many bits the widest network has that an operator means."""
_OF_THE_MACHINE = tuple(map(ip_network, ("127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10")))
"""This machine itself, and where clouds keep the secrets of a machine."""

_Network = IPv4Network | IPv6Network


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at what the settings say of addresses, and who listens at ours."""
    trouble = [*_public_url(settings), *_proxies(settings)]
    yield from trouble
    if not trouble:
        yield ok("address", f"Links begin with {settings.base_url}.")
    yield _port(settings)
    yield from _outgoing(settings)


def _public_url(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.public_url or "")
    if settings.public_url is None:
        if not _is_here(settings.host):
            remedy = "Set IDFLOW_PUBLIC_URL to what people type, such as https://id.example."
            yield warning("address", f"Idflow listens on {settings.host}, and links begin with that.", remedy)
        if settings.trusted_hosts:
            remedy = "Set IDFLOW_PUBLIC_URL, too."
            yield warning("address", "IDFLOW_TRUSTED_HOSTS does nothing without a public URL.", remedy)
        return
    if url.query or url.fragment or not url.hostname:
        remedy = "Leave away what comes after the path."
        yield warning("address", f"IDFLOW_PUBLIC_URL is {settings.public_url!r}: links cannot begin with that.", remedy)
    if url.scheme == "http" and not _is_here(url.hostname or ""):
        remedy = "Put a reverse proxy with TLS in front, and set IDFLOW_PUBLIC_URL to https://…"
        yield warning(
            "address", "Links begin with http://: cookies and secrets go over the network in the clear.", remedy
        )


def _proxies(settings: Settings) -> Iterator[Finding]:
    if settings.public_url is not None and not settings.proxies:
        remedy = "Set IDFLOW_TRUSTED_PROXY to the address of the reverse proxy."
        yield warning("proxy", "No proxy is trusted: everybody who signs in counts as one address.", remedy)
    if settings.proxies and settings.public_url is None:
        remedy = "Set IDFLOW_PUBLIC_URL to what people type."
        yield warning("proxy", "A proxy is trusted, and links do not begin with its address.", remedy)
    for each in filter(_is_wide, settings.proxies):
        remedy = "Name the addresses of your proxies alone."
        yield warning("proxy", f"IDFLOW_TRUSTED_PROXY has {each}: too many can say who they are.", remedy)


def _port(settings: Settings) -> Finding:
    """Tell who listens at the address of the settings: nobody, Idflow, or somebody else."""
    if settings.port == 0:
        return ok("port", "Any free port is taken.")
    where = f"{settings.host}, port {settings.port}"
    # An address that means every one cannot be called.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared with
    try:
        with closing(HTTPConnection(host, settings.port, timeout=PATIENCE)) as connection:
            connection.connect()
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            if connection.getresponse().read(3) == b"ok":
                return ok("port", f"Idflow answers on {where}.")
    except ConnectionRefusedError:
        return ok("port", f"Nobody listens on {where} yet.")
    except socket.gaierror:
        return warning("port", f"No machine is called {settings.host}.", "Look at IDFLOW_HOST.")
    except (OSError, HTTPException):
        pass
    remedy = "Stop it, or choose another port by --port or IDFLOW_PORT."
    return warning("port", f"Another program than Idflow listens on {where}.", remedy)


def _outgoing(settings: Settings) -> Iterator[Finding]:
    allowed = settings.outgoing_allow
    wide = [str(each) for each in allowed.networks if _is_wide(each)]
    own = [str(each) for each in allowed.networks if str(each) not in wide and _reaches_machine(each)]
    for each in wide:
        remedy = "Name the networks alone that have to be called."
        yield warning("outgoing", f"IDFLOW_OUTGOING_ALLOW has {each}: nearly everything may be called.", remedy)
    for each in own:
        remedy = "Remove it, unless something on this machine has to be called."
        yield warning("outgoing", f"IDFLOW_OUTGOING_ALLOW has {each}: that reaches this machine itself.", remedy)
    if not wide and not own:
        names = sorted({*allowed.hosts, *map(str, allowed.networks)})
        yield ok("outgoing", f"May be called besides public addresses: {', '.join(names) or 'nothing'}.")


def _is_wide(network: _Network) -> bool:
    return network.prefixlen < _WIDEST[network.version]


def _reaches_machine(network: _Network) -> bool:
    return any(network.version == each.version and network.overlaps(each) for each in _OF_THE_MACHINE)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
