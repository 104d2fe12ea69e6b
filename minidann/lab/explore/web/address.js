// The address of the page holds the present choice, so that a link leads to it.

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
