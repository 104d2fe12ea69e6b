// The sentences of the page. Screen readers read them, so each picture has one.

// How many of some examples a head has right.
function rightOf(probabilities, labels) {
  let right = 0;
  for (let i = 0; i < labels.length; i++) right += probabilities[i] > 0.5 === labels[i] > 0;
  return right;
}

function stateWords(contents, step, strength, numbers) {
  return (
    `Step ${step.toLocaleString("en-US")} of ${contents.steps.toLocaleString("en-US")}, λ now ${said(strength)}: ` +
    `target ${percent(numbers["target accuracy"])} right ` +
    `(averaged weights ${percent(numbers["averaged weights"])}), ` +
    `source ${percent(numbers["source accuracy"])}, domain head ${percent(numbers["domain accuracy"])} of the batch.`
  );
}

// What a wrong form has come to, beside a right one.
function outcomeWords(found, right) {
  const seeds = found.length > 1 ? `mean of ${found.length} seeds` : "one seed";
  const beside = right ? `; ${right.title}: ${percent(meanOf(right.found))}` : "";
  return `Here ${percent(meanOf(found))} of the target is right at the end (${seeds})${beside}.`;
}

// The sentence of a phase. counts: how many of the batch each head has right.
function phaseWords(phase, form, strength, numbers, multiples, counts) {
  const toFeatures = multiples["L_d at theta_f"];
  if (phase === 0) {
    return (
      `Forward: ${counts.source} source and ${counts.target} target points pass through the network. ` +
      `The label head has ${counts.label} of ${counts.source} source points right: L_y = ${said(numbers.L_y)}. ` +
      `The domain head has ${counts.domain} of ${counts.source + counts.target} points right: ` +
      `L_d = ${said(numbers.L_d)}. A guess has ln 2 = 0.693.`
    );
  }
  if (phase === 1) {
    const wrong = multiples["L_y at theta_f"] < 0;
    return (
      "Label gradient: ∂L_y goes back through the label head to the features. " +
      (wrong
        ? "R stands in its way too, so the features learn to make L_y larger: ✗ they unlearn the labels."
        : `Its length is ${said(numbers["L_y at theta_y"])} at θy and ${said(numbers["L_y at theta_f"])} at θf. ` +
          "The update makes L_y smaller through both.")
    );
  }
  if (phase === 2) {
    const atHead = multiples["L_d at theta_d"];
    const head =
      atHead > 0
        ? "The domain head learns to tell the domains apart."
        : atHead < 0
          ? "✗ Its sign is wrong: the domain head learns to be wrong."
          : "It arrives × 0: the domain head learns nothing.";
    const features =
      toFeatures < 0
        ? "The features learn to make the domains alike."
        : toFeatures > 0
          ? "✗ Its sign is wrong: the features learn to help the domain head."
          : "The features do not feel it.";
    return (
      `Domain gradient: ∂L_d arrives at θd × ${said(atHead)}, with length ${said(numbers["L_d at theta_d"])}. ${head} ` +
      `It arrives at θf × ${said(toFeatures)}, with length ${said(numbers["L_d at theta_f"])}. ${features}`
    );
  }
  return (
    `Update: θ moves against both gradients, and on with its momentum: θf by ${said(numbers["moved theta_f"])}, ` +
    `θy by ${said(numbers["moved theta_y"])}, θd by ${said(numbers["moved theta_d"])}. Then the next step begins.`
  );
}
