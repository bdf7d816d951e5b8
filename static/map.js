// The map beside the list: it shows our clusters, and what is looked at is what is listed.
const EUROPE = "-11,36,30,61";
// The bundled map ends there (scripts/europe.py).
const BUNDLED = [[-32, 27], [46, 72]];
const NEAR_ZOOM = 13;
const LISTED_AFTER = 400;
// On the right are the buttons to zoom.
const PADDING = { top: 32, bottom: 32, left: 32, right: 64 };

const box = document.getElementById("map");
const form = document.getElementById("wanted");
const said = document.getElementById("said");
const here = document.getElementById("here");
const field = (name) => form.elements.namedItem(name);
let map = null;

here.hidden = !("geolocation" in navigator);
here.addEventListener("click", () => {
  const failed = () => (said.textContent = here.dataset.failed);
  navigator.geolocation.getCurrentPosition(found, failed, { timeout: 15000, maximumAge: 60000 });
});

// A hundred metres are near enough, and all that anybody is told.
function found({ coords }) {
  said.textContent = "";
  field("near").value = coords.latitude.toFixed(3) + "," + coords.longitude.toFixed(3);
  field("area").value = "";
  if (map) mark();
  form.requestSubmit();
}

// Who types another place does not mean the part of the map that is in view, nor the own position.
field("q").addEventListener("change", () => {
  field("area").value = "";
  field("near").value = "";
});

document.addEventListener("htmx:after:swap", () => {
  const list = document.getElementById("found");
  said.textContent = list.querySelector("h2").textContent;
  history.replaceState(null, "", "?" + new URLSearchParams(new FormData(form)));
  if (map && list.dataset.extent) show(list.dataset.extent);
});

function show(extent) {
  const [west, south, east, north] = extent.split(",").map(Number);
  map.fitBounds([[west, south], [east, north]], { padding: PADDING, maxZoom: NEAR_ZOOM });
}

function mark() {
  const [latitude, longitude] = field("near").value.split(",").map(Number);
  if (longitude === undefined) return;
  map.getSource("me")?.setData({ type: "Point", coordinates: [longitude, latitude] });
}

function seen() {
  const within = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(4);
  const area = map.getBounds();
  return [
    within(area.getWest(), 180), within(area.getSouth(), 85),
    within(area.getEast(), 180), within(area.getNorth(), 85),
  ].join(",");
}

let asked = null;
async function drawPoints() {
  asked?.abort();
  asked = new AbortController();
  const wanted = new URLSearchParams(new FormData(form));
  wanted.set("area", seen());
  wanted.set("zoom", Math.floor(map.getZoom()));
  try {
    const answer = await fetch(box.dataset.points + "?" + wanted, { signal: asked.signal });
    if (!answer.ok) throw new Error(answer.status);
    map.getSource("points")?.setData(await answer.json());
    box.dataset.drawn = "yes";
  } catch (error) {
    if (error.name !== "AbortError") said.textContent = box.dataset.failed;
  }
}

let listing = 0;
function moved(event) {
  drawPoints();
  // What the page did itself is listed already.
  if (!event.originalEvent) return;
  clearTimeout(listing);
  listing = setTimeout(() => {
    field("area").value = seen();
    form.requestSubmit();
  }, LISTED_AFTER);
}

function picked(event) {
  const { geometry, properties } = event.features[0];
  if (properties.id === undefined) {
    map.easeTo({ center: geometry.coordinates, zoom: map.getZoom() + 2 }, { originalEvent: event.originalEvent });
    return;
  }
  const listed = document.querySelector("[data-location='" + CSS.escape(properties.id) + "']");
  if (listed) listed.focus();
  else location.assign(box.dataset.locations + encodeURIComponent(properties.id));
}

function open(engine, Protocol) {
  const worker = new URL(box.dataset.worker, location.href).href;
  // The engine starts its worker by a text: this one is let through, and no other.
  self.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (url === worker ? url : null) });
  engine.setWorkerUrl(worker);
  engine.addProtocol("pmtiles", new Protocol().tile);
  const area = field("area").value || document.getElementById("found").dataset.extent || EUROPE;
  const [west, south, east, north] = area.split(",").map(Number);
  const within = west >= -32 && south >= 27 && east <= 46 && north <= 72;
  map = new engine.Map({
    container: box.firstElementChild,
    style: styleOf(box),
    bounds: [[west, south], [east, north]],
    maxBounds: box.dataset.ground === "bundled" && within ? BUNDLED : undefined,
    fitBoundsOptions: { padding: field("area").value ? 0 : PADDING, maxZoom: NEAR_ZOOM },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    // Who scrolls the page on a telephone does not want to be caught by the map.
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: JSON.parse(box.dataset.words),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new engine.NavigationControl({ showCompass: false }), "top-right");
  map.on("load", () => {
    mark();
    drawPoints();
  });
  map.on("moveend", moved);
  map.on("click", "points", picked);
  map.on("mouseenter", "points", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "points", () => (map.getCanvas().style.cursor = ""));
  dark.addEventListener("change", () => {
    map.setStyle(styleOf(box), { diff: false });
    map.once("idle", () => {
      mark();
      drawPoints();
    });
  });
  form.addEventListener("change", drawPoints);
}

// The list is there first; the map comes when nothing else waits, and where it can be drawn.
async function begin() {
  box.hidden = !document.createElement("canvas").getContext("webgl2");
  if (box.hidden) return;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = box.dataset.sheet;
  document.head.append(sheet);
  const [engine, archive] = await Promise.all([import(box.dataset.engine), import(box.dataset.pmtiles)]);
  open(engine, archive.Protocol);
}
(window.requestIdleCallback ?? setTimeout)(() => begin());
