// One point of the batch, all the way: through the features and both heads, and the way of its gradients back.

// Losses, probabilities and gradients at the features, for each point of a batch.
function lookAtBatch(network, batch) {
  const n = batch.domains.length;
  const h = featuresOf(network, batch.x, n);
  const sources = h.subarray(0, batch.labels.length * (h.length / n));
  return { h, label: labelLoss(network, sources, batch.labels), domain: domainLoss(network, h, batch.domains) };
}

function pointWords(batch, found, point) {
  const isSource = point < batch.labels.length;
  const [x, y] = [batch.x[2 * point], batch.x[2 * point + 1]].map(said);
  const target = found.domain.probabilities[point];
  const kind = isSource ? `a source point of class ${batch.labels[point]}` : "a target point: training has no label for it";
  const words = [`Point ${point + 1} at (${x}, ${y}), ${kind}.`];
  if (isSource) {
    const right = batch.labels[point] ? found.label.probabilities[point] : 1 - found.label.probabilities[point];
    words.push(`The label head gives its class ${percent(right)}; its label loss is ${said(found.label.losses[point])}.`);
  }
  words.push(`The domain head says: target with ${percent(target)}; its domain loss is ${said(found.domain.losses[point])}.`);
  return words.join(" ");
}

// The rows of the table: a feature, and the gradients of this point's own losses by it.
function pointRows(batch, found, point, multiples) {
  const n = batch.domains.length;
  const width = found.h.length / n;
  const isSource = point < batch.labels.length;
  return Array.from({ length: width }, (_, k) => {
    const at = point * width + k;
    const domain = found.domain.gradient[at];
    return [
      found.h[at],
      isSource ? found.label.gradient[at] * multiples["L_y at theta_f"] : NaN,
      domain,
      domain * multiples["L_d at theta_f"],
    ];
  });
}

// Numbers below each other, with four decimals.
function column(value) {
  if (!Number.isFinite(value)) return "–";
  const text = value.toFixed(4);
  return Number(text) === 0 ? "0.0000" : text.replace("-", "−");
}

// Fill the body of the table. Bars show sizes: all gradients on one scale, so that the factor can be seen.
function fillPointTable(body, rows, colours) {
  const most = Math.max(1e-12, ...rows.flatMap((row) => row.slice(1).filter(Number.isFinite).map(Math.abs)));
  const looks = ["#777", colours["label-loss"], colours["domain-loss"], colours["domain-loss"]];
  body.innerHTML = rows
    .map((row, k) => {
      const cells = row.map((value, i) => {
        const share = (50 * Math.abs(value)) / (i ? most : 1) || 0;
        const bar = `<i style="background:${looks[i]};width:${share}%;left:${value < 0 ? 50 - share : 50}%"></i>`;
        return `<td><span>${column(value)}</span><b aria-hidden="true">${bar}</b></td>`;
      });
      return `<tr><th scope="row">${k + 1}</th>${cells.join("")}</tr>`;
    })
    .join("");
}
