"""A neighborhood to tell us about."""

import pytest
from flask import Flask

from app.places.models import Area
from app.places.queries import NEIGHBORHOOD
from tests.support.places import make_area


@pytest.fixture
def area(app: Flask) -> Area:
    return make_area("Boyle Heights", layer=NEIGHBORHOOD)
