// Time below the map: bars a day, escalatory above the line, stabilising below, gaps as gaps; drag for days, click for one.
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
  "December"]; // prettier-ignore
const DAY_MS = 86_400_000;
const HEIGHT = 120;
const AXIS = 16;
const LEFT = 0;

const dateOf = (data, n) => new Date(Date.parse(data.since) + n * DAY_MS);
const isoOf = (data, n) => dateOf(data, n).toISOString().slice(0, 10);
const written = (data, options) => new Intl.DateTimeFormat(data.say.language, { timeZone: "UTC", day: "numeric", ...options });
const isEnglish = (data) => data.say.language === "en";
const shortOf = (data, n) => {
  const day = dateOf(data, n);
  if (!isEnglish(data)) return written(data, { month: "short" }).format(day);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()].slice(0, 3)}`;
};
const dayOf = (data, n) => {
  if (!isEnglish(data)) return written(data, { month: "short", year: "numeric" }).format(dateOf(data, n));
  return `${shortOf(data, n)} ${dateOf(data, n).getUTCFullYear()}`;
};

// A span of days in the fewest words.
const spanOf = (data, from, to) => {
  const [a, b] = [dateOf(data, from), dateOf(data, to)];
  if (!isEnglish(data)) return written(data, { month: "long", year: "numeric" }).formatRange(a, b);
  const end = `${b.getUTCDate()} ${MONTHS[b.getUTCMonth()]} ${b.getUTCFullYear()}`;
  if (from === to) return end;
  if (a.getUTCFullYear() !== b.getUTCFullYear())
    return `${a.getUTCDate()} ${MONTHS[a.getUTCMonth()]} ${a.getUTCFullYear()} to ${end}`;
  if (a.getUTCMonth() !== b.getUTCMonth()) return `${a.getUTCDate()} ${MONTHS[a.getUTCMonth()]} to ${end}`;
  return `${a.getUTCDate()} to ${end}`;
};

// A message with values put in.
const put = (message, values) => message.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// A count in words: the form is chosen as the language has it.
const counted = (say, n, what) => {
  const forms = say.forms[what];
  const form = forms[new Intl.PluralRules(say.language).select(n)] ?? forms.other;
  return put(form, { n: n.toLocaleString(say.language) });
};

const drawn = (name, attributes, parent) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
};

// Counts by day and family, and the first event of each day: events come sorted by day.
const prepared = (data) => {
  const { day, family, place, weight } = data.events;
  data.counts = Array.from({ length: data.n_days }, () => [0, 0, 0, 0, 0]);
  data.firstOf = new Array(data.n_days + 1).fill(day.length);
  for (let e = day.length - 1; e >= 0; e -= 1) {
    data.counts[day[e]][family[e]] += 1;
    data.firstOf[day[e]] = e;
  }
  for (let d = data.n_days - 1; d >= 0; d -= 1) data.firstOf[d] = Math.min(data.firstOf[d], data.firstOf[d + 1]);
  const sums = new Map();
  for (let e = 0; e < day.length; e += 1)
    if (place[e] >= 0 && data.places.exact[place[e]]) sums.set(place[e], (sums.get(place[e]) || 0) + weight[e]);
  // So that one lone report does not look like a crisis, and sizes do not rescale from day to day.
  data.heaviest = Math.max(60, ...sums.values());
  return data;
};

const drawBars = (svg, data, theme) => {
  svg.replaceChildren();
  const width = svg.clientWidth || 600;
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const step = (width - LEFT) / data.n_days;
  const above = Math.max(1, ...data.counts.map((c) => c[0] + c[1] + c[2] + c[3]));
  const below = Math.max(1, ...data.counts.map((c) => c[4]));
  const unit = (HEIGHT - AXIS - 6) / (above + below);
  const up = above * unit + 4;
  drawn("rect", { class: "k-shade", x: 0, y: 0, width: 0, height: HEIGHT - AXIS, fill: theme.shade }, svg);
  for (const [first, last] of data.silent) {
    const gap = { x: LEFT + first * step, y: 0, width: (last - first + 1) * step, height: HEIGHT - AXIS, fill: theme.gap };
    drawn("title", {}, drawn("rect", gap, svg)).textContent = data.gap;
  }
  data.counts.forEach((count, d) => {
    let y = up;
    for (let f = 0; f < 4; f += 1) {
      if (!count[f]) continue;
      y -= count[f] * unit;
      drawn("rect", { x: LEFT + d * step + step * 0.06, y, width: step * 0.88, height: count[f] * unit, fill: theme.families[f],
        "data-day": d }, svg); // prettier-ignore
    }
    if (count[4])
      drawn("rect", { x: LEFT + d * step + step * 0.06, y: up + 1, width: step * 0.88, height: count[4] * unit,
        fill: theme.families[4], "data-day": d }, svg); // prettier-ignore
  });
  drawn("line", { x1: 0, x2: width, y1: up + 0.5, y2: up + 0.5, stroke: theme.ink, "stroke-width": 1 }, svg);
  const every = Math.max(1, Math.ceil(data.n_days / Math.max(2, Math.floor(width / 90))));
  for (let d = 0; d < data.n_days; d += every) {
    const label = drawn("text", { x: LEFT + d * step + 1, y: HEIGHT - 3, fill: theme.muted, "font-size": 11 }, svg);
    label.textContent = shortOf(data, d);
  }
  drawn("line", { class: "k-day", y1: 0, y2: HEIGHT - AXIS, stroke: theme.ink, "stroke-width": 1.5 }, svg);
  svg.karaulaStep = step;
};

// Shade the days shown and fade the others; cheap enough for every frame.
const shadeDays = (svg, from, to) => {
  const step = svg.karaulaStep;
  const shade = svg.querySelector(".k-shade");
  shade.setAttribute("x", LEFT + from * step);
  shade.setAttribute("width", (to - from + 1) * step);
  const line = svg.querySelector(".k-day");
  line.setAttribute("x1", LEFT + (to + 0.5) * step);
  line.setAttribute("x2", LEFT + (to + 0.5) * step);
  for (const bar of svg.querySelectorAll("[data-day]")) {
    const day = Number(bar.dataset.day);
    bar.setAttribute("opacity", day >= from && day <= to ? 1 : 0.35);
  }
};

// Dragging over days chooses them, a click one day alone.
const brushable = (svg, days, choose) => {
  let start = null;
  const dayAt = (event) => {
    const at = (event.clientX - svg.getBoundingClientRect().left - LEFT) / svg.karaulaStep;
    return Math.min(days() - 1, Math.max(0, Math.floor(at)));
  };
  svg.addEventListener("pointerdown", (event) => {
    start = dayAt(event);
    svg.setPointerCapture(event.pointerId);
    choose(start, start);
  });
  svg.addEventListener("pointermove", (event) => {
    if (start !== null) choose(Math.min(start, dayAt(event)), Math.max(start, dayAt(event)));
  });
  const end = () => {
    start = null;
  };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
};
