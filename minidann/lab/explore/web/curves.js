// The curves of a run: the target accuracy on an axis from 0 to 1, and below it the two losses on an axis of their own.

const HIGHEST_LOSS = 1.5; // in nats: what is higher is cut off, with a mark
const NO_NUMBER = 65535;

// rowsOfSeeds: the numbers of each seed's run; chosen: the seed whose lines are thick; now: the present step.
function drawCurves(canvas, contents, rowsOfSeeds, chosen, now) {
  const { pen, width, height } = penFor(canvas, canvas.clientWidth);
  const { colours } = contents;
  const [left, right] = [38, width - 12];
  const middle = height / 2 - 11;
  const x = (step) => left + (right - left) * Math.sqrt(step / contents.steps);
  const accuracy = { left, right, x, top: 8, bottom: middle, highest: 1, ticks: [0, 0.5, 1] };
  const losses = { left, right, x, top: middle + 30, bottom: height - 26, highest: HIGHEST_LOSS, ticks: [0, 0.5, 1, 1.5] };

  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, height);
  for (const axes of [accuracy, losses]) drawAxes(pen, axes, now);
  drawSteps(pen, losses, contents.steps);
  const row = rowsOfSeeds[chosen];
  for (const each of rowsOfSeeds) drawLine(pen, accuracy, pointsOf(each, "target accuracy"), colours.target, 1, []);
  drawLine(pen, accuracy, pointsOf(row, "target accuracy"), colours.target, 3.5, []);
  drawLine(pen, accuracy, pointsOf(row, "averaged weights"), "black", 1.8, [6, 4]);
  const guess = [0, contents.steps].map((step) => [step, Math.LN2]);
  drawLine(pen, losses, guess, colours.chance, 1.8, [3, 4]);
  for (const [loss, colour, dashes] of [["L_d", colours["domain-loss"], []], ["L_y", colours["label-loss"], [2, 3]]]) {
    drawLine(pen, losses, pointsOf(row, loss), colour, 3, dashes);
    markHigher(pen, losses, pointsOf(row, loss), colour);
  }
}

// The points [step, value] of one curve of a run. A run that has ended has no numbers any more.
function pointsOf(row, name) {
  const column = contents.curves.indexOf(name);
  const codes = contents.points.map((_, i) => row[i * contents.curves.length + column]);
  return contents.points.map((step, i) => [step, codes[i] / 10000]).filter((_, i) => codes[i] !== NO_NUMBER);
}

const heightOf = (axes, value) =>
  axes.bottom - ((axes.bottom - axes.top) * Math.min(value, axes.highest)) / axes.highest;

function drawAxes(pen, axes, now) {
  pen.strokeStyle = "#bbb";
  pen.lineWidth = 1;
  pen.strokeRect(axes.left, axes.top, axes.right - axes.left, axes.bottom - axes.top);
  pen.fillStyle = "#ccc";
  pen.fillRect(axes.x(now) - 2, axes.top, 4, axes.bottom - axes.top);
  pen.fillStyle = "black";
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const tick of axes.ticks) pen.fillText(tick, axes.left - 5, heightOf(axes, tick));
}

function drawSteps(pen, axes, steps) {
  pen.textBaseline = "top";
  const write = (words, x, align) => {
    pen.textAlign = align;
    pen.fillText(words, x, axes.bottom + 6);
  };
  write("step", 0, "left");
  for (const share of [0.25, 0.5]) {
    const step = Math.round(steps * share ** 2);
    write(step.toLocaleString("en-US"), axes.x(step), "center");
  }
  write(steps.toLocaleString("en-US"), axes.right, "right");
}

function drawLine(pen, axes, points, colour, lineWidth, dashes) {
  pen.strokeStyle = colour;
  pen.lineWidth = lineWidth;
  pen.setLineDash(dashes);
  pen.beginPath();
  for (const [step, value] of points) pen.lineTo(axes.x(step), heightOf(axes, value));
  pen.stroke();
  pen.setLineDash([]);
}

// A mark where a curve leaves the picture, at snapshots only: more marks would touch.
function markHigher(pen, axes, points, colour) {
  pen.fillStyle = colour;
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const [step, value] of points) {
    if (value > axes.highest && contents.snapshots.includes(step)) pen.fillText("▲", axes.x(step), axes.top + 1);
  }
}
