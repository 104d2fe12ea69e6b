// The beginning, and the drawing of everything after a change.

let saying = null;
let heard = [];

async function begin() {
  try {
    contents = JSON.parse(element("contents").textContent);
    arrays = await readArrays(contents.layout, element("packed").textContent);
  } catch (error) {
    element("failed").textContent = `This page cannot read its data (${error}). A browser of 2023 or later can.`;
    element("failed").hidden = false;
    return;
  }
  view = viewOf(arrays["source points"], arrays["target points"]);
  page.rotation = nearest(contents.rotations, 35);
  page.weight = nearest(contents.weights, 0.7);
  page.snapshot = nearest(contents.snapshots, contents.steps / 4);
  element("main").hidden = false;
  buildControls();
  readAddress();
  show();
}

const nearest = (values, wanted) =>
  values.reduce((best, value, i) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? i : best), 0);

function show() {
  const { form: f, rotation, weight, seed, snapshot, phase } = page;
  const { colours } = contents;
  const form = contents.forms[f];
  const run = runAt(f, rotation, weight, seed);
  const numbers = numbersOf(run, snapshot);
  const strength = part(arrays.strengths, weight, snapshot)[0];
  const row = part(arrays.multiples, f, weight, snapshot);
  const multiples = Object.fromEntries(contents.arrivals.map((key, i) => [key, row[i]]));
  const mean = part(arrays.means, rotation, seed);
  const network = buildNetwork(weightsAt(arrays, contents, run, snapshot), contents.tensors, mean, contents.deviation);

  showControls(form);
  showMap();
  const state = stateWords(contents, contents.snapshots[snapshot], strength, numbers) + endedWords(run, snapshot);
  element("state").textContent = state;

  const batch = batchOf(page);
  page.point = Math.min(page.point, batch.domains.length - 1);
  element("point").max = batch.domains.length;
  const found = lookAtBatch(network, batch);
  showHeads(network, batch, state);
  showFeatures(network, run, batch, found, multiples["L_d at theta_f"]);
  showCurves(state);
  showStep(form, strength, numbers, multiples, batch, found);
  showPoint(batch, found, multiples);
  writeAddress();
  say([state, element("phase-words").textContent, element("point-words").textContent]);
}

// A screen reader hears the first sentence that has changed, once things are at rest.
function say(sentences) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    if (playing) return;
    const changed = sentences.find((words, i) => words !== heard[i]);
    if (changed) element("live").textContent = changed;
    heard = sentences;
  }, 700);
}

function endedWords(run, snapshot) {
  const ended = part(arrays.ended, run)[0];
  if (ended < 0 || contents.snapshots[snapshot] < ended) return "";
  return ` The run has ended at step ${ended}: its numbers are not finite any more. The pictures are the last ones before.`;
}

function describe(id, words) {
  element(id).setAttribute("aria-label", words);
}

function showHeads(network, batch, state) {
  const { rotation, seed, point } = page;
  const { colours } = contents;
  const grid = gridPoints(view);
  const n = grid.length / 2;
  const h = featuresOf(network, grid, n);
  const logits = headPass(network.label_head, h, n).logits;
  const label = Float64Array.from({ length: n }, (_, i) => logits[2 * i + 1] - logits[2 * i]);
  const domain = headPass(network.domain_head, h, n).logits;
  const [sourceClasses, targetClasses] = [part(arrays["source classes"], seed), part(arrays["target classes"], rotation, seed)];
  const classes = [colours["class-0"], colours["class-1"]];
  const points = { source: part(arrays["source points"], seed), target: part(arrays["target points"], rotation, seed) };
  const byClass = { sourceColours: (i) => classes[sourceClasses[i]], targetColours: (i) => classes[targetClasses[i]] };
  const byDomain = { sourceColours: () => colours.source, targetColours: () => colours.target };
  const chosen = batch.x.slice(2 * point, 2 * point + 2);
  drawHead(element("label-picture"), view, label, classes, { ...points, ...byClass }, chosen);
  drawHead(element("domain-picture"), view, domain, [colours.source, colours.target], { ...points, ...byDomain }, chosen);
  describe("label-picture", `The plane in two regions, where the label head says class 0 and class 1. ${state}`);
  describe("domain-picture", `The plane in two regions, where the domain head says source and target. ${state}`);
}

function showFeatures(network, run, batch, found, push) {
  const { rotation, seed, point } = page;
  const { colours } = contents;
  const plane = readPlane(part(arrays.planes, run));
  const sets = [];
  const arrows = [];
  const domains = [
    [part(arrays["source points"], seed), part(arrays["source classes"], seed), colours.source],
    [part(arrays["target points"], rotation, seed), part(arrays["target classes"], rotation, seed), colours.target],
  ];
  domains.forEach(([x, classes, colour], domain) => {
    const features = featuresOf(network, x, classes.length);
    sets.push({ features, classes, colour });
    const some = features.subarray(0, contents.arrows * plane.width);
    const { gradient } = domainLoss(network, some, Array(some.length / plane.width).fill(domain));
    arrows.push({ features: some, pulls: gradient.map((g) => -g), push });
  });
  const chosen = found.h.subarray(point * plane.width, (point + 1) * plane.width);
  drawFeatures(element("features-picture"), plane, sets, arrows, chosen, colours);
  element("push-said").textContent = said(push);
  describe(
    "features-picture",
    "The features of both domains in a plane, with the pull of the domain head at some of them, " +
      `and the push that they get, which is the pull times ${said(push)}.`,
  );
}

function showCurves(state) {
  const rows = contents.seeds.map((_, seed) => part(arrays.curves, runAt(page.form, page.rotation, page.weight, seed)));
  const canvas = element("curves-picture");
  drawCurves(canvas, contents, rows, page.seed, contents.snapshots[page.snapshot]);
  describe("curves-picture", `The target accuracy and both losses over the steps of the run. ${state}`);
}

function showStep(form, strength, numbers, multiples, batch, found) {
  const counts = {
    source: batch.labels.length,
    target: batch.domains.length - batch.labels.length,
    label: Math.round(rightOf(found.label.probabilities, batch.labels)),
    domain: Math.round(numbers["domain accuracy"] * batch.domains.length),
  };
  const words = phaseWords(page.phase, form, strength, numbers, multiples, counts);
  drawDiagram(element("diagram"), form, strength, numbers, multiples, page.phase, contents.colours);
  describe("diagram", `The network: features, label head, domain head, and R. ${words}`);
  element("phase-words").textContent = words;
}

function showPoint(batch, found, multiples) {
  element("point-words").textContent = pointWords(batch, found, page.point);
  element("point-multiple").textContent = said(multiples["L_d at theta_f"]);
  const rows = pointRows(batch, found, page.point, multiples);
  fillPointTable(element("point-table").tBodies[0], rows, contents.colours);
}
