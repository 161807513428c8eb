// Draws areas and cases on the empty map that the server made. What comes from outside is
// only ever set as text: no markup is made from data.

const LETTERS = { mediation: "m", restorative: "r", interruption: "i", unarmed_crisis: "u", homeless_outreach: "h" };
const MARK_SIZE = 28;
const BLOCK_RADIUS_M = 170;
const NAMES_FROM_ZOOM = 11;
const { L } = window;

function element(name, words) {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
}

// A sign to see and the words it stands for, said aloud.
function mark(sign, kind, says) {
  const seen = element("span", sign);
  seen.setAttribute("aria-hidden", "true");
  const said = element("span", says);
  said.className = "sr";
  const both = document.createElement("span");
  both.append(seen, said);
  return L.divIcon({ className: `map__mark map__mark--${kind}`, iconSize: [MARK_SIZE, MARK_SIZE], html: both });
}

function link(one) {
  const made = element("a", one.title);
  made.href = one.url;
  return made;
}

async function fetchJson(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function drawAreas(map, areas) {
  const middles = new Map();
  const ground = L.geoJSON(areas, {
    interactive: false,
    style: { className: "m-area", weight: 1, fillOpacity: 1 },
    onEachFeature: (feature, layer) => {
      middles.set(feature.id, [feature.properties.lat, feature.properties.lon]);
      layer.bindTooltip(element("span", feature.properties.name), {
        permanent: true,
        direction: "center",
        className: "map__label",
      });
    },
  }).addTo(map);
  const showNames = () => {
    for (const layer of ground.getLayers()) {
      if (map.getZoom() >= NAMES_FROM_ZOOM) layer.openTooltip();
      else layer.closeTooltip();
    }
  };
  map.on("zoomend", showNames);
  if (ground.getLayers().length) map.fitBounds(ground.getBounds(), { padding: [12, 12], animate: false });
  showNames();
  return middles;
}

function drawCases(map, cases, middles, says) {
  const group = L.markerClusterGroup({
    showCoverageOnHover: false,
    animate: false,
    maxClusterRadius: 40,
    iconCreateFunction: (cluster) => {
      const count = `${cluster.getChildCount()}`;
      return mark(count, "several", says.saysSeveral.replace("{count}", count));
    },
  });
  for (const one of cases) {
    const at = one.lat === null ? middles.get(one.area_id) : [one.lat, one.lon];
    if (!at) continue;
    if (one.precision === "block") {
      L.circle(at, { radius: BLOCK_RADIUS_M, className: "m-block", interactive: false }).addTo(map);
    }
    const letter = LETTERS[one.lane] ?? "s";
    const marker = L.marker(at, { icon: mark(letter.toUpperCase(), letter, one.title) });
    group.addLayer(marker.bindPopup(link(one)));
  }
  group.on("clusterkeypress", (event) => event.propagatedFrom.zoomToBounds());
  map.addLayer(group);
  map.getContainer().setAttribute("aria-label", says.saysLabel);
}

// The library's own buttons speak English: a sign to see stays, what is said aloud is ours.
function nameButtons(map, says) {
  const name = (inside, which, words) => {
    const button = inside.querySelector(which);
    button?.setAttribute("aria-label", words);
    if (button?.title) button.title = words;
  };
  name(map.getContainer(), ".leaflet-control-zoom-in", says.saysIn);
  name(map.getContainer(), ".leaflet-control-zoom-out", says.saysOut);
  map.on("popupopen", ({ popup }) => name(popup.getElement(), ".leaflet-popup-close-button", says.saysShut));
}

async function draw(frame) {
  const map = window[frame.dataset.map];
  frame.hidden = false;
  document.querySelector("[data-map-note]")?.remove();
  map.invalidateSize();
  map.getContainer().setAttribute("role", "region");
  nameButtons(map, frame.dataset);
  try {
    const [areas, answer] = await Promise.all([fetchJson(frame.dataset.areas), fetchJson(frame.dataset.cases)]);
    drawCases(map, answer.cases, drawAreas(map, areas), frame.dataset);
    frame.dataset.drawn = "yes";
  } catch (error) {
    frame.replaceChildren(element("p", frame.dataset.saysLost));
    throw error;
  }
}

for (const frame of document.querySelectorAll("[data-map]")) draw(frame);
