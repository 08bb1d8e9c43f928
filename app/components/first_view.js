// Takes the first view away once the page below it has drawn the same, or cannot.
(() => {
  const first = document.getElementById("k-first");
  const began = performance.now();
  const PATIENCE_MS = 20000, REST_MS = 600;
  try {
    const stated = JSON.parse(localStorage.getItem(`stActiveTheme-${location.pathname}-v2`) ?? "{}").name ?? "";
    if (/dark/i.test(stated)) first.dataset.look = "dark";
    else if (/light/i.test(stated)) first.dataset.look = "light";
  } catch { /* What the browser's store holds is not ours: the system's appearance holds. */ }
  let rests = 0;
  const drawn = (now) => {
    const app = document.querySelector("#root [data-testid=stApp]");
    if (app?.querySelector(".k-scopes, [data-testid=stException]")) return true;
    if (app?.querySelector(".k-map-desk")?.karaula?.overlay?.painted) return true;
    // Neither, but the page is at rest: it has something else to say.
    rests = app?.dataset.testScriptState === "notRunning" ? rests || now : 0;
    return rests && now - rests > REST_MS;
  };
  const path = location.pathname;
  const look = (now) => {
    if (!drawn(now) && now - began < PATIENCE_MS && location.pathname === path) return void requestAnimationFrame(look);
    const below = document.querySelector("[data-testid=stMain]");
    if (below && first.scrollTop) below.scrollTop = first.scrollTop;
    first.remove();
  };
  requestAnimationFrame(look);
})();
