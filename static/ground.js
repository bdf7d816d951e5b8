// What the map is drawn of: its ground in the layers of the Protomaps basemap, and our points.
const dark = matchMedia("(prefers-color-scheme: dark)");
const LIGHT = { water: "#c4dbea", land: "#f6f5f1", green: "#dfead6", road: "#ffffff", line: "#9a92a2", text: "#3b434b", halo: "#ffffff" };
const DARK = { water: "#14202b", land: "#232b33", green: "#22322b", road: "#3b4651", line: "#5b6875", text: "#c3ccd5", halo: "#14191f" };
const GREEN = ["park", "wood", "forest", "nature_reserve", "grass"];
const ROAD_WIDTHS = [
  "interpolate", ["exponential", 1.6], ["zoom"],
  6, 0.4,
  12, ["match", ["get", "kind"], "highway", 3, "major_road", 2, 0.8],
  18, ["match", ["get", "kind"], "highway", 22, "major_road", 16, 9],
];

/** Returns the style of the map that *box* asks for. */
function styleOf(box) {
  const colours = dark.matches ? DARK : LIGHT;
  const sea = { id: "sea", type: "background", paint: { "background-color": colours.water } };
  const below = box.dataset.ground === "raster" ? pictures(box) : shapes(box, colours);
  const above = points(box);
  return {
    version: 8,
    sources: { ground: below.source, ...above.sources },
    layers: [sea, ...below.layers, ...above.layers],
  };
}

function pictures(box) {
  const paint = dark.matches ? { "raster-brightness-max": 0.65, "raster-saturation": -0.4 } : {};
  return {
    source: { type: "raster", tiles: [box.dataset.tiles], tileSize: 256 },
    layers: [{ id: "ground", type: "raster", source: "ground", paint }],
  };
}

const layer = (id, type, paint, more) => ({ id, type, source: "ground", "source-layer": id, paint, ...more });

function shapes(box, colours) {
  return {
    source: { type: "vector", url: "pmtiles://" + new URL(box.dataset.tiles, location.href) },
    layers: [
      layer("earth", "fill", { "fill-color": colours.land }),
      // The bundled map has no more than coasts, borders and names.
      ...(box.dataset.ground === "archive" ? streets(colours) : []),
      layer("boundaries", "line", { "line-color": colours.line, "line-dasharray": [3, 2] }),
      names(colours, "locality", 12, true),
      names(colours, "country", 13, ["<", ["zoom"], 7]),
    ],
  };
}

function streets(colours) {
  const area = ["==", ["geometry-type"], "Polygon"];
  return [
    layer("landuse", "fill", { "fill-color": colours.green }, { filter: ["in", ["get", "kind"], ["literal", GREEN]] }),
    layer("water", "fill", { "fill-color": colours.water }, { filter: area }),
    layer("roads", "line", { "line-color": colours.road, "line-width": ROAD_WIDTHS }),
  ];
}

function names(colours, kind, size, shown) {
  return {
    ...layer("places", "symbol", { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.5 }),
    id: kind,
    filter: ["all", ["==", ["get", "kind"], kind], shown],
    layout: {
      "text-field": ["coalesce", ["get", "name:" + document.documentElement.lang], ["get", "name"]],
      "text-size": size,
      "text-max-width": 7,
      "symbol-sort-key": ["-", 0, ["coalesce", ["get", "population_rank"], 0]],
    },
  };
}

function points(box) {
  const [brand, ink] = ["--brand", "--on-brand"].map((name) => getComputedStyle(box).getPropertyValue(name).trim());
  const nothing = { type: "FeatureCollection", features: [] };
  const ring = { "circle-stroke-width": 2, "circle-stroke-color": dark.matches ? DARK.text : "#fff" };
  const radius = ["interpolate", ["linear"], ["get", "count"], 1, 12, 100, 20, 5000, 30];
  const number = { "text-field": ["to-string", ["get", "count"]], "text-size": 13, "text-allow-overlap": true };
  return {
    sources: { points: { type: "geojson", data: nothing }, me: { type: "geojson", data: nothing } },
    layers: [
      { id: "points", type: "circle", source: "points", paint: { "circle-color": brand, "circle-radius": radius, ...ring } },
      { id: "counts", type: "symbol", source: "points", layout: number, paint: { "text-color": ink } },
      { id: "me", type: "circle", source: "me", paint: { "circle-color": "#1a66d6", "circle-radius": 7, ...ring } },
    ],
  };
}
