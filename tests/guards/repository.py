"""What must not be in the repository: addresses of an index, paths of one machine, things that are made."""

import re
import subprocess
from pathlib import Path

from tests.guards.layers import ROOT

MADE = {".mo", ".pot", ".pyc", ".sqlite", ".db", ".so", ".whl", ".zip", ".gz", ".pdf", ".log"}
PICTURES = {".png", ".webp", ".jpg", ".ico", ".woff2"}
# Put together here: what looks for these words must not hold them, so that it is looked at too.
INDEX_OPTION, INDEX_HOST = "-".join(("index", "url")), "".join(("regi", "stry"))
_HOSTS = "|".join(
    (INDEX_HOST, *("".join(parts) for parts in (("py", "pi"), ("python", "hosted"), ("npm", "js"))))
)
INDEX = re.compile(
    rf"--(extra-)?{INDEX_OPTION}|--find-(?=links)|\b{INDEX_OPTION}\s*=|https?://[^/\s\"']*({_HOSTS})[^/\s\"']*"
)
MACHINE = re.compile(r"(?<![\w.~-])/(work|root|home/[a-z]+|Users/\w+)/")
REQUIREMENTS = re.compile(r"requirements.*\.(txt|in)$")


def tracked(root: Path = ROOT) -> list[Path]:
    """The files that git keeps, as they lie here."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    return [root / name for name in names.split("\0") if name and (root / name).is_file()]


def problems_of(name: str, content: bytes) -> list[str]:
    """What is wrong with keeping this file."""
    suffix = Path(name).suffix
    if suffix in MADE:
        return [f"{name} is made from something else"]
    if b"\0" in content:
        return [] if suffix in PICTURES else [f"{name} is binary"]
    text = content.decode("utf-8")
    found = []
    if INDEX.search(text) or (REQUIREMENTS.search(name) and "://" in text):
        found.append(f"{name} names a package index")
    if MACHINE.search(text):
        found.append(f"{name} names a path of one machine")
    return found
