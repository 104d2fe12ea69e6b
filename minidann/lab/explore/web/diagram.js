// The network as a diagram, and the four phases of the step that begins at the snapshot.

const PHASES = ["forward", "label gradient", "domain gradient", "update"];
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
    "domain head": [310, 200, "middle"], twice: [308, 202, "middle"],
    "both heads": [270, 156, "middle"], logits: [551, 116, "middle"], nowhere: [310, 200, "middle"],
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
    "domain head": [238, 212, "start"], twice: [238, 222, "start"],
    "both heads": [193, 262, "start"], logits: [180, 190, "start"], nowhere: [236, 212, "start"],
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
function linesOf(name, symbol, losses, numbers, multiples, phase) {
  const lines = losses.map((loss) => {
    const seen = phase >= (loss === "L_y" ? 1 : 2);
    const key = `${loss} at theta_${symbol}`;
    return seen ? `∂${loss} ${effect(multiples[key])} ${said(numbers[key])}` : `∂${loss} –`;
  });
  return [...lines, `moved ${phase >= 3 ? said(numbers[`moved theta_${symbol}`]) : "–"}`];
}

// The text of the SVG. numbers: of the snapshot; multiples: how many times each true gradient arrives.
function diagramOf(plan, form, strength, numbers, multiples, phase, colours) {
  const { boxes, ports, fork, losses, ends } = plan;
  const pieces = [];
  const text = (x, y, words, anchor, look = "") =>
    pieces.push(`<text x="${x}" y="${y}" text-anchor="${anchor}" ${look}>${words}</text>`);
  const arrow = (from, to, colour, shift = 0) => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    const [ox, oy] = [(-dy / length) * shift, (dx / length) * shift];
    const [ux, uy] = [dx / length, dy / length];
    const tip = [to[0] + ox, to[1] + oy];
    pieces.push(
      `<path d="M${from[0] + ox} ${from[1] + oy}L${tip[0] - ux * 8} ${tip[1] - uy * 8}" fill="none" stroke="${colour}"/>` +
        `<path d="M${tip[0]} ${tip[1]}L${tip[0] - ux * 11 - uy * 5} ${tip[1] - uy * 11 + ux * 5}` +
        `L${tip[0] - ux * 11 + uy * 5} ${tip[1] - uy * 11 - ux * 5}Z" fill="${colour}" stroke="none"/>`,
    );
  };
  const grey = "#c4c4c4";
  const forward = phase === 0 ? "black" : grey;
  const [byLabel, byDomain] = [phase >= 1 ? colours["label-loss"] : grey, phase >= 2 ? colours["domain-loss"] : grey];

  arrow(plan.entry, ports.features[0], forward);
  arrow(ports.features[1], fork, forward);
  for (const [head, loss, colour] of [["label_head", "L_y", byLabel], ["domain_head", "L_d", byDomain]]) {
    arrow(fork, ports[head][0], forward);
    arrow(ports[head][1], ends[loss], forward);
    const side = head === "label_head" ? 9 : -9; // the way back lies beside the way forward
    arrow(ends[loss], ports[head][1], colour, side);
    arrow(ports[head][0], fork, colour, side);
    arrow(fork, ports.features[1], colour, side);
  }

  const lines = {
    features: linesOf("features", "f", ["L_y", "L_d"], numbers, multiples, phase),
    label_head: linesOf("label_head", "y", ["L_y"], numbers, multiples, phase),
    domain_head: linesOf("domain_head", "d", ["L_d"], numbers, multiples, phase),
  };
  for (const [name, [x, y, width, height]] of Object.entries(boxes)) {
    const look = phase === 3 ? `stroke="${colours.present}" stroke-width="4"` : 'stroke="black" stroke-width="1.5"';
    pieces.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="white" ${look}/>`);
    text(x + width / 2, y + 22, PARTS[name], "middle", 'font-weight="bold"');
    lines[name].forEach((line, i) => {
      const colour = line.startsWith("∂L_y") ? colours["label-loss"] : line.startsWith("∂L_d") ? colours["domain-loss"] : "black";
      text(x + width / 2, y + 46 + 22 * i, line, "middle", `fill="${colour}"`);
    });
  }
  text(...plan.inputs[0].slice(0, 2), "source x, y", plan.inputs[0][2], 'font-weight="bold"');
  text(...plan.inputs[1].slice(0, 2), "target x", plan.inputs[1][2], 'font-weight="bold"');
  const factor = form.sign * strength;
  for (const [loss, [x, y, anchor]] of Object.entries(losses)) {
    const colour = colours[loss === "L_y" ? "label-loss" : "domain-loss"];
    const below = loss === "L_d" && form.weighted;
    text(x, y + (below ? -4 : 5), `${loss} = ${said(numbers[loss])}`, anchor, `font-weight="bold" fill="${colour}"`);
    if (below) text(x, y + 16, `× ${form.sign < 0 ? "−λ" : "λ"} = ${said(factor)}`, anchor, `fill="${colour}"`);
  }

  const [x, y, anchor] = plan.said[form.node];
  const nodes = plan.nodes[form.node] || [];
  for (const [nx, ny] of nodes) {
    pieces.push(`<circle cx="${nx}" cy="${ny}" r="15" fill="${colours.reversal}" stroke="black" stroke-width="1.5"/>`);
    text(nx, ny + 5, "R", "middle", 'font-weight="bold"');
  }
  if (!nodes.length) text(x, y, "no node", anchor);
  else {
    const each = nodes.length > 1 ? "each " : "";
    text(x, y, `${each}forward × 1`, anchor);
    text(x, y + 19, `${each}back × ${said(form.weighted ? -1 : -strength)}`, anchor);
  }
  return pieces.join("");
}

function drawDiagram(svg, ...rest) {
  const plan = svg.parentElement.clientWidth >= 600 ? WIDE : NARROW;
  svg.setAttribute("viewBox", `0 0 ${plan.size[0]} ${plan.size[1]}`);
  svg.style.maxWidth = `${plan.size[0] * 1.35}px`;
  svg.innerHTML = diagramOf(plan, ...rest);
}
