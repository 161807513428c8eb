"""Canaries: strings nobody would write by chance, put into every sealed field and looked for elsewhere.

All of one test begin with the same letters, so that one look through a file finds any of them, and
what is found is one of ours. They are looked for as they are, in capitals, and in the writings in
which text hides: UTF-16, base64 at any place of a text, hexadecimal, percent signs, JSON escapes.
"""

import base64
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

LETTERS = string.ascii_lowercase


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def writings_of(text: str) -> dict[str, bytes]:
    """The same text as it may stand in a file, by the name of the writing."""
    raw = text.encode()
    found = {
        "utf-8": raw,
        "capitals": text.upper().encode(),
        "title": text.title().encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "percent": "".join(f"%{byte:02x}" for byte in raw).encode(),
        "PERCENT": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "json": "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
        "JSON": "".join(f"\\u{ord(letter):04X}" for letter in text).encode(),
    }
    if quote(text, safe="") != text:
        found["quoted"] = quote(text, safe="").encode()
    for before in range(3):  # a text may begin at any of three places of a base64 group
        whole = base64.b64encode(b"." * before + raw)
        found[f"base64 at {before}"] = whole[4 if before else 0 : 4 * (len(b"." * before + raw) // 3)]
    return found


@dataclass
class Canaries:
    """The canaries of one test."""

    start: str = field(default_factory=lambda: f"qzvxj{_letters(7)}")
    made: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """Secrets that were made by the product: they do not begin like ours and are looked for whole."""

    def new(self) -> str:
        """One more."""
        self.made.append(self.start + _letters(12))
        return self.made[-1]

    def in_bytes(self, content: bytes) -> list[str]:
        """In which writings one of them stands in this."""
        found = [name for name, pattern in writings_of(self.start).items() if pattern in content]
        for secret in self.others:
            found += [f"secret {name}" for name, pattern in writings_of(secret).items() if pattern in content]
        return found

    def in_files(self, paths: Iterable[Path]) -> tuple[list[str], int]:
        """Where one of them stands in these files and all below these folders; how many there were."""
        found, count = [], 0
        for path in paths:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and not file.is_symlink():
                    count += 1
                    found += [f"{file.name}: {name}" for name in self.in_bytes(file.read_bytes())]
        return found, count
