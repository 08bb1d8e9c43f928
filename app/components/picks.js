// Buttons inside our own HTML: a click on one tells the page which row was chosen. The HTML itself is drawn elsewhere.
// One listener, whatever is drawn anew: the newest one alone can still tell.
export default function ({ setTriggerValue }) {
  const pick = (event) => {
    const chosen = event.target.closest?.("[data-pick]");
    if (chosen) setTriggerValue("picked", { group: chosen.dataset.pick, value: chosen.dataset.value });
  };
  document.removeEventListener("click", document.karaulaPick);
  document.addEventListener("click", pick);
  document.karaulaPick = pick;
  return () => document.removeEventListener("click", pick);
}
