"""Which IP addresses are public: those that mean the same machine to everybody, and none of ours.

The networks are those of the special-purpose registries of the IANA (RFC 6890, as of 2025), and a little more. Python's
own `is_global` is not asked: it takes NAT64, in which any IPv4 address can be written, and differs between versions.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598), metadata of a cloud among it
        "127.0.0.0/8",  # loopback (RFC 1122)
        "168.63.129.16/32",  # the metadata and the name server of a cloud, although it looks public
        "169.254.0.0/16",  # link-local (RFC 3927), the metadata of most clouds among it
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols of the IETF (RFC 6890), metadata of a cloud among it
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.31.196.0/24",  # AS112 (RFC 7535)
        "192.52.193.0/24",  # multicast tunnels (RFC 7450)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112 (RFC 7534)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and broadcast (RFC 1112)
    )
)

PUBLIC_6 = IPv6Network("2000::/3")
"""What is given to somebody (RFC 4291). Loopback, local and multicast addresses are outside, and so are IPv4 addresses
in another form: mapped (`::ffff:0:0/96`), compatible (`::/96`), NAT64 (`64:ff9b::/96`, `64:ff9b:1::/48`)."""

NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols of the IETF (RFC 2928), Teredo and ORCHID among them
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4 (RFC 3056), which holds an IPv4 address
        "2620:4f:8000::/48",  # AS112 (RFC 7534)
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def is_public(address: Address) -> bool:
    """Tell whether an address can be called without being allowed."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)
