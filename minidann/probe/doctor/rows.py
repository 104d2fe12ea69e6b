"""The rows of a batch: which of them a loss counts, with which label, and which get a gradient from it.

One row is changed at a time, on a copy with new weights and without dropout.
"""

from __future__ import annotations

import numpy as np

from ...adapt.training import Batch
from .diagnosis import Finding
from .heads import exchanged, values, values_of
from .sweeps import sweep
from .training_copy import TrainingCopy

SAMPLED = 8  # rows of each domain that are changed
DRAWS = 32  # of a domain loss that draws its labels
SURE = 5.0  # standard errors
SAME = 1e-9  # a smaller relative change is rounding
SIDES = {"source": "x_source", "target": "x_target"}


class Rows:
    """A batch whose rows can be changed one by one, and the losses of a copy on it."""

    def __init__(self, patient: TrainingCopy, batch: Batch) -> None:
        self.patient, self.batch = patient, batch
        self.before = values(patient, batch)
        self.steady = bool((values(patient, batch) == self.before).all())
        twin = patient.copy()
        self.draws = not (values_of(twin, batch) == values_of(twin, batch)).all()
        rng = np.random.default_rng(0)
        self.sampled = {
            side: [int(i) for i in rng.permutation(len(getattr(batch, name)))[:SAMPLED] if self.changes(side, int(i))]
            for side, name in SIDES.items()
        }

    def changes(self, side: str, i: int) -> bool:
        """Whether the row that would come in differs from the row that is there."""
        return not np.array_equal(self._other(side, i), getattr(self.batch, SIDES[side])[i])

    def _other(self, side: str, i: int) -> np.ndarray:
        rows = getattr(self.batch, SIDES["target" if side == "source" else "source"])
        other: np.ndarray = rows[i % len(rows)]
        return other

    def changed(self, *rows: tuple[str, int], label: int | None = None) -> Batch:
        """The batch with these rows replaced by rows of the other domain, and with another class for one label."""
        arrays = {name: array.copy() for name, array in self.batch._asdict().items()}
        for side, i in rows:
            arrays[SIDES[side]][i] = self._other(side, i)
        if label is not None:
            classes = max(2, int(self.batch.y_source.max()) + 1)
            arrays["y_source"][label] = (arrays["y_source"][label] + 1) % classes
        return Batch(**arrays)

    def effect(self, *rows: tuple[str, int], label: int | None = None) -> np.ndarray:
        """The changes of (L_y, L_d) by ``changed``."""
        effect: np.ndarray = values(self.patient, self.changed(*rows, label=label)) - self.before
        return effect

    def differs(self, effect: float, loss: int) -> bool:
        """Whether a change of a loss is more than rounding."""
        return abs(effect) > SAME * max(1.0, abs(self.before[loss]))


def look_at_rows(patient: TrainingCopy, batch: Batch) -> tuple[list[Finding], list[str]]:
    """The findings, and the remarks on what could not be told."""
    rows, joined = Rows(patient, batch), []
    if not rows.steady:
        return _domain_labels(rows), ["single rows: the losses draw random numbers that a copy cannot repeat"]
    effects = {(side, i): rows.effect((side, i)) for side, sampled in rows.sampled.items() for i in sampled}
    found = _left_out(rows, effects)
    if not found:
        found = _detached(rows, effects)
    several = rows.sampled["target"][:2]
    if len(several) == 2 and _joined(rows, effects, several, 1):
        joined = ["single rows that are left out or detached: the rows act on one another, as through batch statistics"]
    labels, unknown = _label_rows(rows, effects)
    if not any("L_d" in finding.evidence for finding in found):
        labels += _domain_labels(rows)
    return found + labels, unknown + joined


def _left_out(rows: Rows, effects: dict[tuple[str, int], np.ndarray]) -> list[Finding]:
    found = []
    for loss, name, side in ((1, "L_d", "source"), (1, "L_d", "target"), (0, "L_y", "source")):
        own = {key: effect[loss] for key, effect in effects.items() if key[0] == side}
        deaf = [key for key, effect in own.items() if not rows.differs(effect, loss)]
        if deaf and any(rows.differs(effect[loss], loss) for effect in effects.values()):
            whole = "" if len(deaf) < len(own) else f": it does not see the {side} half"
            evidence = f"{name} stays the same when {len(deaf)} of {len(own)} {side} rows tried are changed{whole}"
            rows_of = "all rows of source and target" if loss else "all source rows"
            found.append(Finding("rows_left_out", evidence, f"let {name} be the mean over {rows_of}"))
    return found


def _detached(rows: Rows, effects: dict[tuple[str, int], np.ndarray]) -> list[Finding]:
    """Rows that a loss counts, and whose change leaves the gradient at the features as it was."""
    before = sweep(rows.patient, rows.batch).gradients
    quiet: dict[tuple[str, str], int] = {}
    tried: dict[tuple[str, str], int] = {}
    for (side, i), effect in effects.items():
        after = sweep(rows.patient, rows.changed((side, i))).gradients
        for loss, name in enumerate(("L_y", "L_d")):
            keys = [key for key in before[name] if key[0] == "features"]
            size = max(float(np.abs(before[name][key]).max()) for key in keys)
            if not size or not rows.differs(effect[loss], loss) or (side == "target" and not loss):
                continue
            tried[name, side] = tried.get((name, side), 0) + 1
            apart = max(float(np.abs(after[name][key] - before[name][key]).max()) for key in keys)
            quiet[name, side] = quiet.get((name, side), 0) + (apart <= SAME * size)
    evidence = [
        f"{count} of {tried[key]} {key[1]} rows tried change {key[0]} and not its gradient at the features"
        for key, count in quiet.items()
        if count
    ]
    remedy = "let the gradient through all rows: no detach() and no no_grad() between the features and a loss"
    return [Finding("partly_detached", "; ".join(evidence), remedy)] if evidence else []


def _label_rows(rows: Rows, effects: dict[tuple[str, int], np.ndarray]) -> tuple[list[Finding], list[str]]:
    """Which input does the label of row i belong to? Its effect on L_y depends on this input, and on no other."""
    tried = rows.sampled["source"][:4]
    of_label = {i: rows.effect(label=i)[0] for i in tried}
    if not any(rows.differs(effect, 0) for effect in of_label.values()):
        return [], ["whether the label loss uses the labels of the batch: it does not change with them"]

    def bound(i: int, row: tuple[str, int]) -> float:
        both = rows.effect(row, label=i)[0]
        return float(abs(both - of_label[i] - effects[row][0]))

    own = [bound(i, ("source", i)) for i in tried]
    if max(own) <= SAME:
        evidence = f"for none of {len(own)} rows tried does the label act together with the input of the same row"
        return [_wrong_rows(evidence)], []
    targets = rows.sampled["target"][:4]
    if not any(rows.differs(effects["target", j][0], 0) for j in targets):
        return [], []
    count = len(rows.batch.x_target)
    for j in {i % count for i in tried}:
        effects.setdefault(("target", j), rows.effect(("target", j)))
    pairs = [bound(i, ("target", j)) for i in tried for j in {*targets[:2], i % count}]
    joined = len(targets) > 1 and _joined(rows, effects, targets, 0)
    if not joined or max(pairs) > 0.3 * max(own):
        return [_wrong_rows("L_y changes with target rows, and not through statistics of the batch alone")], []
    return [], ["whether the label loss counts target rows: the rows act on one another through batch statistics"]


def _joined(rows: Rows, effects: dict[tuple[str, int], np.ndarray], targets: list[int], loss: int) -> bool:
    """Whether two target rows act on one another in a loss, as through the statistics of a joined batch."""
    first, second = ("target", targets[0]), ("target", targets[1])
    together = rows.effect(first, second)[loss] - effects[first][loss] - effects[second][loss]
    return bool(abs(together) > 1e-6 * max(abs(effects[first][loss]), abs(effects[second][loss])))


def _wrong_rows(evidence: str) -> Finding:
    return Finding("wrong_label_rows", evidence, "use the logits of the source rows alone, in the order of y_source")


def _domain_labels(rows: Rows) -> list[Finding]:
    """Rows of one domain may change places without a change of L_d, if all of them have the same domain label."""
    remedy = "label every source row 0 and every target row 1, in the order of the joined batch"
    if rows.draws or not rows.steady:
        return [Finding("mixed_domain_labels", e, remedy) for e in [_drawn(rows)] if e]
    rng, batch = np.random.default_rng(1), rows.batch
    for side in SIDES:
        order = {name: np.arange(len(array)) for name, array in batch._asdict().items()}
        mixed = rng.permutation(len(getattr(batch, SIDES[side])))
        for name in (SIDES[side], "y_source") if side == "source" else (SIDES[side],):
            order[name] = mixed
        effect = values(rows.patient, Batch(*(array[order[n]] for n, array in batch._asdict().items())))[1]
        if rows.differs(effect - rows.before[1], 1):
            evidence = f"L_d goes from {rows.before[1]:.6f} to {effect:.6f} when {side} rows change places"
            return [Finding("mixed_domain_labels", evidence, remedy)]
    return []


def _drawn(rows: Rows) -> str:
    """The evidence that a domain loss with random numbers knows no domains, or ""."""
    n = min(len(rows.batch.x_source), len(rows.batch.x_target))
    there = Batch(rows.batch.x_source[:n], rows.batch.y_source[:n], rows.batch.x_target[:n])
    for seed in range(4):
        twins = [rows.patient.refreshed(seed).copy() for _ in range(2)]
        apart = [values_of(twins[0], there)[1] - values_of(twins[1], exchanged(there))[1] for _ in range(DRAWS)]
        error = float(np.std(apart)) / np.sqrt(DRAWS)
        if abs(np.mean(apart)) > SURE * error:
            return ""
    return f"over {DRAWS} draws, the mean of L_d stays the same when source and target change places"
