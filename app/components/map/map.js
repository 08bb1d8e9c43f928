// The map with its time: mounted once, then told of new data and switches, so that zoom, centre and playing survive.
const SETTLED_MS = 300;
const SHADED_MS = 300;
const SPEEDS = { slow: 3, normal: 8, fast: 16 };

class TensionMap {
  constructor(root) {
    this.root = root;
    this.view = { names: 0, lines: "dashed", density: false, situations: true, crossings: false, place: "" };
    this.from = 0;
    this.to = 0;
    this.frames = 0;
    this.shaded = 0;
    this.at = (name) => root.querySelector(`.k-${name}`);
    // Who asked for less motion plays slowly unless told otherwise.
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.at("speed").value = "slow";
    this.wire();
  }

  // --- days ---

  get span() {
    return this.to - this.from;
  }

  get isWhole() {
    return this.from === 0 && this.to === this.data.n_days - 1;
  }

  choose(from, to, { quiet = false } = {}) {
    const last = this.data.n_days - 1;
    this.from = Math.min(Math.max(0, from), last);
    this.to = Math.min(Math.max(this.from, to), last);
    this.frame();
    if (!quiet) this.settle();
  }

  // A step moves both ends; from the whole window it begins with its first or last days.
  step(direction) {
    const by = Number(this.at("step").value) * direction;
    const last = this.data.n_days - 1;
    if (this.isWhole) {
      const span = Math.min(last, (Number(this.at("span").value) || 7) - 1);
      this.choose(direction > 0 ? 0 : last - span, direction > 0 ? span : last, { quiet: this.playing });
      return;
    }
    const from = Math.min(Math.max(0, this.from + by), last - this.span);
    this.choose(from, from + this.span, { quiet: this.playing });
  }

  stretch(days) {
    if (!days) this.choose(0, this.data.n_days - 1);
    else this.choose(Math.max(0, this.to - days + 1), Math.max(this.to, Math.min(days, this.data.n_days) - 1));
  }

  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const days = this.isWhole ? [] : [isoOf(this.data, this.from), isoOf(this.data, this.to)];
      this.told = JSON.stringify(days);
      this.send("shown", days);
    }, SETTLED_MS);
  }

  play(on = !this.playing) {
    this.playing = on;
    this.at("play").textContent = on ? this.say.pause : this.say.play;
    this.at("play").setAttribute("aria-pressed", String(on));
    if (!on) {
      this.frame();
      this.settle();
      return;
    }
    if (!this.isWhole && this.to === this.data.n_days - 1) this.choose(0, this.span, { quiet: true });
    let due = 0;
    const tick = (now) => {
      if (!this.playing || !this.root.isConnected) return;
      if (now >= due) {
        due = Math.max(due + 1000 / SPEEDS[this.at("speed").value], now - 1000);
        if (!this.isWhole && this.to === this.data.n_days - 1) {
          this.play(false);
          return;
        }
        this.step(1);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame((now) => {
      due = now;
      tick(now);
    });
  }

  // --- drawing ---

  frame() {
    if (!this.data) return;
    const found = shownEvents(this.data, this.from, this.to);
    const { say } = this;
    const at = { events: counted(say, found.n, "events"), places: counted(say, found.byPlace.size, "places") };
    const said = found.n ? put(say.eventsAt, at) : say.noEvent;
    this.at("said").textContent = `${spanOf(this.data, this.from, this.to)}: ${said}`;
    this.at("unplaced").textContent = found.unplaced ? counted(say, found.unplaced, "unplaced") : "";
    this.at("date").textContent = dayOf(this.data, this.to);
    this.at("slider").value = this.to;
    this.at("slider").setAttribute("aria-valuetext", spanOf(this.data, this.from, this.to));
    shadeDays(this.at("time"), this.from, this.to);
    this.frames += 1;
    if (!this.overlay) return;
    const discs = discsOf(this.data, found.byPlace);
    this.overlay.show(this.data, this.view, discs, this.to);
    if (!this.map.getSource("k-areas")) return;
    // The ground is drawn anew for every area that changes: while the days play, a few times a second.
    if (!this.playing || performance.now() - this.shaded > SHADED_MS) {
      drawAreas(this.map, this.data, this.view, found.byPlace, this.areas);
      this.shaded = performance.now();
    }
    if (this.view.density || this.heated) drawHeat(this.map, this.data, discs, this.view.density);
    this.heated = this.view.density;
    drawSwitches(this.map, this.view);
  }

  layers() {
    if (!this.map || this.map.getSource("k-areas") || !this.map.isStyleLoaded()) return;
    addLayers(this.map, this.data.theme, this.data.outlines);
    this.wait(false);
    this.areas = new Map();
    this.sure = false;
    this.frame();
  }

  // --- from the server ---

  adopt(view) {
    if (!view) return;
    this.view = { ...this.view, ...view };
    const days = JSON.stringify(view.shown);
    if (this.data && days !== this.told && !this.playing) {
      this.told = days;
      const since = Date.parse(this.data.since);
      const [from, to] = view.shown.length ? view.shown.map((d) => Math.round((Date.parse(d) - since) / DAY_MS)) : [0, 1e9];
      this.choose(from, to, { quiet: true });
    } else this.frame();
  }

  async show(sent, send) {
    this.send = send;
    const token = sent.token;
    if (this.token === token) return;
    this.token = token;
    const data = { ...sent, ...JSON.parse(sent.packed) };
    this.data = prepared(data);
    this.name(data.say);
    this.told = null;
    this.colours();
    this.root.setAttribute("aria-label", data.alt);
    this.at("slider").max = data.n_days - 1;
    this.at("player").hidden = data.n_days < 2;
    drawBars(this.at("time"), data, data.theme);
    this.adopt(window.karaulaView ?? { shown: [] });
    this.wait(!this.map);
    const Plotly = await library(data.library);
    if (this.figure !== data.figure) {
      this.figure = data.figure;
      const figure = JSON.parse(data.figure);
      const config = { responsive: true, displaylogo: false, scrollZoom: true, displayModeBar: false, doubleClick: false };
      const drawn = Plotly.react(this.at("map"), figure.data, figure.layout, config);
      drawn.catch((error) => this.fail(error));
      // The map is there before its ground is: marks are painted with its first frame.
      await Promise.race([drawn, this.begun()]);
    }
    const map = this.at("map")._fullLayout.map._subplot.map;
    if (map !== this.map) this.listen(map);
    if (this.map.getSource("k-areas")) this.relay();
    this.layers();
    this.frame();
  }

  async begun() {
    while (!this.at("map")._fullLayout?.map?._subplot?.map) await new Promise(requestAnimationFrame);
  }

  fail(error) {
    this.wait(false);
    this.at("map").textContent = put(this.data.say.broken, { why: error.message });
  }

  // Other days have other areas under the same numbers.
  relay() {
    this.map.removeFeatureState({ source: "k-areas" });
    this.map.getSource("k-areas").setData(this.data.outlines);
    this.areas = new Map();
    this.sure = false;
  }

  // Until the ground is drawn the frame says what it waits for: days, counts and bars are there before it.
  wait(on) {
    this.at("wait").textContent = on ? this.say.wait : "";
    this.at("wait").hidden = !on;
  }

  // The words of the buttons, in the language of the desk.
  name(say) {
    this.say = say;
    for (const one of this.root.querySelectorAll("[data-say]")) one.textContent = put(say[one.dataset.say], one.dataset);
    for (const one of this.root.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say[one.dataset.label]);
    for (const one of this.root.querySelectorAll("[data-days]")) one.textContent = counted(say, Number(one.dataset.days), "days");
    this.at("play").textContent = this.playing ? say.pause : say.play;
  }

  colours() {
    const { theme } = this.data;
    for (const key of ["ink", "muted", "line", "panel", "page"]) this.root.style.setProperty(`--k-${key}`, theme[key]);
  }

  // What is on screen as a file: the ground while it is in the browser's buffer, and the marks above it.
  picture() {
    const { map } = this;
    map.once("render", () => {
      const ground = map.getCanvas();
      const sheet = document.createElement("canvas");
      [sheet.width, sheet.height] = [ground.width, ground.height];
      const pen = sheet.getContext("2d");
      for (const layer of [ground, this.overlay.canvas]) pen.drawImage(layer, 0, 0, sheet.width, sheet.height);
      const link = document.createElement("a");
      link.href = sheet.toDataURL("image/png");
      link.download = `karaula-map_${isoOf(this.data, this.from)}_${isoOf(this.data, this.to)}.png`;
      link.click();
    });
    map.triggerRepaint();
  }

  // --- hands ---

  listen(map) {
    this.map = map;
    this.areas = new Map();
    this.overlay = new Overlay(map);
    this.at("picture").disabled = false;
    for (const event of ["styledata", "idle"]) map.on(event, () => this.layers());
    // What was told of areas before their source was there is lost: it is told once more when all is.
    map.on("idle", () => {
      if (this.sure || !map.getSource("k-areas")) return;
      this.sure = true;
      this.areas.clear();
      this.frame();
    });
    map.on("click", (event) => this.pick(this.under(event.point)));
    map.on("mousemove", (event) => this.hover(event.point));
    map.on("mouseout", () => this.hover(null));
  }

  under(point) {
    const found = this.overlay.at(point);
    if (found || !this.map.getLayer("k-areas")) return found;
    const areas = this.map.queryRenderedFeatures([point.x, point.y], { layers: ["k-areas"] });
    const area = areas.find((f) => this.map.getFeatureState({ source: "k-areas", id: f.id }).on);
    return area ? { kind: "area", p: area.id, event: -1 } : null;
  }

  pick(found) {
    if (!found) return;
    const place = found.mark ? found.mark.id : this.data.places.id[found.p];
    const event = found.event >= 0 ? this.data.events.id[found.event] : "";
    this.view.place = place;
    this.frame();
    this.send("picked", { place, event });
  }

  hover(point) {
    const tip = this.at("tip");
    const found = point && this.under(point);
    this.map.getCanvas().style.cursor = found ? "pointer" : "";
    tip.hidden = !found;
    if (!found) return;
    tip.replaceChildren(...this.toldOf(found).map((line, n) => {
      const row = document.createElement(n ? "div" : "b");
      row.textContent = line;
      return row;
    })); // prettier-ignore
    tip.style.left = `${Math.min(point.x + 14, this.at("map").clientWidth - 230)}px`;
    tip.style.top = `${point.y + 14}px`;
  }

  // What is under the pointer, line by line; written as text, never as markup.
  toldOf(found) {
    const { data, view, say } = this;
    const stood = ({ run }) => (run ? [run[3], put(say.stands, { day: run[4], n: this.to - run[5] + 1 })] : [say.noReport]);
    if (found.mark) return [found.mark.names[view.names], ...stood(found.mark)];
    const gate = this.overlay.gates.find((one) => one.id === data.places.id[found.p] && one.run);
    const lines = [data.places.names[view.names][found.p], data.places.where[found.p], ...(gate ? stood(gate) : [])];
    if (found.event < 0) {
      const mine = shownEvents(data, this.from, this.to).byPlace.get(found.p) || [];
      return [...lines, counted(say, mine.length, "events")];
    }
    const { events } = data;
    const e = found.event;
    const told = `${counted(say, events.reports[e], "reports")}, ${counted(say, events.voices[e], "voices")}`;
    return [...lines, `${shortOf(data, events.day[e])}: ${data.codes[events.code[e]]}`, told];
  }

  wire() {
    const on = (name, event, act) => this.at(name).addEventListener(event, act);
    on("play", "click", () => this.play());
    on("back", "click", () => this.step(-1));
    on("forward", "click", () => this.step(1));
    on("whole", "click", () => this.choose(0, this.data.n_days - 1));
    on("picture", "click", () => this.picture());
    on("slider", "input", (event) => {
      const to = Number(event.target.value);
      const span = this.isWhole ? (Number(this.at("span").value) || 7) - 1 : this.span;
      this.choose(Math.max(0, to - span), to);
    });
    on("span", "change", (event) => this.stretch(Number(event.target.value)));
    brushable(this.at("time"), () => this.data.n_days, (from, to) => this.choose(from, to));
    this.root.addEventListener("keydown", (event) => {
      if (event.target.matches("select, input, textarea")) return;
      const act = { ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1) }[event.key];
      if (act) act();
      else if (event.key === " " && !event.target.matches("button")) this.play();
      else return;
      event.preventDefault();
    });
    new ResizeObserver(() => {
      if (!this.data) return;
      drawBars(this.at("time"), this.data, this.data.theme);
      shadeDays(this.at("time"), this.from, this.to);
    }).observe(this.at("time"));
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".k-map-desk");
  root.karaula ??= new TensionMap(root);
  root.karaula.show(data, setTriggerValue).catch((error) => root.karaula.fail(error));
}
