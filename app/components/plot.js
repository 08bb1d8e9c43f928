// One plotly figure that stays mounted: new data is drawn into it, so zoom, centre and playing survive every rerun.
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

// The figure as a file, drawn by the browser: nothing is sent anywhere.
const FORMATS = ["png", "svg"];
const tools = (parent, box, say) => {
  const row = parent.querySelector(".karaula-plot-tools") ?? document.createElement("div");
  row.className = "karaula-plot-tools";
  row.style.cssText = "display: flex; justify-content: flex-end; gap: 8px;";
  const buttons = FORMATS.map((format) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = format.toUpperCase();
    button.setAttribute("aria-label", say.file.replace("{form}", format.toUpperCase()));
    button.style.cssText = "font: inherit; font-size: 13px; color: inherit; background: none; cursor: pointer;"
      + "border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; padding: 2px 10px; min-height: 28px;";
    button.addEventListener("click", () => {
      const { width, height } = box.getBoundingClientRect();
      window.Plotly.downloadImage(box, { format, filename: "karaula-figure", width, height, scale: format === "png" ? 2 : 1 });
    });
    return button;
  });
  row.replaceChildren(...buttons);
  box.after(row);
};

// Months, separators and the like of the language, which plotly knows under its name from then on.
const learned = (Plotly, { language, format }) => {
  if (format) Plotly.register({ moduleType: "locale", name: language, dictionary: {}, format });
  return language;
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
    displayModeBar: false,
    doubleClick: "reset",
  };
  library(data.library)
    .then((Plotly) => {
      const figure = JSON.parse(data.figure);
      return Plotly.react(box, figure.data, figure.layout, { ...config, locale: learned(Plotly, data.say) });
    })
    .then(() => wire(box))
    .then(() => tools(parentElement, box, data.say))
    .catch((error) => {
      box.textContent = data.say.broken.replace("{why}", error.message);
    });
  return () => {
    if (!box.isConnected && window.Plotly) window.Plotly.purge(box);
  };
}
