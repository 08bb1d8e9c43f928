// The drawing library, loaded once a page, whichever of our elements asks first.
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
