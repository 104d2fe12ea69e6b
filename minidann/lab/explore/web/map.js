// The table of target accuracies over rotation and λ: each place of it is a button.

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
