"""The empty working map that folium builds: a frame and how Leaflet begins in it. Nothing else.

Folium writes what it is given into a script, where words of people would run; so no word of
anybody passes through it. It knows a name, a middle and a zoom, all of them ours. Areas and
cases come as JSON and are drawn by `static/js/map.js`, which only ever sets text.
"""

from dataclasses import dataclass

import folium
from branca.element import Figure
from folium.template import Template

DOWNTOWN = (34.05, -118.25)
LIBRARIES = (("leaflet", "leaflet.js"), ("markercluster", "leaflet.markercluster.js"))
STYLES = (("leaflet", "leaflet.css"), ("markercluster", "MarkerCluster.css"))


class Frame(folium.Map):
    """Folium's map without its page: no CDN, no inline style, no viewport of its own."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div id="{{ this.get_name() }}" class="map__live map__live--tall"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }},
            crs: L.CRS.{{ this.crs }},
            ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
        """
    )

    def __init__(self, name: str) -> None:
        super().__init__(
            location=DOWNTOWN,
            zoom_start=10,
            tiles=None,
            minZoom=8,
            maxZoom=17,
            zoomSnap=0.25,
            attributionControl=False,
        )
        self._id = name
        self.default_js = []
        self.default_css = []


@dataclass(frozen=True)
class Skeleton:
    """What a page needs of a map: its frame as markup, and the script that starts it."""

    name: str
    html: str
    script: str


def build_skeleton(name: str) -> Skeleton:
    """The map of this name, over the city, without tiles: the areas are its ground.

    `name` is one of ours, never a person's; it is the same each time, so the answer can be compared.
    """
    if not name.isidentifier() or not name.isascii():
        raise ValueError("A map is named by us, with letters only.")
    frame = Frame(name)
    figure = frame.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("Folium puts a map into a figure.")
    figure.render()
    return Skeleton(frame.get_name(), figure.html.render().strip(), figure.script.render().strip())
