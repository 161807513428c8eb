"""Where a message may go: what can be registered, and which addresses a name may turn out to have."""

import pytest

from app.delivery.addresses import BadAddress, check_url, is_allowed, network_of
from app.delivery.models import Network

PUBLIC, PRIVATE, HERE = Network.PUBLIC, Network.PRIVATE, Network.THIS_MACHINE

OF_THE_WORLD = ["8.8.8.8", "93.184.216.34", "2606:4700::1", "2001:4860:4860::8888", "::ffff:8.8.8.8"]
PRIVATE_ONES = [
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.1.1"),
    *("fc00::1", "fd12:3456::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::"),
]
THIS_MACHINE = ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "2002:7f00:1::"]
NOBODYS = [
    *("169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1", "::ffff:169.254.169.254"),
    *("64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1", "fd00:ec2::254"),
    *("224.0.0.1", "239.255.255.255", "ff02::1", "::ffff:224.0.0.1"),
    *("0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"),  # noqa: S104  # an address in a table
    *("240.0.0.1", "255.255.255.255", "::127.0.0.1", "4000::1", "fec0::1"),
    *("100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.9"),
    *("192.88.99.1", "2001:db8::1", "2001::1", "64:ff9b:1::1"),
    # A network's own translation (RFC 8215) may put the older address anywhere in the newer one.
    *("64:ff9b:1:a9fe:a9:fe00:808:808", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
    *("", "localhost", "cad.example.gov", "1.2.3", "0x7f.1", "2130706433", "1.2.3.4.5", "127.0.0.1\n"),
]


@pytest.mark.parametrize(
    ("addresses", "networks"),
    [
        (OF_THE_WORLD, {PUBLIC, PRIVATE}),
        (PRIVATE_ONES, {PRIVATE}),
        (THIS_MACHINE, {HERE}),
        (NOBODYS, set()),
    ],
)
def test_an_address_is_good_for_the_network_that_was_registered_and_no_nearer(addresses, networks):
    found = {address: {one for one in Network if is_allowed(address, one)} for address in addresses}

    assert {address: allowed for address, allowed in found.items() if allowed != networks} == {}


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://cad.example.gov", PUBLIC),
        ("https://cad.example.gov:8443/callbacks?site=2", PUBLIC),
        ("https://8.8.8.8/callbacks", PUBLIC),
        ("https://[2606:4700::1]:65535/", PUBLIC),
        ("https://10.1.2.3/callbacks", PRIVATE),
        ("https://cad.internal/callbacks", PRIVATE),
        ("http://127.0.0.1:5001/", HERE),
        ("http://localhost:5001", HERE),
        ("https://[::1]:1/", HERE),
    ],
)
def test_what_can_be_registered(url, network):
    check_url(url, network)


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("http://cad.example.gov/callbacks", PUBLIC),
        ("http://10.1.2.3/callbacks", PRIVATE),
        ("http://localhost:5001", PUBLIC),
        ("http://localhost:5001", PRIVATE),
        ("ftp://localhost/", HERE),
        ("file:///etc/passwd", PUBLIC),
        ("cad.example.gov", PUBLIC),
        ("", PUBLIC),
        ("https://", PUBLIC),
        ("https:///callbacks", PUBLIC),
        ("https://:443/", PUBLIC),
        ("https://ana:secret@cad.example.gov/", PUBLIC),
        ("https://ana@cad.example.gov/", PUBLIC),
        ("https://@cad.example.gov/", PUBLIC),
        ("https://cad.example.gov/#part", PUBLIC),
        ("https://cad.example.gov/#", PUBLIC),
        ("https://cad.example.gov:0/", PUBLIC),
        ("https://cad.example.gov:65536/", PUBLIC),
        ("https://cad.example.gov:-1/", PUBLIC),
        ("https://cad.example.gov:https/", PUBLIC),
        ("https://cad.example.gov/ callbacks", PUBLIC),
        ("https://cad.example.gov\\@localhost/", PUBLIC),
        ("https://cad.example.gov/\n", PUBLIC),
        ("https://cád.example.gov/", PUBLIC),
        ("https://cad.example.gov/" + "x" * 500, PUBLIC),
        ("https://[fe80::1%25eth0]/", PRIVATE),
        ("https://[::1/", PUBLIC),
        ("https://127.0.0.1/", PUBLIC),
        ("https://127.0.0.1/", PRIVATE),
        ("https://10.1.2.3/", PUBLIC),
        ("https://169.254.169.254/latest/meta-data", PRIVATE),
        ("https://cad.example.gov/", HERE),
        ("http://10.1.2.3/", HERE),
        ("http://localhost.example.gov/", HERE),
    ],
)
def test_what_cannot_be_registered_is_refused_without_being_repeated(url, network):
    with pytest.raises(BadAddress) as refusal:
        check_url(url, network)

    assert not url or url not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "is_private", "is_demo", "network"),
    [
        ("http://localhost:9", False, False, PUBLIC),
        ("http://localhost:9", False, True, HERE),
        ("http://127.0.0.1:9", True, True, HERE),
        ("https://10.1.2.3/", True, True, PRIVATE),
        ("https://cad.example.gov/", False, True, PUBLIC),
        ("https://[", False, True, PUBLIC),
    ],
)
def test_only_a_demo_sends_to_its_own_machine(url, is_private, is_demo, network):
    assert network_of(url, is_private=is_private, is_demo=is_demo) is network
