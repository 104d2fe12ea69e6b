// The curves of a run: the target accuracy on an axis from 0 to 1, and below it the two losses on an axis of their own.

const TOP = 1.5; // of the losses, in nats: what is higher is cut off, with a mark
const NO_NUMBER = 65535;

// Draw both. curves: {steps, columns} with the rows of all seeds; chosen: the seed; now: the present step.
function drawCurves(canvas, contents, rowsOfSeeds, chosen, now) {
  const { pen, width, height } = penFor(canvas, canvas.clientWidth);
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, height);
  const [left, right, gap] = [38, 12, 30];
  const each = (height - 2 * gap - 8) / 2;
  const x = (step) => left + (width - left - right) * Math.sqrt(step / contents.steps);
  const upper = { top: 8, bottom: 8 + each, most: 1 };
  const lower = { top: 8 + each + gap, bottom: 8 + 2 * each + gap, most: TOP };
  const y = (panel, value) => panel.bottom - ((panel.bottom - panel.top) * Math.min(value, panel.most)) / panel.most;

  for (const [panel, ticks] of [[upper, [0, 0.5, 1]], [lower, [0, 0.5, 1, 1.5]]]) {
    pen.strokeStyle = "#bbb";
    pen.lineWidth = 1;
    pen.strokeRect(left, panel.top, width - left - right, panel.bottom - panel.top);
    pen.fillStyle = "black";
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const tick of ticks) pen.fillText(tick, left - 5, y(panel, tick));
    pen.fillStyle = "#ccc";
    pen.fillRect(x(now) - 2, panel.top, 4, panel.bottom - panel.top);
  }
  pen.fillStyle = "black";
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const share of [0.25, 0.5]) {
    const step = Math.round(contents.steps * share ** 2);
    pen.fillText(step.toLocaleString("en-US"), x(step), lower.bottom + 5);
  }
  pen.textAlign = "right";
  pen.fillText(contents.steps.toLocaleString("en-US"), width - right, lower.bottom + 5);
  pen.textAlign = "left";
  pen.fillText("step", 2, lower.bottom + 5);

  const line = (panel, row, column, colour, lineWidth, dashes) => {
    const at = contents.curves.indexOf(column);
    pen.strokeStyle = colour;
    pen.lineWidth = lineWidth;
    pen.setLineDash(dashes);
    pen.beginPath();
    let begun = false;
    contents.points.forEach((step, i) => {
      const code = row[i * contents.curves.length + at];
      if (code === NO_NUMBER) return;
      const value = code / 10000;
      if (begun) pen.lineTo(x(step), y(panel, value));
      else pen.moveTo(x(step), y(panel, value));
      begun = true;
    });
    pen.stroke();
    pen.setLineDash([]);
  };
  const cutOff = (row, column, colour) => {
    const at = contents.curves.indexOf(column);
    pen.fillStyle = colour;
    pen.textAlign = "center";
    pen.textBaseline = "top";
    contents.points.forEach((step, i) => {
      const code = row[i * contents.curves.length + at];
      const marked = i % 4 === 0 || i === contents.points.length - 1;
      if (marked && code !== NO_NUMBER && code / 10000 > TOP) pen.fillText("▲", x(step), lower.top + 1);
    });
  };
  const { colours } = contents;
  rowsOfSeeds.forEach((row) => line(upper, row, "target accuracy", colours.target, 1, []));
  line(upper, rowsOfSeeds[chosen], "target accuracy", colours.target, 3.5, []);
  line(upper, rowsOfSeeds[chosen], "averaged weights", "black", 1.8, [6, 4]);
  pen.strokeStyle = colours.chance;
  pen.setLineDash([3, 4]);
  pen.beginPath();
  pen.moveTo(left, y(lower, Math.LN2));
  pen.lineTo(width - right, y(lower, Math.LN2));
  pen.stroke();
  pen.setLineDash([]);
  line(lower, rowsOfSeeds[chosen], "L_d", colours["domain-loss"], 3, []);
  line(lower, rowsOfSeeds[chosen], "L_y", colours["label-loss"], 3, [2, 3]);
  cutOff(rowsOfSeeds[chosen], "L_d", colours["domain-loss"]);
  cutOff(rowsOfSeeds[chosen], "L_y", colours["label-loss"]);
}
