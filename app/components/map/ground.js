// Land and areas as paths on the world of Mercator, and how a view lays that world on the screen. The first picture is drawn
// with these alone, long before the drawing library is there; areas that move with the days are drawn with them always.
const WORLD = 4096;
const TILE_PX = 512;

const worldOf = ([lon, lat]) => {
  const turned = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [((lon + 180) / 360) * WORLD, (0.5 - turned / (2 * Math.PI)) * WORLD];
};

// A path of any geometry: down to its lines, however deep they lie.
const trace = (path, coordinates, closed) => {
  if (typeof coordinates[0][0] !== "number") {
    for (const part of coordinates) trace(path, part, closed);
    return path;
  }
  for (const [n, at] of coordinates.entries()) {
    const [x, y] = worldOf(at);
    if (n) path.lineTo(x, y);
    else path.moveTo(x, y);
  }
  if (closed) path.closePath();
  return path;
};

const pathOf = (geometries) => {
  const path = new Path2D();
  for (const one of geometries) trace(path, one.coordinates, one.type.endsWith("Polygon"));
  return path;
};

// How a view lays the world on a canvas: north is up, the centre in the middle.
class Laid {
  constructor({ centre, zoom, wide, high }) {
    this.scale = (TILE_PX * 2 ** zoom) / WORLD;
    const [x, y] = worldOf(centre);
    this.left = wide / 2 - x * this.scale;
    this.top = high / 2 - y * this.scale;
  }

  point(lon, lat) {
    const [x, y] = worldOf([lon, lat]);
    return { x: x * this.scale + this.left, y: y * this.scale + this.top };
  }

  // Draw in units of the world; a width of pixels is divided by the scale.
  within(pen, act) {
    pen.save();
    pen.transform(this.scale, 0, 0, this.scale, this.left, this.top);
    act((pixels) => pixels / this.scale);
    pen.restore();
  }

  // Whether a point of the canvas lies in a path.
  holds(pen, path, { x, y }) {
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const found = pen.isPointInPath(path, (x - this.left) / this.scale, (y - this.top) / this.scale);
    pen.restore();
    return found;
  }
}

// The pen of a canvas that is drawn by the processor: shapes of so many corners take a graphics card without drivers, which is
// what many laptops have, seconds a frame.
const penOf = (canvas) => canvas.getContext("2d", { willReadFrequently: true });

// A canvas as large as it is shown, its pen in pixels of the page, and nothing on it.
const cleared = (canvas) => {
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(wide * scale) || canvas.height !== Math.round(high * scale)) {
    canvas.width = Math.round(wide * scale);
    canvas.height = Math.round(high * scale);
  }
  const pen = penOf(canvas);
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, wide, high);
  return { pen, wide, high };
};

class Ground {
  constructor({ countries, borders, disputed }) {
    const shapes = (collection) => collection.features.map((feature) => feature.geometry);
    this.land = pathOf(shapes(countries));
    this.borders = pathOf(shapes(borders));
    this.disputed = pathOf(shapes(disputed));
    this.byCode = Map.groupBy
      ? Map.groupBy(countries.features, (feature) => feature.properties.code)
      : countries.features.reduce((all, f) => all.set(f.properties.code, [...(all.get(f.properties.code) ?? []), f]), new Map());
    this.countries = new Map();
  }

  // A country as a whole; some are drawn in several parts.
  country(code) {
    if (!this.countries.has(code)) this.countries.set(code, pathOf((this.byCode.get(code) ?? []).map((f) => f.geometry)));
    return this.countries.get(code);
  }

  // As the map itself will draw it.
  paint(canvas, laid, theme, lines) {
    const { pen, wide, high } = cleared(canvas);
    pen.fillStyle = theme.water;
    pen.fillRect(0, 0, wide, high);
    laid.within(pen, (px) => {
      pen.fillStyle = theme.land;
      pen.fill(this.land);
      pen.strokeStyle = theme.border;
      pen.lineWidth = px(1);
      pen.stroke(this.borders);
      if (lines === "none") return;
      if (lines === "dashed") [pen.lineWidth] = [px(1.2), pen.setLineDash([px(3.6), px(3)])];
      pen.stroke(this.disputed);
    });
  }
}

const fileOf = async (address) => {
  const early = await window.karaulaFiles?.[address];
  if (early) return early;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

// The boundaries, read once a page from this server, while the page still connects; the browser keeps the files.
const groundOf = (addresses) => {
  window.karaulaGround ??= Promise.all(Object.values(addresses).map(fileOf)).then(
    (parts) => new Ground(Object.fromEntries(Object.keys(addresses).map((name, n) => [name, parts[n]]))),
  );
  window.karaulaGround.catch(() => delete window.karaulaGround);
  return window.karaulaGround;
};
