// The controls: their first state, their words after a change, mouse and keys.

let playing = null;
let waiting = false;

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
  NAMES_OF_PHASES.forEach((name, i) => {
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
