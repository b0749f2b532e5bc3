"""Which addresses are public: as properties, over all of them."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import example, given
from hypothesis.strategies import ip_addresses, sampled_from

from engine.egress import AllowList
from engine.egress.addresses import NOT_PUBLIC_4, NOT_PUBLIC_6, is_public

Form = Callable[[int], IPv6Address]
EMBEDDING: tuple[Form, ...] = (
    lambda v4: IPv6Address(0xFFFF << 32 | v4),  # mapped
    IPv6Address,  # compatible
    lambda v4: IPv6Address(0x64FF9B << 96 | v4),  # NAT64
    lambda v4: IPv6Address(0x64FF9B0001 << 80 | v4),  # NAT64 of a network's own
    lambda v4: IPv6Address(0x2002 << 112 | v4 << 80 | 1),  # 6to4
    lambda v4: IPv6Address(0x20010000 << 96 | v4 ^ 0xFFFFFFFF),  # Teredo
)


@given(ip_addresses())
@example(ip_address("192.0.0.9"))
@example(ip_address("2001:4860:4860::8888"))
def test_what_python_does_not_call_global_is_never_public(address: IPv4Address | IPv6Address) -> None:
    assert address.is_global or not is_public(address)


@given(ip_addresses(v=4), sampled_from(EMBEDDING))
@example(IPv4Address("8.8.8.8"), EMBEDDING[0])
@example(IPv4Address("127.0.0.1"), EMBEDDING[2])
def test_an_ipv4_address_in_another_form_is_never_public(
    address: IPv4Address, form: Callable[[int], IPv6Address]
) -> None:
    assert not is_public(form(int(address)))


@pytest.mark.parametrize("network", [*NOT_PUBLIC_4, *NOT_PUBLIC_6], ids=str)
def test_a_network_is_refused_from_its_first_address_to_its_last(network: IPv4Network | IPv6Network) -> None:
    assert not is_public(network[0])
    assert not is_public(network[-1])
    assert not is_public(network[network.num_addresses // 2])


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "fec0::1", "0.0.0.1", "255.255.255.255"),
        *("5f00::1", "100::1", "4000::1", "2606:4700::1%eth0"),
    ],
)
def test_these_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "192.0.1.1", "172.32.0.1", "2606:4700::1", "2a00::1"])
def test_these_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(ip_addresses())
def test_a_network_that_is_allowed_lets_its_addresses_through_and_no_others(address: IPv4Address | IPv6Address) -> None:
    allowed = AllowList.parse("X", "10.0.0.0/8, fd00::/8")
    inside = address in (IPv4Network if address.version == 4 else IPv6Network)(
        "10.0.0.0/8" if address.version == 4 else "fd00::/8"
    )
    assert allowed.takes("host", address) is (inside or is_public(address))
    assert allowed.names(str(address)) is inside
