"""What a limit counts as one address."""

import pytest

from app.foundation.origins import origin_of


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix:", "unix:"),
        (None, ""),
    ],
)
def test_of_ipv6_the_network_of_one_household_is_counted(address: str | None, counted: str) -> None:
    assert origin_of(address) == counted
