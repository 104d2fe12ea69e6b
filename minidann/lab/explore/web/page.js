// The controls, and the drawing of everything after a change.

const page = { form: 0, rotation: 0, weight: 0, seed: 0, snapshot: 0, phase: 3, point: 0 };
let contents = null;
let arrays = null;
let view = null;
let playing = null;
let waiting = false;
let saying = null;

const element = (id) => document.getElementById(id);

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

// what belongs to the present settings ------------------------------------------------------------------------------

const runAt = (form, rotation, weight, seed) => part(arrays["run of"], form, rotation, weight, seed)[0];

// Numbers by name, at a snapshot of a run.
function numbersOf(run, snapshot) {
  const row = part(arrays.numbers, run, snapshot);
  return Object.fromEntries(contents.numbers.map((name, i) => [name, row[i]]));
}

// The target accuracy at the end, of the averaged weights, for each seed; NaN for a run that has not reached its end.
function scores(form, rotation, weight) {
  const last = contents.snapshots.length - 1;
  return contents.seeds.map((_, seed) => numbersOf(runAt(form, rotation, weight, seed), last)["averaged weights"]);
}

function batchOf({ rotation, seed, snapshot }) {
  const [sources, targets] = [0, 1].map((domain) => part(arrays.batches, seed, snapshot, domain));
  const source = part(arrays["source training points"], seed);
  const target = part(arrays["target training points"], rotation, seed);
  const classes = part(arrays["source training classes"], seed);
  const x = [];
  for (const at of sources) x.push(source[2 * at], source[2 * at + 1]);
  for (const at of targets) x.push(target[2 * at], target[2 * at + 1]);
  return {
    x,
    labels: Array.from(sources, (at) => classes[at]),
    domains: [...Array.from(sources, () => 0), ...Array.from(targets, () => 1)],
  };
}

// controls ----------------------------------------------------------------------------------------------------------

function buildControls() {
  contents.forms.forEach((form, i) => {
    element("form").append(new Option(`${form.right ? "" : "✗ "}${form.title}`, i));
  });
  element("form").addEventListener("change", (event) => change({ form: Number(event.target.value) }));
  const sliders = { rotation: contents.rotations, weight: contents.weights, step: contents.snapshots };
  for (const [id, values] of Object.entries(sliders)) {
    element(id).max = values.length - 1;
    const name = id === "step" ? "snapshot" : id;
    element(id).addEventListener("input", (event) => change({ [name]: Number(event.target.value) }));
  }
  element("point").addEventListener("input", (event) => change({ point: Number(event.target.value) - 1 }));
  contents.seeds.forEach((seed, i) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="seed" value="${i}"> <span></span>`;
    label.firstChild.addEventListener("change", () => change({ seed: i }));
    element("seeds").append(label);
  });
  PHASES.forEach((name, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${i + 1} ${name}`;
    button.addEventListener("click", () => change({ phase: i }));
    element("phases").append(button);
  });
  element("play").addEventListener("click", play);
  for (const id of ["label-picture", "domain-picture"]) element(id).addEventListener("click", choosePoint);
  document.addEventListener("keydown", onKey);
  window.addEventListener("resize", () => requestShow());
  window.addEventListener("hashchange", () => {
    readAddress();
    requestShow();
  });
  buildMap();
}

function change(settings) {
  Object.assign(page, settings);
  requestShow();
}

// Several changes before the next frame of the screen are drawn once.
function requestShow() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    show();
  });
}

function play() {
  if (playing) {
    clearInterval(playing);
    playing = null;
  } else {
    const last = contents.snapshots.length - 1;
    if (page.snapshot === last) change({ snapshot: 0 });
    playing = setInterval(() => {
      if (page.snapshot < last) change({ snapshot: page.snapshot + 1 });
      if (page.snapshot === last) play();
    }, 800);
  }
  element("play").textContent = playing ? "❚❚ pause" : "▶ play";
  requestShow();
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const tag = event.target.tagName;
  const isSlider = tag === "INPUT" && event.target.type === "range";
  if (event.key === " " && (isSlider || tag === "BODY")) {
    event.preventDefault(); // the page would scroll
    play();
  } else if (tag === "BODY" && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    const next = page.snapshot + (event.key === "ArrowRight" ? 1 : -1);
    change({ snapshot: Math.max(0, Math.min(contents.snapshots.length - 1, next)) });
  }
}

// The point of the batch that is nearest to a click.
function choosePoint(event) {
  const box = event.target.getBoundingClientRect();
  const x = view.low[0] + ((event.clientX - box.left) / box.width) * view.size;
  const y = view.low[1] + (1 - (event.clientY - box.top) / box.height) * view.size;
  const batch = batchOf(page);
  const distances = batch.domains.map((_, i) => Math.hypot(batch.x[2 * i] - x, batch.x[2 * i + 1] - y));
  change({ point: distances.indexOf(Math.min(...distances)) });
}

// the table of target accuracies -------------------------------------------------------------------------------------

function buildMap() {
  const head = contents.weights.map((weight) => `<th scope="col">λ ${weight}</th>`).join("");
  element("map").tHead.innerHTML = `<tr><td></td>${head}</tr>`;
  contents.rotations.forEach((rotation, r) => {
    const row = element("map").tBodies[0].insertRow();
    row.innerHTML = `<th scope="row">${said(rotation)}°</th>`;
    contents.weights.forEach((_, w) => {
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => change({ rotation: r, weight: w }));
      button.addEventListener("keydown", (event) => moveInMap(event, r, w));
      row.insertCell().append(button);
    });
  });
}

const mapButton = (r, w) => element("map").tBodies[0].rows[r].cells[w + 1].firstChild;

// Arrow keys go from place to place: the Tab key then needs one stop for the whole table.
function moveInMap(event, r, w) {
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] || [0, 0];
  if (!down && !right) return;
  event.preventDefault();
  const rotation = Math.max(0, Math.min(contents.rotations.length - 1, r + down));
  const weight = Math.max(0, Math.min(contents.weights.length - 1, w + right));
  change({ rotation, weight });
  mapButton(rotation, weight).focus();
}

function showMap() {
  const several = contents.seeds.length > 1 ? "mean, and lowest–highest seed" : "of one seed";
  element("map").caption.textContent = `Target accuracy in % at step ${contents.steps.toLocaleString("en-US")}: ${several}.`;
  contents.rotations.forEach((rotation, r) => {
    contents.weights.forEach((weight, w) => {
      const found = scores(page.form, r, w).map((score) => 100 * score);
      const mean = meanOf(found);
      const button = mapButton(r, w);
      const here = r === page.rotation && w === page.weight;
      const range = [Math.min(...found), Math.max(...found)].map((score) => said(Math.round(score)));
      button.innerHTML = `${said(Math.round(mean))}<small>${range[0] === range[1] ? "&nbsp;" : range.join("–")}</small>`;
      const share = Number.isFinite(mean) ? 0.6 * mean : 0;
      button.style.background = `color-mix(in srgb, ${contents.colours.target} ${share}%, white)`;
      button.setAttribute("aria-pressed", here);
      button.tabIndex = here ? 0 : -1;
      const each = found.map((score) => `${said(score)} %`).join(", ");
      button.setAttribute("aria-label", `rotation ${said(rotation)} degrees, λ ${weight}: target ${each}`);
    });
  });
}

// the address --------------------------------------------------------------------------------------------------------

const addressed = () => ({
  form: [page.form, contents.forms.map((form) => form.name)],
  rotation: [page.rotation, contents.rotations],
  lambda: [page.weight, contents.weights],
  seed: [page.seed, contents.seeds],
  step: [page.snapshot, contents.snapshots],
  phase: [page.phase, [1, 2, 3, 4]],
});

// Take up the settings of the address, such as #form=subtracted&lambda=2. What is not on the grid is left out.
function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const names = { lambda: "weight", step: "snapshot" };
  for (const [name, [, values]] of Object.entries(addressed())) {
    const at = values.map(String).indexOf(given.get(name));
    if (at >= 0) page[names[name] || name] = at;
  }
}

function writeAddress() {
  const given = Object.entries(addressed()).map(([name, [at, values]]) => `${name}=${values[at]}`);
  history.replaceState(null, "", `#${given.join("&")}`);
}

// drawing --------------------------------------------------------------------------------------------------------------

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

  showControls(form, run);
  showMap();
  const state = stateWords(contents, contents.snapshots[snapshot], strength, numbers) + endedWords(run, snapshot);
  element("state").textContent = state;
  say(state);

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
}

// A screen reader hears the state once things are at rest.
function say(state) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    if (!playing) element("live").textContent = state;
  }, 700);
}

function endedWords(run, snapshot) {
  const ended = part(arrays.ended, run)[0];
  if (ended < 0 || contents.snapshots[snapshot] < ended) return "";
  return ` The run has ended at step ${ended}: its numbers are not finite any more. The pictures are the last ones before.`;
}

function showControls(form) {
  element("form").value = page.form;
  element("form-words").className = form.right ? "" : "wrong";
  const mine = scores(page.form, page.rotation, page.weight);
  const right = contents.forms.findIndex((each) => each.right);
  const other = right < 0 ? null : { title: contents.forms[right].title, found: scores(right, page.rotation, page.weight) };
  const outcome = form.right ? "" : outcomeWords(mine, other);
  element("form-words").innerHTML = 
    `<b>${form.right ? "✓ right" : "✗ wrong"}</b>: ${form.formula}. Remark: ${form.remark}. ${outcome}`;
  const settings = {
    rotation: [page.rotation, `${said(contents.rotations[page.rotation])}°`],
    weight: [page.weight, `${contents.weights[page.weight]}`],
    step: [page.snapshot, contents.snapshots[page.snapshot].toLocaleString("en-US")],
    point: [page.point + 1, `${page.point + 1}`],
  };
  for (const [id, [value, words]] of Object.entries(settings)) {
    element(id).value = value;
    element(id).setAttribute("aria-valuetext", words);
    element(`${id}-said`).textContent = words;
  }
  element("seeds").querySelectorAll("label").forEach((label, i) => {
    label.querySelector("input").checked = i === page.seed;
    label.querySelector("span").textContent = `${contents.seeds[i]}: ${percent(mine[i])}`;
  });
  element("spread").textContent =
    mine.length > 1 ? `mean ${tenths(meanOf(mine))}, from ${tenths(Math.min(...mine))} to ${tenths(Math.max(...mine))}` : "";
  showDots(mine);
  element("phases").querySelectorAll("button").forEach((button, i) => button.setAttribute("aria-pressed", i === page.phase));
}

// The scores of all seeds as dots on a line from 0 to 100 %, with a bar at their mean.
function showDots(found) {
  const width = element("dots").clientWidth - 16;
  const x = (score) => 8 + width * score;
  const pieces = [0, 0.5, 1].map((tick) => `<path d="M${x(tick)} 5V17" stroke="#888"/>`);
  pieces.push(`<path d="M8 11H${x(1)}" stroke="#888"/>`);
  const finite = found.filter(Number.isFinite);
  if (finite.length > 1) pieces.push(`<path d="M${x(meanOf(finite))} 0V22" stroke="black" stroke-width="3"/>`);
  finite.forEach((score, i) => {
    const fill = i === page.seed ? contents.colours.target : "white";
    pieces.push(`<circle cx="${x(score)}" cy="11" r="6" fill="${fill}" stroke="${contents.colours.target}" stroke-width="2.5"/>`);
  });
  element("dots").innerHTML = pieces.join("");
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
