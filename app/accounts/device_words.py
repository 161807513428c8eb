"""What a person calls a device by, from what its browser says of itself: "Chrome on Android". Pure.

Coarse on purpose: enough to know one's own phone in a list, and nothing that follows it.
"""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


_JOINED_BY = " on "


def device_words(user_agent: str) -> str:
    """The browser and the system, of a fixed few names; empty where neither is known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return _JOINED_BY.join(part for part in (browser, system) if part)


def browser_and_system(words: str) -> tuple[str, str]:
    """The two parts of what is kept of a device, so that each language joins them its own way."""
    browser, _, system = words.rpartition(_JOINED_BY)
    return browser, system
