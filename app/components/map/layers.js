// What the map itself draws besides land: areas and density. Everything that moves with the days lies on the canvas above.
const NO_FEATURES = { type: "FeatureCollection", features: [] };

const addLayers = (map, theme, outlines) => {
  map.addSource("k-areas", { type: "geojson", data: outlines });
  map.addSource("k-heat", { type: "geojson", data: NO_FEATURES });
  const state = (key, otherwise) => ["coalesce", ["feature-state", key], otherwise];
  // In a month something is told of nearly every country as a whole: that tints it faintly, so that places speak.
  const shade = (part, whole) => ["case", ["coalesce", ["get", "whole"], false], whole, part];
  const tone = ["match", state("family", -1), 0, theme.families[0], 1, theme.families[1], 2, theme.families[2],
    3, theme.families[3], 4, theme.families[4], theme.muted]; // prettier-ignore
  map.addLayer({ id: "k-areas", type: "fill", source: "k-areas",
    paint: { "fill-color": tone, "fill-opacity": ["case", state("on", false), shade(0.14, 0.05), 0] } }); // prettier-ignore
  map.addLayer({ id: "k-area-lines", type: "line", source: "k-areas",
    paint: { "line-color": tone, "line-width": ["case", state("chosen", false), 2.5, 1],
      "line-opacity": ["case", state("chosen", false), 0.9, state("on", false), shade(0.9, 0.2), 0] } }); // prettier-ignore
  map.addLayer({ id: "k-heat", type: "heatmap", source: "k-heat", layout: { visibility: "none" },
    paint: { "heatmap-weight": ["get", "w"], "heatmap-radius": 34, "heatmap-opacity": 0.75,
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0,0,0,0)", 0.25, theme.heat[0],
        0.6, theme.heat[1], 1, theme.heat[2]] } }); // prettier-ignore
};

// Shade the areas of which anything is told, in the colour of the family that weighs most; told only where it changes.
const drawAreas = (map, data, view, byPlace, before) => {
  for (const p of data.outlined) {
    const list = byPlace.get(p);
    const sums = [0, 0, 0, 0, 0];
    for (const e of list || []) sums[data.events.family[e]] += data.events.weight[e];
    const family = sums.indexOf(Math.max(...sums));
    const chosen = data.places.id[p] === view.place;
    const key = `${Boolean(list)} ${family} ${chosen}`;
    if (before.get(p) === key) continue;
    before.set(p, key);
    map.setFeatureState({ source: "k-areas", id: p }, { on: Boolean(list), family, chosen });
  }
};

const drawHeat = (map, data, discs, on) => {
  const features = on ? discs.map((d) => ({
    type: "Feature",
    properties: { w: Math.min(1, d.weight / 20) },
    geometry: { type: "Point", coordinates: [d.lon, d.lat] },
  })) : []; // prettier-ignore
  map.getSource("k-heat").setData({ type: "FeatureCollection", features });
};

const drawSwitches = (map, view) => {
  const show = (name, on) => {
    const said = on ? "visible" : "none";
    if (map.getLayer(name) && map.getLayoutProperty(name, "visibility") !== said) map.setLayoutProperty(name, "visibility", said);
  };
  show("disputed-solid", view.lines === "solid");
  show("disputed-dashed", view.lines === "dashed");
  show("k-heat", view.density);
};
