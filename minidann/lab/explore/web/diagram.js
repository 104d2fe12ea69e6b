// The network as a diagram, and the four phases of the step that begins at the snapshot.

const NAMES_OF_PHASES = ["forward", "label gradient", "domain gradient", "update"];
const PARTS = { features: "features θf", label_head: "label head θy", domain_head: "domain head θd" };

// A wide diagram runs from left to right, a narrow one from below to above. All numbers are pixels.
const WIDE = {
  size: [700, 238],
  inputs: [[0, 96, "start"], [0, 154, "start"]],
  boxes: { features: [104, 64, 146, 108], label_head: [386, 4, 150, 92], domain_head: [386, 142, 150, 92] },
  entry: [64, 118],
  ports: { features: [[104, 118], [250, 118]], label_head: [[386, 50], [536, 50]], domain_head: [[386, 188], [536, 188]] },
  fork: [286, 118],
  losses: { L_y: [572, 50, "start"], L_d: [572, 188, "start"] },
  ends: { L_y: [566, 50], L_d: [566, 188] },
  nodes: { "domain head": [[336, 153]], twice: [[314, 137], [354, 167]], "both heads": [[270, 118]], logits: [[551, 188]] },
  said: {
    "domain head": [310, 200, "middle"], twice: [288, 202, "middle"],
    "both heads": [268, 198, "middle"], logits: [551, 116, "middle"], nowhere: [310, 200, "middle"],
  },
};
const NARROW = {
  size: [345, 428],
  inputs: [[168, 424, "end"], [180, 424, "start"]],
  boxes: { features: [98, 286, 150, 108], label_head: [2, 58, 158, 92], domain_head: [185, 58, 158, 92] },
  entry: [173, 410],
  ports: { features: [[173, 394], [173, 286]], label_head: [[81, 150], [81, 58]], domain_head: [[264, 150], [264, 58]] },
  fork: [173, 252],
  losses: { L_y: [81, 16, "middle"], L_d: [264, 16, "middle"] },
  ends: { L_y: [81, 42], L_d: [264, 42] },
  nodes: { "domain head": [[218, 201]], twice: [[200, 222], [236, 182]], "both heads": [[173, 268]], logits: [[264, 50]] },
  said: {
    "domain head": [341, 234, "end"], twice: [341, 250, "end"],
    "both heads": [198, 250, "start"], logits: [341, 202, "end"], nowhere: [236, 212, "start"],
  },
};

// A number with three digits, as the lab says it; – if there is none.
function said(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (Math.abs(value) < 1e-6) return "≈ 0";
  const text = Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : `${Number(value.toPrecision(3))}`;
  return text.replace("-", "−");
}

const tenths = (share) => (Number.isFinite(share) ? (100 * share).toFixed(1) : "–");
const percent = (share) => `${tenths(share)}\u00a0%`; // a space at which no line ends

// What a gradient does: ↓ if the update makes the loss smaller through this part, ↑ if larger.
const effect = (multiple) => (multiple > 0 ? "↓" : multiple < 0 ? "↑" : "");

// The lines in the box of a part after a phase.
function linesOf(symbol, losses, numbers, multiples, phase) {
  const lines = losses.map((loss) => {
    const seen = phase >= (loss === "L_y" ? 1 : 2);
    const key = `${loss} at theta_${symbol}`;
    return seen ? `∂${loss} ${effect(multiples[key])} ${said(numbers[key])}` : `∂${loss} –`;
  });
  return [...lines, `moved ${phase >= 3 ? said(numbers[`moved theta_${symbol}`]) : "–"}`];
}

// pieces of an SVG ----------------------------------------------------------------------------------------------------

const svgText = (x, y, anchor, words, look = "") =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" ${look}>${words}</text>`;

// An arrow between two points, moved aside by some pixels.
function svgArrow(from, to, colour, aside = 0) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const at = ([x, y], back, beside) => `${x - uy * aside - ux * back - uy * beside} ${y + ux * aside - uy * back + ux * beside}`;
  return (
    `<path d="M${at(from, 0, 0)}L${at(to, 8, 0)}" fill="none" stroke="${colour}"/>` +
    `<path d="M${at(to, 0, 0)}L${at(to, 11, 5)}L${at(to, 11, -5)}Z" fill="${colour}"/>`
  );
}

// The ways forward, and beside them the ways of both gradients back. Those of the phase so far have their colour.
function svgWays({ entry, ports, fork, ends }, phase, colours) {
  const grey = "#c4c4c4";
  const forward = phase === 0 ? "black" : grey;
  const pieces = [svgArrow(entry, ports.features[0], forward), svgArrow(ports.features[1], fork, forward)];
  for (const [head, loss, colour, aside] of [
    ["label_head", "L_y", phase >= 1 ? colours["label-loss"] : grey, 9],
    ["domain_head", "L_d", phase >= 2 ? colours["domain-loss"] : grey, -9],
  ]) {
    pieces.push(svgArrow(fork, ports[head][0], forward), svgArrow(ports[head][1], ends[loss], forward));
    pieces.push(svgArrow(ends[loss], ports[head][1], colour, aside));
    pieces.push(svgArrow(ports[head][0], fork, colour, aside), svgArrow(fork, ports.features[1], colour, aside));
  }
  return pieces.join("");
}

function svgBoxes(boxes, numbers, multiples, phase, colours) {
  const losses = { features: ["f", ["L_y", "L_d"]], label_head: ["y", ["L_y"]], domain_head: ["d", ["L_d"]] };
  const frame = phase === 3 ? `stroke="${colours.present}" stroke-width="4"` : 'stroke="black" stroke-width="1.5"';
  const inks = { "∂L_y": colours["label-loss"], "∂L_d": colours["domain-loss"] };
  const pieces = [];
  for (const [name, [x, y, width, height]] of Object.entries(boxes)) {
    pieces.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="white" ${frame}/>`);
    pieces.push(svgText(x + width / 2, y + 22, "middle", PARTS[name], 'font-weight="bold"'));
    linesOf(...losses[name], numbers, multiples, phase).forEach((line, i) => {
      const look = `fill="${inks[line.slice(0, 4)] || "black"}"`;
      pieces.push(svgText(x + width / 2, y + 46 + 22 * i, "middle", line, look));
    });
  }
  return pieces.join("");
}

// The inputs, both losses, and the factor that a form puts on L_d.
function svgEnds({ inputs, losses }, form, strength, numbers, colours) {
  const pieces = ["source x, y", "target x"].map((words, i) => svgText(...inputs[i], words, 'font-weight="bold"'));
  for (const [loss, [x, y, anchor]] of Object.entries(losses)) {
    const colour = colours[loss === "L_y" ? "label-loss" : "domain-loss"];
    const weighted = loss === "L_d" && form.weighted;
    const words = `${loss} = ${said(numbers[loss])}`;
    pieces.push(svgText(x, y + (weighted ? -4 : 5), anchor, words, `font-weight="bold" fill="${colour}"`));
    const factor = `× ${form.sign < 0 ? "−λ" : "λ"} = ${said(form.sign * strength)}`;
    if (weighted) pieces.push(svgText(x, y + 16, anchor, factor, `fill="${colour}"`));
  }
  return pieces.join("");
}

// The node in its place, or two, and both of its factors.
function svgNode(plan, form, strength, colours) {
  const [x, y, anchor] = plan.said[form.node];
  const places = plan.nodes[form.node] || [];
  if (!places.length) return svgText(x, y, anchor, "no node");
  const each = places.length > 1 ? "each " : "";
  const circles = places.map(
    ([cx, cy]) =>
      `<circle cx="${cx}" cy="${cy}" r="15" fill="${colours.reversal}" stroke="black" stroke-width="1.5"/>` +
      svgText(cx, cy + 5, "middle", "R", 'font-weight="bold"'),
  );
  const back = `${each}back × ${said(form.weighted ? -1 : -strength)}`;
  return circles.join("") + svgText(x, y, anchor, `${each}forward × 1`) + svgText(x, y + 19, anchor, back);
}

// strength: λ now; numbers: of the snapshot; multiples: how many times each true gradient arrives.
function drawDiagram(svg, form, strength, numbers, multiples, phase, colours) {
  const plan = svg.parentElement.clientWidth >= 600 ? WIDE : NARROW;
  svg.setAttribute("viewBox", `0 0 ${plan.size[0]} ${plan.size[1]}`);
  svg.style.maxWidth = `${plan.size[0] * 1.35}px`;
  svg.innerHTML =
    svgWays(plan, phase, colours) +
    svgBoxes(plan.boxes, numbers, multiples, phase, colours) +
    svgEnds(plan, form, strength, numbers, colours) +
    svgNode(plan, form, strength, colours);
}
