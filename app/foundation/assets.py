"""What pages load, all from our own address: one stylesheet, our modules, Leaflet from its wheel."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for
from werkzeug.security import safe_join
from xstatic.pkg import leaflet, leaflet_markercluster

_STATIC = Path(__file__).parent.parent / "static"
_PACKAGES = {
    "leaflet": Path(leaflet.BASE_DIR),
    "markercluster": Path(leaflet_markercluster.BASE_DIR),
}


@cache
def stylesheet() -> str:
    """All style files as one text, in the order of `order.txt`: a page asks once, not 26 times."""
    folder = _STATIC / "css"
    names = (folder / "order.txt").read_text(encoding="utf-8").split()
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


@cache
def _digest(path: str) -> str:
    return sha256((_STATIC / path).read_bytes()).hexdigest()[:12]


@cache
def _stylesheet_digest() -> str:
    """Kept as long as the text itself is, so that an address is always that of what it gives."""
    return sha256(stylesheet().encode()).hexdigest()[:12]


def stylesheet_url() -> str:
    """The address of the stylesheet; it changes when the look does."""
    return url_for("pages.stylesheet", digest=_stylesheet_digest())


def asset(path: str) -> str:
    """The address of a file in `app/static`; it changes when the file does."""
    return url_for("static", filename=path, v=_digest(path))


def package_file(package: str, name: str) -> Path | None:
    """A file of a map library, from the wheel it was installed with; None when there is none."""
    found = safe_join(str(_PACKAGES[package]), name) if package in _PACKAGES else None
    return Path(found) if found and Path(found).is_file() else None


def prepare_assets(app: Flask) -> None:
    app.jinja_env.globals.update(stylesheet_url=stylesheet_url, asset=asset)
