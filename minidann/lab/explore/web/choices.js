// The present choice of the reader, and what belongs to it in the arrays.

// Positions on the axes of the grid, in the list of snapshots, of phases, and in the batch.
const page = { form: 0, rotation: 0, weight: 0, seed: 0, snapshot: 0, phase: 3, point: 0 };
let contents = null;
let arrays = null;
let view = null; // the part of the plane in the pictures of both heads

const element = (id) => document.getElementById(id);

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

// The batch of the step after a snapshot: its points, source first, the classes of the source, and the domains.
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
