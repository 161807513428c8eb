"""Which addresses a message may go to, looked at twice: when registered, and each time it leaves.

An operator registers a destination by its name on the network, and a name can point
anywhere: to a machine of our own, or to the address where a cloud hands out keys. So the
name is resolved when a message leaves, every address it has is checked, and the
connection is made to an address that was checked. It is not looked up a second time.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.delivery.models import Network
from app.foundation.errors import DomainError

LONGEST_URL = 500
MOST_ADDRESSES = 8
LOCAL_NAME = "localhost"
REFUSED = "AddressRefused"

_Address = IPv4Address | IPv6Address
_PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
_SET_ASIDE = [ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24")]
_KEYS_OF_A_CLOUD = ip_address("fd00:ec2::254")  # private by its form, and never a dispatch centre
_WORLD_6 = ip_network("2000::/3")
# Only here does the older address stand last. A network's own translation (64:ff9b:1::/48) puts it
# where that network likes, so nobody can say what is meant: such an address is refused.
_TRANSLATED = ip_network("64:ff9b::/96")


class BadAddress(DomainError):
    """Nothing is sent there. Says what to do, and never repeats the address."""

    status = 422
    code = "bad-address"


class RefusedAddress(Exception):
    """The name of a destination points where no message may go, or nowhere."""


def check_url(url: str, network: Network) -> None:
    """Refuse an address that cannot be registered; raises `BadAddress`."""
    parts = _read(url)
    if parts.scheme not in _schemes(network):
        raise BadAddress(_l("Write an address that begins with https://."))
    if parts.username is not None or parts.password is not None:
        raise BadAddress(_l("Write the address without a name and a password."))
    if "#" in url:
        raise BadAddress(_l("Write the address without a part after #."))
    if why := _problem_of_host(parts.hostname or "", network):
        raise BadAddress(why)


def network_of(url: str, *, is_private: bool, is_demo: bool) -> Network:
    """The network an operator means. Only in a demo may it be this machine, where dispatch is played."""
    if is_demo and _is_here(_host_of(url)):
        return Network.THIS_MACHINE
    return Network.PRIVATE if is_private else Network.PUBLIC


def is_allowed(address: str, network: Network) -> bool:
    """Whether a message may go to an address that a name has turned out to have."""
    number = _number(address)
    if number is None:
        return False
    number = _inside(number)
    if network is Network.THIS_MACHINE:
        return number.is_loopback
    return _is_of_the_world(number) or (network is Network.PRIVATE and _is_private(number))


def resolve(host: str, port: int, network: Network) -> Sequence[str]:
    """The addresses of a host, all of them checked. One that is refused refuses the host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise RefusedAddress("NoSuchHost") from problem
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if not addresses:
        raise RefusedAddress("NoSuchHost")
    if not all(is_allowed(address, network) for address in addresses):
        raise RefusedAddress(REFUSED)
    return addresses[:MOST_ADDRESSES]


def _read(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadAddress(_l("Write the address in plain letters, at most 500, without spaces."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress(_l("Write a port from 1 to 65535, or none.")) from None
    if port == 0:
        raise BadAddress(_l("Write a port from 1 to 65535, or none."))
    return parts


def _schemes(network: Network) -> tuple[str, ...]:
    return ("https", "http") if network is Network.THIS_MACHINE else ("https",)


def _problem_of_host(host: str, network: Network) -> LazyString | None:
    if not host or "%" in host:
        return _l("Write the name of the machine that takes the messages.")
    if network is Network.THIS_MACHINE:
        return None if _is_here(host) else _l("Only this machine itself can be registered so.")
    if _number(host) is not None and not is_allowed(host, network):
        return _l("No message may go to this address. A private network is registered as one.")
    return None


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    number = _number(host)
    return host == LOCAL_NAME or (number is not None and number.is_loopback)


def _number(text: str) -> _Address | None:
    """An address written in numbers; None for a name."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _inside(number: _Address) -> _Address:
    """The address that is really meant where an older one is wrapped in a newer one."""
    if isinstance(number, IPv4Address):
        return number
    if wrapped := number.ipv4_mapped or number.sixtofour:
        return wrapped
    if number in _TRANSLATED:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number


def _is_of_the_world(number: _Address) -> bool:
    is_special = (
        number.is_loopback
        or number.is_link_local
        or number.is_multicast
        or number.is_unspecified
        or number.is_reserved
    )
    in_use = isinstance(number, IPv4Address) or number in _WORLD_6
    is_set_aside = any(number in network for network in _SET_ASIDE)
    return number.is_global and in_use and not is_special and not is_set_aside


def _is_private(number: _Address) -> bool:
    return number != _KEYS_OF_A_CLOUD and any(number in network for network in _PRIVATE)
