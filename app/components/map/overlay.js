// Areas, dots, rings, marks and names on a canvas above the map: a step of the days redraws this alone. Nothing is moved from
// its place.
const SMALLEST = 5;
const LARGEST = 25;
const STEP = 1.6;
// Above so many events one place shows a ring a family instead of a ring an event: thinner rings could not be told apart.
const MOST_RINGS = 6;
const MOST_NAMES = 40;
const ALWAYS_NAMED = 8;
const NAME_FONT = "12px Inter, sans-serif";
const MARK_UP = 17;

// The events of the days shown, by place: place -> [event, …], and the counts that the title tells.
const shownEvents = (data, from, to) => {
  const byPlace = new Map();
  const { place } = data.events;
  let unplaced = 0;
  const [first, end] = [data.firstOf[from], data.firstOf[to + 1]];
  for (let e = first; e < end; e += 1) {
    if (place[e] < 0) unplaced += 1;
    else if (byPlace.has(place[e])) byPlace.get(place[e]).push(e);
    else byPlace.set(place[e], [e]);
  }
  return { byPlace, n: end - first, unplaced };
};

// One ring an event, those of one family together: the area of a disc is the weight of its place.
const rings = (data, list) => {
  const { weight, family } = data.events;
  const sorted = list.slice().sort((a, b) => family[a] - family[b] || weight[b] - weight[a]);
  const parts = [];
  for (const e of sorted) {
    const last = parts[parts.length - 1];
    if (sorted.length > MOST_RINGS && last && last.family === family[e]) last.weight += weight[e];
    else parts.push({ family: family[e], weight: weight[e], event: sorted.length > MOST_RINGS ? -1 : e });
  }
  let sum = 0;
  let r = SMALLEST - STEP;
  for (const part of parts) {
    sum += part.weight;
    r = Math.max(r + STEP, SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.min(1, sum / data.heaviest)));
    part.r = r;
  }
  return parts;
};

// A disc for each exact place, heaviest first.
const discsOf = (data, byPlace) => {
  const found = [];
  for (const [p, list] of byPlace) {
    if (!data.places.exact[p]) continue;
    const parts = rings(data, list);
    const voices = list.reduce((most, e) => Math.max(most, data.events.voices[e]), 0);
    const weight = parts.reduce((sum, part) => sum + part.weight, 0);
    found.push({ p, lon: data.places.lon[p], lat: data.places.lat[p], parts, voices, weight, r: parts[parts.length - 1].r });
  }
  return found.sort((a, b) => b.weight - a.weight);
};

const runOn = (runs, day) => runs.find(([first, last]) => first <= day && day <= last);

const marksOn = (list, day) => list.map((one) => ({ ...one, run: runOn(one.runs, day) }));

// The areas of which anything is told, whole countries below parts of them, in the colour of the family that weighs most.
const shadedOf = (data, byPlace, place) =>
  data.areas.filter(([p]) => byPlace.has(p)).map(([p, whole, shape]) => {
    const sums = [0, 0, 0, 0, 0];
    for (const e of byPlace.get(p)) sums[data.events.family[e]] += data.events.weight[e];
    return { p, whole, shape, family: sums.indexOf(Math.max(...sums)), chosen: data.places.id[p] === place };
  }); // prettier-ignore

class Overlay {
  constructor(canvas, ground) {
    this.canvas = canvas;
    this.ground = ground;
    this.paths = new Map();
    this.shaded = [];
    this.discs = [];
    this.standing = [];
    this.gates = [];
  }

  // What is to be drawn until told otherwise.
  show(data, view, byPlace, day) {
    if (data !== this.data) this.paths.clear();
    Object.assign(this, { data, view, discs: discsOf(data, byPlace), shaded: shadedOf(data, byPlace, view.place) });
    this.standing = view.situations ? marksOn(data.standing, day).filter((one) => one.run) : [];
    this.gates = view.crossings ? marksOn(data.gates, day) : [];
  }

  path({ p, shape }) {
    if (typeof shape === "string") return this.ground.country(shape);
    if (!this.paths.has(p)) this.paths.set(p, pathOf([shape]));
    return this.paths.get(p);
  }

  place(list, wide, high) {
    return list.filter((one) => {
      const at = this.laid.point(one.lon, one.lat);
      one.x = at.x;
      one.y = at.y;
      return at.x > -40 && at.y > -40 && at.x < wide + 40 && at.y < high + 40;
    });
  }

  paint(laid) {
    if (!this.data) return;
    this.laid = laid;
    const { pen, wide, high } = cleared(this.canvas);
    this.areas(pen);
    const gates = this.place(this.gates, wide, high);
    const discs = this.place(this.discs, wide, high);
    const standing = this.place(this.standing, wide, high);
    for (const gate of gates) if (!gate.run) this.gate(pen, gate);
    if (!this.view.density) for (const disc of discs) this.disc(pen, disc);
    for (const gate of gates) if (gate.run) this.gate(pen, gate);
    for (const one of standing) this.square(pen, one);
    this.names(pen, discs, wide);
    this.painted = (this.painted || 0) + 1;
  }

  // In a month something is told of nearly every country as a whole: that tints it faintly, so that places speak.
  areas(pen) {
    const { theme } = this.data;
    this.laid.within(pen, (px) => {
      for (const area of this.shaded) {
        const path = this.path(area);
        pen.strokeStyle = theme.families[area.family];
        pen.fillStyle = pen.strokeStyle;
        pen.globalAlpha = area.whole ? 0.05 : 0.14;
        pen.fill(path);
        pen.globalAlpha = area.chosen || !area.whole ? 0.9 : 0.2;
        pen.lineWidth = px(area.chosen ? 2.5 : 1);
        pen.stroke(path);
      }
    });
  }

  circle(pen, x, y, r) {
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
  }

  disc(pen, disc) {
    const { theme, places } = this.data;
    const { x, y, parts } = disc;
    if (places.id[disc.p] === this.view.place) {
      this.circle(pen, x, y, disc.r + 8);
      pen.lineWidth = 2;
      pen.strokeStyle = theme.ink;
      pen.stroke();
    }
    if (disc.voices > 1) {
      this.circle(pen, x, y, disc.r + 3.5);
      pen.lineWidth = Math.min(3, 0.9 + disc.voices * 0.3);
      pen.strokeStyle = theme.families[parts[parts.length - 1].family];
      pen.fillStyle = theme.land;
      pen.fill();
      pen.stroke();
    }
    pen.lineWidth = 0.7;
    pen.strokeStyle = theme.land;
    for (const part of parts.slice().reverse()) {
      this.circle(pen, x, y, part.r);
      pen.fillStyle = theme.families[part.family];
      pen.fill();
      pen.stroke();
    }
  }

  // A crossing: a rhombus, barred where it is blocked, dashed where that is unconfirmed, half full where a measure is in
  // force, open where it was reopened.
  gate(pen, gate) {
    const { theme } = this.data;
    const state = gate.run ? gate.run[2] : 3;
    const half = gate.run ? 8 : 4.5;
    const { x, y } = gate;
    pen.beginPath();
    pen.moveTo(x, y - half);
    pen.lineTo(x + half, y);
    pen.lineTo(x, y + half);
    pen.lineTo(x - half, y);
    pen.closePath();
    pen.fillStyle = state === 3 ? theme.land : theme.panel;
    pen.strokeStyle = [theme.ink, theme.families[2], theme.families[4], theme.muted, theme.families[2]][state];
    pen.lineWidth = state === 3 ? 1.2 : 2;
    pen.setLineDash(state === 1 ? [2.5, 2] : []);
    pen.fill();
    pen.stroke();
    pen.setLineDash([]);
    if (state === 4) {
      pen.beginPath();
      pen.moveTo(x - half, y);
      pen.lineTo(x + half, y);
      pen.lineTo(x, y + half);
      pen.closePath();
      pen.fillStyle = theme.families[2];
      pen.fill();
    }
    if (state > 1) return;
    pen.beginPath();
    pen.moveTo(x - 4, y);
    pen.lineTo(x + 4, y);
    pen.stroke();
  }

  // What stands: a square above its place, dashed where nothing confirms it any more.
  square(pen, one) {
    const { theme } = this.data;
    pen.fillStyle = theme.panel;
    pen.strokeStyle = one.run[2] ? theme.families[2] : theme.muted;
    pen.lineWidth = 2;
    pen.setLineDash(one.run[2] ? [] : [2.5, 2]);
    pen.fillRect(one.x - 5.5, one.y - MARK_UP - 5.5, 11, 11);
    pen.strokeRect(one.x - 5.5, one.y - MARK_UP - 5.5, 11, 11);
    pen.setLineDash([]);
  }

  // Names of the heaviest places, heaviest first, each on the side where it runs into no other.
  names(pen, discs, wide) {
    const { theme, places } = this.data;
    pen.font = NAME_FONT;
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    // Discs of some weight are kept free of names, but the heaviest places are named in any case.
    const heavy = discs.filter((d) => d.r > SMALLEST + 2).map((d) => [d.x - d.r, d.y - d.r, d.x + d.r, d.y + d.r]);
    const taken = [];
    const meets = (box, others) => [...taken, ...others].some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]);
    for (const [n, disc] of discs.slice(0, MOST_NAMES).entries()) {
      const name = places.names[this.view.names][disc.p];
      const w = pen.measureText(name).width;
      const off = disc.r + 6;
      const sides = [[disc.x + off, disc.y], [disc.x - off - w, disc.y], [disc.x - w / 2, disc.y - off - 7],
        [disc.x - w / 2, disc.y + off + 7]]; // prettier-ignore
      const found = sides.find(([x, y]) => x > 2 && x + w < wide - 2 && !meets([x, y - 8, x + w, y + 8], n < ALWAYS_NAMED ? [] : heavy));
      if (!found) continue;
      const [x, y] = found;
      taken.push([x, y - 8, x + w, y + 8]);
      pen.strokeStyle = theme.land;
      pen.lineWidth = 3.5;
      pen.strokeText(name, x, y);
      pen.fillStyle = theme.ink;
      pen.fillText(name, x, y);
    }
  }

  // What is at a point: a mark, the innermost ring, a crossing; null where there is none.
  at({ x, y }) {
    const near = (list, reach, dy = 0) => list.find((one) => Math.hypot(one.x - x, one.y + dy - y) <= reach);
    const mark = near(this.standing, 8, -MARK_UP);
    if (mark) return { kind: "mark", mark };
    const over = this.view?.density ? [] : this.discs.filter((d) => Math.hypot(d.x - x, d.y - y) <= Math.max(d.r, 8));
    const disc = over[over.length - 1];
    if (disc) {
      const reach = Math.hypot(disc.x - x, disc.y - y);
      const part = disc.parts.find((one) => one.r >= reach) ?? disc.parts[disc.parts.length - 1];
      return { kind: "disc", p: disc.p, event: part.event, n: part.event < 0 ? disc.parts.length : 1 };
    }
    const gate = near(this.gates, 9);
    if (gate) return { kind: "gate", mark: gate };
    const pen = penOf(this.canvas);
    const area = this.shaded.findLast((one) => this.laid.holds(pen, this.path(one), { x, y }));
    return area ? { kind: "area", p: area.p, event: -1 } : null;
  }
}
