// What MapLibre draws besides land: density. Everything that moves with the days lies on the canvas above.
const addHeat = (map, theme) => {
  map.addSource("k-heat", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "k-heat", type: "heatmap", source: "k-heat",
    paint: { "heatmap-weight": ["get", "w"], "heatmap-radius": 34, "heatmap-opacity": 0.75,
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, `${theme.heat[0]}00`, 0.25, theme.heat[0],
        0.6, theme.heat[1], 1, theme.heat[2]] } }); // prettier-ignore
};

const drawHeat = (map, theme, discs, on) => {
  if (!map.getSource("k-heat")) {
    if (!on) return;
    addHeat(map, theme);
  }
  const features = on ? discs.map((d) => ({
    type: "Feature",
    properties: { w: Math.min(1, d.weight / 20) },
    geometry: { type: "Point", coordinates: [d.lon, d.lat] },
  })) : []; // prettier-ignore
  map.getSource("k-heat").setData({ type: "FeatureCollection", features });
};

const drawLines = (map, lines) => {
  for (const drawn of ["solid", "dashed"]) {
    const [name, said] = [`disputed-${drawn}`, lines === drawn ? "visible" : "none"];
    if (map.getLayer(name) && map.getLayoutProperty(name, "visibility") !== said) map.setLayoutProperty(name, "visibility", said);
  }
};
