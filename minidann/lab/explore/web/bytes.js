// The arrays of the page: from the text at the end of this file to numbers by name.
// packing.py has written them, and says there how.

const KINDS = { uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array };

// The arrays by name: each is {shape, values}.
async function readArrays(layout, text) {
  const letters = atob(text); // one letter a byte; line ends are skipped
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) packed[i] = letters.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const arrays = {};
  let start = 0;
  for (const { name, dtype, shape } of layout) {
    const size = KINDS[dtype].BYTES_PER_ELEMENT;
    const n = shape.reduce((product, length) => product * length, 1);
    const ordered = new Uint8Array(n * size);
    for (let byte = 0; byte < size; byte++) {
      for (let i = 0; i < n; i++) ordered[i * size + byte] = bytes[start + byte * n + i];
    }
    arrays[name] = { shape, values: new KINDS[dtype](ordered.buffer) };
    start += n * size;
  }
  return arrays;
}

// The part of an array at some positions of its first axes, such as the row of a run and a snapshot.
function part(array, ...at) {
  let start = 0;
  let size = array.values.length;
  at.forEach((position, axis) => {
    size /= array.shape[axis];
    start += position * size;
  });
  return array.values.subarray(start, start + size);
}

// All weights at a snapshot, in one row: the changes of all snapshots so far give whole numbers, whose squares
// are weights.
function weightsAt(arrays, contents, run, snapshot) {
  const changes = part(arrays.changes, run);
  const tops = part(arrays.tops, run, snapshot);
  const size = arrays.changes.shape[2];
  const weights = new Float64Array(size);
  for (let s = 0; s <= snapshot; s++) {
    for (let i = 0; i < size; i++) {
      const code = changes[s * size + i];
      weights[i] += code % 2 ? -(code + 1) / 2 : code / 2;
    }
  }
  let start = 0;
  contents.tensors.forEach(({ shape }, tensor) => {
    const end = start + shape.reduce((product, length) => product * length, 1);
    for (let i = start; i < end; i++) {
      const share = weights[i] / contents.levels;
      weights[i] = tops[tensor] * share * Math.abs(share);
    }
    start = end;
  });
  return weights;
}
