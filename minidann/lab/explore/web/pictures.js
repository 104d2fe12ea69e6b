// The three pictures of the network: the regions of both heads in the plane of the data, and the features.

const LETTERS = "15px system-ui, sans-serif";
const GRID = 60; // points on each side of the plane at which a head is asked

// The pen for a canvas, cleared, in CSS pixels. A screen with finer pixels gets finer pictures.
function penFor(canvas, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = canvas.clientWidth;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.font = LETTERS;
  return { pen, ratio, width, height };
}

// The square of the plane that holds all points of all rotations: pictures then keep still when the rotation changes.
function viewOf(...arrays) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const { values } of arrays) {
    values.forEach((value, i) => {
      low[i % 2] = Math.min(low[i % 2], value);
      high[i % 2] = Math.max(high[i % 2], value);
    });
  }
  const half = Math.max(high[0] - low[0], high[1] - low[1]) / 2 + 0.15;
  return { low: low.map((value, i) => (value + high[i]) / 2 - half), size: 2 * half };
}

// The points of a grid over the view, row after row from below.
function gridPoints(view) {
  const x = new Float64Array(2 * GRID * GRID);
  for (let k = 0; k < GRID * GRID; k++) {
    x[2 * k] = view.low[0] + (view.size * (k % GRID)) / (GRID - 1);
    x[2 * k + 1] = view.low[1] + (view.size * Math.floor(k / GRID)) / (GRID - 1);
  }
  return x;
}

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

// Two regions and the line between them, where the values on the grid are 0.
function drawRegions(canvas, values, sides) {
  const { pen, width, ratio } = penFor(canvas, canvas.clientWidth);
  const side = canvas.width;
  const image = pen.createImageData(side, side);
  const pixels = image.data;
  const [below, above] = sides.map((colour) => channels(colour).map((value) => 255 - 0.25 * (255 - value))); // pale
  const wide = (side - 1) / (GRID - 1); // pixels between two points of the grid
  // a million pixels: so no lists are made in this loop
  for (let row = 0; row < side; row++) {
    const v = (side - 1 - row) / wide;
    const j = Math.min(Math.floor(v), GRID - 2);
    const t = v - j;
    for (let column = 0; column < side; column++) {
      const u = column / wide;
      const i = Math.min(Math.floor(u), GRID - 2);
      const s = u - i;
      const a = values[j * GRID + i];
      const b = values[j * GRID + i + 1];
      const c = values[(j + 1) * GRID + i];
      const d = values[(j + 1) * GRID + i + 1];
      const value = (a * (1 - s) + b * s) * (1 - t) + (c * (1 - s) + d * s) * t;
      const across = (b - a) * (1 - t) + (d - c) * t;
      const up = (c - a) * (1 - s) + (d - b) * s;
      const distance = (Math.abs(value) / (Math.sqrt(across * across + up * up) + 1e-12)) * (wide / ratio);
      const ink = Math.max(0, Math.min(1, 1.8 - distance)); // in CSS pixels: 1 on the line, with soft edges
      const colour = value > 0 ? above : below;
      const at = 4 * (row * side + column);
      for (let k = 0; k < 3; k++) pixels[at + k] = colour[k] * (1 - ink);
      pixels[at + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
  return { pen, width };
}

// A filled circle for the source, an empty triangle for the target.
function drawPoint(pen, x, y, colour, isTarget) {
  pen.beginPath();
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.5;
  if (isTarget) {
    pen.moveTo(x, y - 4.5);
    pen.lineTo(x + 4.2, y + 3.2);
    pen.lineTo(x - 4.2, y + 3.2);
    pen.closePath();
  } else {
    pen.arc(x, y, 3.5, 0, 7);
    pen.fill();
  }
  pen.stroke();
}

function drawRing(pen, x, y) {
  for (const [colour, width] of [["white", 6], ["black", 2.5]]) {
    pen.beginPath();
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.arc(x, y, 10, 0, 7);
    pen.stroke();
  }
}

// The picture of one head. shown: {source, sourceColours, target, targetColours}, chosen: the point with the ring.
function drawHead(canvas, view, values, sides, shown, chosen) {
  const { pen, width } = drawRegions(canvas, values, sides);
  const place = (x, i) => [
    ((x[2 * i] - view.low[0]) / view.size) * width,
    (1 - (x[2 * i + 1] - view.low[1]) / view.size) * width,
  ];
  for (let i = 0; i < shown.source.length / 2; i++) {
    drawPoint(pen, ...place(shown.source, i), shown.sourceColours(i), false);
  }
  for (let i = 0; i < shown.target.length / 2; i++) {
    drawPoint(pen, ...place(shown.target, i), shown.targetColours(i), true);
  }
  drawRing(pen, ...place(chosen, 0));
}

// The plane of the features, from one row of numbers: see Run in run.py.
function readPlane(row) {
  const width = (row.length - 5) / 3;
  return {
    width,
    mean: row.subarray(0, width),
    directions: [row.subarray(width, 2 * width), row.subarray(2 * width, 3 * width)],
    low: row.subarray(3 * width, 3 * width + 2),
    high: row.subarray(3 * width + 2, 3 * width + 4),
    arrow: row[3 * width + 4],
  };
}

// Where row i of some features, or of gradients by features, lies along the two directions of the plane.
function along(plane, rows, i, mean) {
  return plane.directions.map((direction) => {
    let sum = 0;
    for (let k = 0; k < plane.width; k++) sum += (rows[i * plane.width + k] - (mean ? mean[k] : 0)) * direction[k];
    return sum;
  });
}

// An arrow as an outline, white inside or full.
function drawArrow(pen, x, y, dx, dy, colour, isFull) {
  const length = Math.hypot(dx, dy);
  if (length < 1) return;
  const [ux, uy] = [dx / length, dy / length];
  const neck = Math.max(0, length - 9);
  const corners = [[0, 1.5], [neck, 1.5], [neck, 5], [length, 0], [neck, -5], [neck, -1.5], [0, -1.5]];
  pen.beginPath();
  for (const [forth, beside] of corners) pen.lineTo(x + ux * forth - uy * beside, y + uy * forth + ux * beside);
  pen.closePath();
  pen.fillStyle = isFull ? colour : "white";
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.fill();
  pen.stroke();
}

// The features: a circle for class 0, a plus for class 1. sets: [{features, classes, colour}], arrows: [{features,
// pulls, push}] where push is the factor of the arrows that the features get.
function drawFeatures(canvas, plane, sets, arrows, chosen, colours) {
  const { pen, width } = penFor(canvas, canvas.clientWidth);
  const size = Math.max(plane.high[0] - plane.low[0], plane.high[1] - plane.low[1]) || 1;
  const middle = [0, 1].map((axis) => (plane.low[axis] + plane.high[axis]) / 2);
  const scale = width / size;
  const place = (features, i) => {
    const [u, v] = along(plane, features, i, plane.mean);
    return [width / 2 + (u - middle[0]) * scale, width / 2 - (v - middle[1]) * scale];
  };
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, width);
  for (const { features, classes, colour } of sets) {
    classes.forEach((label, i) => {
      const [x, y] = place(features, i);
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = 1.8;
      pen.beginPath();
      if (label) {
        for (const [dx, dy] of [[4.5, 0], [0, 4.5]]) {
          pen.moveTo(x - dx, y - dy);
          pen.lineTo(x + dx, y + dy);
        }
      } else pen.arc(x, y, 3.2, 0, 7);
      pen.stroke();
    });
  }
  for (const { features, pulls, push } of arrows) {
    for (let i = 0; i < pulls.length / plane.width; i++) {
      const [x, y] = place(features, i);
      const [u, v] = along(plane, pulls, i).map((value) => value * plane.arrow * scale);
      drawArrow(pen, x, y, u, -v, colours["domain-loss"], false);
      drawArrow(pen, x, y, push * u, -push * v, colours["domain-loss"], true);
    }
  }
  drawRing(pen, ...place(chosen, 0));
}
