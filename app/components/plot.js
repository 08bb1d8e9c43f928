// One plotly figure that stays mounted: new data is drawn into it, so zoom, centre and playing survive every rerun.
const library = (url) => {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  window.karaulaPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("the drawing library could not be loaded"));
    document.head.append(script);
  });
  return window.karaulaPlotly;
};

const wire = (box) => {
  if (box.karaulaWired) return;
  box.karaulaWired = true;
  box.on("plotly_click", (event) => {
    const point = event.points?.[0];
    if (point) box.karaulaSend("picked", { custom: point.customdata ?? null, x: point.x ?? null });
  });
  box.on("plotly_selected", (event) => {
    if (event?.range?.x) box.karaulaSend("brushed", event.range.x);
  });
};

// Names on the map: a halo, so that they read on any ground, and as far off their dot as the trace says in `meta`.
const name = (box, halo) => {
  const map = box._fullLayout?.map?._subplot?.map;
  if (!map || !halo) return;
  for (const trace of box._fullData) {
    const layer = `plotly-trace-layer-${trace.uid}-symbol`;
    if (typeof trace.meta !== "number" || !map.getLayer(layer)) continue;
    map.setPaintProperty(layer, "text-halo-color", halo);
    map.setPaintProperty(layer, "text-halo-width", 1.4);
    map.setLayoutProperty(layer, "text-offset", [trace.meta / trace.textfont.size, 0]);
    map.setLayoutProperty(layer, "text-max-width", 30);
  }
};

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".karaula-plot");
  box.karaulaSend = setTriggerValue;
  box.setAttribute("role", "figure");
  box.setAttribute("aria-label", data.alt);
  box.style.minHeight = `${data.height}px`;
  const config = {
    responsive: true,
    displaylogo: false,
    scrollZoom: data.zoomable,
    displayModeBar: data.zoomable ? "hover" : false,
    modeBarButtonsToRemove: ["select2d", "lasso2d"],
    doubleClick: "reset",
  };
  library(data.library)
    .then((Plotly) => {
      const figure = JSON.parse(data.figure);
      return Plotly.react(box, figure.data, figure.layout, config);
    })
    .then(() => {
      wire(box);
      name(box, data.halo);
    })
    .catch((error) => {
      box.textContent = `This figure cannot be drawn: ${error.message}. The same numbers are in the table.`;
    });
  return () => {
    if (!box.isConnected && window.Plotly) window.Plotly.purge(box);
  };
}
