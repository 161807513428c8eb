"""Where a request comes from, as a limit counts it. Pure."""

from ipaddress import IPv6Address, IPv6Network, ip_address

PREFIX_OF_ONE = 64
"""A provider gives a household or an office at least so much of IPv6: one person has all of its addresses."""


def origin_of(address: str | None) -> str:
    """The address that a limit counts; of IPv6 the network that one person has by themselves."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), PREFIX_OF_ONE), strict=False))
