// The map with its time: mounted once, then told of new data and switches, so that zoom, centre and playing survive.
const SETTLED_MS = 300;
// The drawing library is a second of work: it begins once the first picture is painted and the page has come to rest.
const REST_MS = 1500;
const DRAG_PX = 4;
const SPEEDS = { slow: 3, normal: 8, fast: 16 };

class TensionMap {
  constructor(root) {
    this.root = root;
    this.view = { names: 0, lines: "dashed", density: false, situations: true, crossings: false, place: "" };
    this.from = 0;
    this.to = 0;
    this.frames = 0;
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
    this.overlay.show(this.data, this.view, found.byPlace, this.to);
    this.paint();
    if (this.ready) this.turn();
  }

  // What the map itself draws by the switches; told only where it changed, for it is drawn anew whole.
  turn() {
    drawLines(this.map, this.view.lines);
    if (this.view.density || this.heated) drawHeat(this.map, this.data.theme, this.overlay.discs, this.view.density);
    this.heated = this.view.density;
  }

  // The view of the map, or the one that it will open with.
  laid() {
    const { clientWidth: wide, clientHeight: high } = this.at("map");
    if (!this.map) return new Laid({ ...this.opening, wide, high });
    const { lng, lat } = this.map.getCenter();
    return new Laid({ centre: [lng, lat], zoom: this.map.getZoom(), wide, high });
  }

  paint() {
    const laid = this.laid();
    if (!this.ready) this.ground.paint(this.at("ground"), laid, this.data.theme, this.view.lines);
    this.overlay.paint(laid);
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
    this.wait(!this.overlay);
    this.ground = await groundOf(data.ground);
    this.overlay ??= new Overlay(this.at("marks"), this.ground);
    if (!this.map) this.opening = openingOf(data.figure);
    this.wait(false);
    this.frame();
    await rested();
    await this.mount(await library(data.library), data.figure);
    this.frame();
  }

  async mount(Plotly, written) {
    if (this.figure !== written) {
      this.figure = written;
      const figure = JSON.parse(written);
      for (const source of Object.values(figure.layout.map.style.sources)) source.data = new URL(source.data, document.baseURI).href;
      const config = { responsive: true, displaylogo: false, scrollZoom: true, displayModeBar: false, doubleClick: false };
      await Plotly.react(this.at("map"), figure.data, figure.layout, config);
    }
    const map = this.at("map")._fullLayout.map._subplot.map;
    if (map !== this.map) this.listen(map);
  }

  fail(error) {
    this.wait(false);
    this.at("map").textContent = put(this.say?.broken ?? "{why}", { why: error.message });
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
      for (const layer of [ground, this.at("marks")]) pen.drawImage(layer, 0, 0, sheet.width, sheet.height);
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
    // North stays up: what is drawn above the map is laid out so.
    map.dragRotate.disable();
    map.touchZoomRotate.disableRotation();
    map.on("render", () => this.overlay.paint(this.laid()));
    map.on("idle", () => this.take());
    if (map.loaded()) this.take();
    map.on("styledata", () => this.ready && map.isStyleLoaded() && this.turn());
  }

  // The map has drawn its ground: ours below the marks has served.
  take() {
    if (this.ready) return;
    this.ready = true;
    this.at("ground").hidden = true;
    this.at("picture").disabled = false;
    this.frame();
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
    const found = point && this.overlay?.at(point);
    this.at("map").classList.toggle("k-over", Boolean(found));
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
    const map = this.at("map");
    const pointOf = (event) => {
      const edge = map.getBoundingClientRect();
      return { x: event.clientX - edge.x, y: event.clientY - edge.y };
    };
    // A click, not the end of a drag of the map.
    let down = null;
    map.addEventListener("pointerdown", (event) => (down = pointOf(event)), true);
    map.addEventListener("click", (event) => {
      const at = pointOf(event);
      if (down && Math.hypot(at.x - down.x, at.y - down.y) < DRAG_PX) this.pick(this.overlay?.at(at));
    }, true); // prettier-ignore
    map.addEventListener("mousemove", (event) => this.hover(pointOf(event)), true);
    map.addEventListener("mouseleave", () => this.hover(null));
    new ResizeObserver(() => {
      if (this.overlay && this.data && !this.map) this.paint();
    }).observe(map);
    new ResizeObserver(() => {
      if (!this.data) return;
      drawBars(this.at("time"), this.data, this.data.theme);
      shadeDays(this.at("time"), this.from, this.to);
    }).observe(this.at("time"));
  }
}

// The view that a figure opens with.
const openingOf = (figure) => {
  const { center, zoom } = JSON.parse(figure).layout.map;
  return { centre: [center.lon, center.lat], zoom };
};

const rested = () =>
  new Promise((done) => {
    const after = window.requestIdleCallback ?? ((act) => setTimeout(act, 50));
    requestAnimationFrame(() => after(done, { timeout: REST_MS }));
  });

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".k-map-desk");
  root.karaula ??= new TensionMap(root);
  root.karaula.show(data, setTriggerValue).catch((error) => root.karaula.fail(error));
}
