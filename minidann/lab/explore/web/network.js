// The network in plain JavaScript: the pass forward, and the way of a gradient back. No library is used.
//
// A batch of n examples is one row of numbers: those of example 0, then those of example 1, and so on.

// The three parts of the network, each a list of dense layers, from one row of weights.
function buildNetwork(weights, tensors, mean, deviation) {
  const parts = { features: [], label_head: [], domain_head: [] };
  let start = 0;
  for (const { name, shape } of tensors) {
    const size = shape.reduce((product, length) => product * length, 1);
    const values = weights.subarray(start, start + size);
    const layers = parts[name.split(".")[0]];
    if (name.endsWith("weight")) layers.push({ inputs: shape[0], outputs: shape[1], weight: values });
    else layers[layers.length - 1].bias = values;
    start += size;
  }
  return { ...parts, mean, deviation };
}

// y = x W + b
function dense(layer, x, n) {
  const { inputs, outputs, weight, bias } = layer;
  const y = new Float64Array(n * outputs);
  for (let row = 0; row < n; row++) {
    for (let j = 0; j < outputs; j++) {
      let sum = bias[j];
      for (let i = 0; i < inputs; i++) sum += x[row * inputs + i] * weight[i * outputs + j];
      y[row * outputs + j] = sum;
    }
  }
  return y;
}

// The gradient by x, from the gradient by y: ∂x = ∂y Wᵀ
function denseBack(layer, dy, n) {
  const { inputs, outputs, weight } = layer;
  const dx = new Float64Array(n * inputs);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let j = 0; j < outputs; j++) sum += dy[row * outputs + j] * weight[i * outputs + j];
      dx[row * inputs + i] = sum;
    }
  }
  return dx;
}

// The features h of points x: tanh follows each layer.
function featuresOf(network, x, n) {
  let h = Float64Array.from(x, (value, i) => (value - network.mean[i % 2]) / network.deviation);
  for (const layer of network.features) h = dense(layer, h, n).map(Math.tanh);
  return h;
}

// The layers of a head, one after another: tanh follows each but the last, whose numbers are the logits.
// Returns what enters each layer, and the logits.
function headPass(layers, h, n) {
  const entering = [h];
  layers.forEach((layer, i) => {
    const y = dense(layer, entering[i], n);
    entering.push(i < layers.length - 1 ? y.map(Math.tanh) : y);
  });
  return { entering, logits: entering[layers.length] };
}

// The gradient by the features, from the gradient by the logits of a head.
function headBack(layers, pass, dLogits, n) {
  let gradient = dLogits;
  for (let i = layers.length - 1; i >= 0; i--) {
    gradient = denseBack(layers[i], gradient, n);
    if (i > 0) gradient = gradient.map((g, k) => g * (1 - pass.entering[i][k] ** 2)); // tanh′ = 1 − tanh²
  }
  return gradient;
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); // log(1 + eᶻ), which cannot overflow

// The label loss of each example of two classes: −log softmax(z)[label]. Gradients are those of each example's loss.
function labelLoss(network, h, labels) {
  const n = labels.length;
  const pass = headPass(network.label_head, h, n);
  const losses = new Float64Array(n);
  const probabilities = new Float64Array(n); // of class 1
  const dLogits = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const z = pass.logits[2 * i + 1] - pass.logits[2 * i]; // with two classes the softmax is a sigmoid of this
    probabilities[i] = sigmoid(z);
    losses[i] = softplus(labels[i] ? -z : z);
    dLogits[2 * i + 1] = probabilities[i] - labels[i];
    dLogits[2 * i] = -dLogits[2 * i + 1];
  }
  return { losses, probabilities, gradient: headBack(network.label_head, pass, dLogits, n) };
}

// The domain loss of each example: 0 stands for source, 1 for target.
function domainLoss(network, h, domains) {
  const n = domains.length;
  const pass = headPass(network.domain_head, h, n);
  const probabilities = pass.logits.map(sigmoid); // of the target
  const losses = pass.logits.map((z, i) => softplus(z) - domains[i] * z);
  const dLogits = probabilities.map((p, i) => p - domains[i]);
  return { losses, probabilities, gradient: headBack(network.domain_head, pass, dLogits, n) };
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
