"""Training: one run as a value. Its steps can be taken one by one, looked into, saved and resumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from ..data.arrays import Layout
from ..data.mapped import channel_means, largest_value, mapping, take_rows
from ..data.pairs import DomainPair
from ..engine.backend import Array
from ..engine.backprop import Gradients, backprop
from ..engine.devices import backend_of, move, move_if_it_fits, take_to
from ..engine.modes import no_grad
from ..nn.average import WeightAverage
from ..nn.optimisers import SGD
from ..nn.vector import ParameterVector
from .batch_arguments import check_place
from .build import build_dann
from .dann import DANN, Losses
from .recipes import Recipe
from .schedules import RATES, adapt_weight_at

RECORD_EVERY = 10  # steps between two rows of history
CHANGEABLE = ("rate", "adapt_weight", "ramp", "domain_rate", "domain_steps", "momentum")  # settings that may change
LARGEST_LOSS = 1e6  # the largest loss of a finished run: logits in millions are of a run that has diverged
STATISTICS_BATCHES = 50  # batches that measure the statistics of batch normalisation for averaged weights
Recorder = Callable[["Training", Losses], Any]  # looks at the graph of a step, and may add rows to the history


class Batch(NamedTuple):
    """The examples of one step. There is no y_target: training cannot see a target label."""

    x_source: Array
    y_source: Array
    x_target: Array

    def to(self, backend: str) -> Batch:
        """The same batch on ``backend``, "numpy" or "cupy"."""
        return Batch(*(move(array, backend) for array in self))


class ShuffledPasses:
    """The positions 0…n−1 in shuffled passes: each example comes once before any example comes again."""

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self.n, self.rng = n, rng
        self.left = rng.permutation(n)

    def take(self, size: int) -> np.ndarray:
        """The next ``size`` positions, (size,)."""
        if len(self.left) < size:
            passes = -(-(size - len(self.left)) // self.n)
            self.left = np.concatenate([self.left, *(self.rng.permutation(self.n) for _ in range(passes))])
        taken, self.left = self.left[:size], self.left[size:]
        return taken


class Training:
    """One run of one recipe on one pair from one seed.

    A step has four phases. Each phase can be called by itself: ``next_batch``, the ``losses`` of the batch, the
    ``gradients`` of the total loss (the reversal node is in its graph), the ``update``. ``step`` does all four, and
    ``fit`` does all steps that are left. The weights are the same, bit for bit, however the phases are called.

    Of the pair, a training keeps x_source, y_source and x_target, and nothing else. It runs on the device of its
    network: see ``use_backend`` and ``move_training``.

    Parameters
    ----------
    pair : DomainPair
        The two domains.
    recipe : Recipe
        All settings.
    seed : int
        The seed of weights, batches and dropout.
    network : DANN, optional
        A network to train instead of the one that the recipe describes.

    Attributes
    ----------
    history : list of dict
        A row of numbers every ten steps, and one for the last step. A recorder may add rows with other columns.
    step_count : int
        The number of steps done.
    has_domain_loss : bool
        Whether there is a domain loss. Without one, the target does not pass through the network.
    """

    def __init__(self, pair: DomainPair, recipe: Recipe, seed: int = 0, network: DANN | None = None) -> None:
        _validate.instance("pair", pair, DomainPair)
        _validate.instance("recipe", recipe, Recipe)
        _validate.whole_number("seed", seed, least=0)
        self.recipe, self.seed = recipe, seed
        self.has_domain_loss = recipe.domain_weight > 0
        # three streams of random numbers: dropout or another network leaves the batches as they are
        weights, batches, dropout = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3))
        if network is None:
            mean = channel_means([pair.x_source, pair.x_target])
            network = build_dann(pair.x_source.shape[1:], pair.n_classes, recipe, weights, mean)
        else:
            _check_label_head(_validate.instance("network", network, DANN), pair)
        largest = max(map(largest_value, (pair.x_source, pair.x_target)))
        network.layout = Layout(pair.x_source.shape[1:], pair.columns, "the training", largest)
        network.classes_ = pair.classes_
        self.network = network
        self.parameters = tuple(network.parameters().values())
        self.rngs = {"batches": batches, "dropout": dropout}
        self.passes = [ShuffledPasses(len(x), batches) for x in (pair.x_source, pair.x_target)]
        self.optimiser = SGD(self.parameters, recipe.momentum, recipe.weight_decay)
        self.average = WeightAverage(self.optimiser.vector, recipe.average_decay)
        self.set_domain_rate()
        self.place(pair.x_source, np.asarray(pair.y_source), pair.x_target)
        self.step_count = 0
        self.started_from = ""  # the digest of another run's weights: see start_from
        self.history: list[dict[str, float]] = []

    def place(self, x_source: Array, y_source: Array, x_target: Array) -> None:
        """Keep the examples on the device of the network, if they fit there: then only positions travel for a batch."""
        check_place(x_source=x_source, y_source=y_source, x_target=x_target)
        weights = self.optimiser.vector.values
        examples: Sequence[Array] = (x_source, y_source, x_target)
        if {type(array) for array in (*examples, weights)} == {np.ndarray}:
            self._take: Callable[..., Array] = partial(np.ndarray.take, axis=0)
            if any(mapping(array) is not None for array in examples):
                self._take = take_rows
        else:
            examples = move_if_it_fits(examples, weights)
            self._take = partial(take_to, backend_of(weights))  # a step does not ask again where the arrays are
        self.x_source, self.y_source, self.x_target = examples

    def set_domain_rate(self) -> None:
        """Give the domain head its own factor on the learning rate."""
        head = self.network.domain_head.parameters().values()
        self.optimiser.set_factors(dict.fromkeys(head, self.recipe.domain_rate))

    # the state of the run ----------------------------------------------------------------------------------------

    @property
    def progress(self) -> float:
        """p, the share of the steps that is done, from 0 to 1; 1 after the last step."""
        return min(self.step_count / self.recipe.steps, 1.0)

    @property
    def adapt_weight(self) -> float:
        """λ of the next step."""
        return self.recipe.adapt_weight * (adapt_weight_at(self.progress) if self.recipe.ramp else 1.0)

    @property
    def rate(self) -> float:
        """The learning rate μ of the next step."""
        return RATES[self.recipe.schedule](self.progress, self.recipe.rate)

    @property
    def domain_weight(self) -> float:
        """The factor of L_d in the total loss that the next step differentiates."""
        return self.recipe.domain_weight

    # the four phases of a step -----------------------------------------------------------------------------------

    def next_batch(self, passes: Sequence[ShuffledPasses] | None = None) -> Batch:
        """The next ``batch_size`` examples of each domain, on the device of the network.

        ``passes``: other passes over the source and the target than those of the run.
        """
        if passes is not None:
            _check_passes(passes)
        size, take, (source, target) = self.recipe.batch_size, self._take, passes or self.passes
        at, at_target = source.take(size), target.take(size)
        return Batch(take(self.x_source, at), take(self.y_source, at), take(self.x_target, at_target))

    def losses(self, batch: Batch) -> Losses:
        """The losses of a batch at today's weights and λ."""
        if type(batch) is not Batch:
            batch = Batch(*_validate.batch("batch", batch))
        return self.network.losses(*batch, self.adapt_weight, self.has_domain_loss, self.rngs["dropout"])

    def gradients(self, losses: Losses) -> Gradients:
        """The gradients of L_y + domain_weight · L_d by all parameters. The node has reversed those of L_d below it."""
        _validate.instance("losses", losses, Losses)
        return backprop(losses.total(self.domain_weight), of=self.parameters)

    def update(self, gradients: Gradients) -> None:
        """One step of the optimiser. The average takes in the new weights."""
        _validate.instance("gradients", gradients, Mapping, "the result of gradients(losses)")
        self.optimiser.step(gradients, self.rate)
        if self.recipe.average_decay:
            self.average.update()
        self.step_count += 1
        if self.step_count == self.recipe.steps:
            self._check_end()

    def _check_end(self) -> None:
        """Look at the losses after the last update, without dropout: no later step does.

        Raises FloatingPointError if one is not finite or above LARGEST_LOSS. No random number is drawn.
        """
        at = np.arange(min(self.recipe.batch_size, len(self.x_source), len(self.x_target)))
        take = self._take
        batch = Batch(take(self.x_source, at), take(self.y_source, at), take(self.x_target, at))
        with no_grad(), np.errstate(over="ignore", invalid="ignore"):
            losses = self.network.losses(*batch, self.adapt_weight, self.has_domain_loss)
        _numbers(losses, LARGEST_LOSS)

    # whole steps -------------------------------------------------------------------------------------------------

    def step(self, recorder: Recorder | None = None) -> Losses:
        """One whole step. Returns its losses. ``recorder(training, losses)`` is called before the update: see
        ``minidann.probe.GradientRecorder``.
        """
        if recorder is not None and not callable(recorder):
            raise TypeError(f"recorder: got {_validate.shown(recorder)}, expected a function of (training, losses)")
        for _ in range(self.recipe.domain_steps - 1):
            self.domain_step()
        losses = self.losses(self.next_batch())
        if recorder is not None:
            recorder(self, losses)
        gradients = self.gradients(losses)
        self.record(losses)
        self.update(gradients)
        return losses

    def domain_step(self) -> None:
        """One update of the domain head alone, on a batch of its own. Nothing happens without a domain loss.

        A recipe with ``domain_steps`` k does k − 1 of them before each step: the features then meet a domain head
        that has learnt more.
        """
        if self.has_domain_loss:
            gradients = self.gradients(self.losses(self.next_batch()))
            self.optimiser.step(gradients, self.rate, only=tuple(self.network.domain_head.parameters().values()))

    def record(self, losses: Losses) -> None:
        """Add a row with these ``losses`` to the history, every ten steps and at the last step.

        Raises FloatingPointError if a loss is not finite.
        """
        _validate.instance("losses", losses, Losses)
        if self.step_count % RECORD_EVERY == 0 or self.step_count == self.recipe.steps - 1:
            now = {"step": self.step_count, "adapt_weight": self.adapt_weight, "rate": self.rate}
            self.history.append(now | _numbers(losses))

    def fit(self, on_step: Callable[[Training], Any] | None = None, recorder: Recorder | None = None) -> Training:
        """All steps that are left. ``on_step(training)`` is called after each step; ``recorder`` as in ``step``."""
        if on_step is not None:
            _validate.function("on_step", on_step, "training")
        if recorder is not None:
            _validate.function("recorder", recorder, "training", "losses")
        while self.step_count < self.recipe.steps:
            self.step() if recorder is None else self.step(recorder)
            if on_step is not None:
                on_step(self)
        return self

    def change(self, **settings: Any) -> None:
        """Change settings from the next step on: rate, adapt_weight, ramp, domain_rate, domain_steps or momentum.

        A new momentum keeps the velocity of the steps before.

        Raises ValueError for another or an invalid setting; the training is then unchanged.
        """
        for name in settings:
            _validate.one_of("settings", name, CHANGEABLE)
        self.recipe = replace(self.recipe, **settings)
        self.optimiser.momentum = float(self.recipe.momentum)
        self.set_domain_rate()

    # the trained network -----------------------------------------------------------------------------------------

    def result(self) -> DANN:
        """The network to score: a copy with the averaged weights, or the last weights if the recipe averages none."""
        network = self.network.copy()
        if self.recipe.average_decay:
            ParameterVector(network.parameters().values()).load(self.average.values)
        if network.statistics():
            self._measure_statistics(network)
        return network

    def _measure_statistics(self, network: DANN) -> None:
        """Measure the statistics of batch normalisation anew: no batch has passed through averaged weights yet.

        The batches are always the same, and pass through as in training.
        """
        for name, array in network.statistics().items():
            if name.endswith("batches"):
                array[...] = 0  # a count of 0 starts the running means anew
        rng = np.random.default_rng(0)
        target, source = (ShuffledPasses(len(x), rng) for x in (self.x_target, self.x_source))
        with no_grad():
            for _ in range(STATISTICS_BATCHES):
                network.losses(*self.next_batch((source, target)), 0.0, self.has_domain_loss, rng)


def _check_passes(passes: Any) -> None:
    """Raises TypeError unless ``passes`` are two passes, over the source and over the target."""
    found = _validate.sequence("passes", passes, "two passes, over the source and the target")
    if len(found) != 2 or not all(isinstance(each, ShuffledPasses) for each in found):
        raise TypeError(f"passes: got {_validate.shown(passes)}, expected two passes, over the source and the target")


def _check_label_head(network: DANN, pair: DomainPair) -> None:
    """Raises ValueError if ``network`` does not take the examples of ``pair``, or has fewer logits than classes."""
    try:
        n_logits = network.label_logits(pair.x_source[:1]).shape[1]
    except ValueError as error:
        raise ValueError(f"network: does not fit the pair: {error}") from None
    if n_logits < pair.n_classes:
        raise ValueError(f"network: got a label head of {n_logits} logits, expected {pair.n_classes}, one a class")


def _numbers(losses: Losses, most: float = math.inf) -> dict[str, float]:
    """The losses of one step as numbers. Raises FloatingPointError if one of them is not finite or above ``most``."""
    row = {"label_loss": losses.label_loss.item()}
    if losses.domain_loss is not None and losses.domain_logits is not None and losses.domain_labels is not None:
        row["domain_loss"] = losses.domain_loss.item()
        row["domain_accuracy"] = float(((losses.domain_logits > 0) == (losses.domain_labels > 0)).mean())
    for name, value in row.items():
        if not math.isfinite(value) or value > most:
            raise FloatingPointError(f"{name.replace('_', ' ')} is {value}: training diverged; lower the rate or λ")
    return row
