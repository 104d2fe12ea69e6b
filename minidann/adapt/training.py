"""Training: one run as a value, which can be stepped, looked into, saved and gone on with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from ..data.pairs import DomainPair
from ..engine.backend import Array, host_copy, move, move_if_it_fits, move_like
from ..engine.modes import no_grad
from ..nn.optimisers import SGD
from ..nn.vector import ParameterVector, WeightAverage
from .dann import DANN, Losses, build_dann
from .recipes import Recipe
from .schedules import RATES, adapt_weight_at

RECORD_EVERY = 10  # steps between two rows of history
CHANGEABLE = ("rate", "adapt_weight", "ramp", "domain_rate", "domain_steps")  # while a run is under way
STATISTICS_BATCHES = 50  # that batch normalisation is measured on for averaged weights
Recorder = Callable[["Training", Losses], Any]  # may look at the graph of a step, and add rows to the history


class Batch(NamedTuple):
    """What one step sees. There is no y_target to leak."""

    x_source: Array
    y_source: Array
    x_target: Array

    def to(self, backend: str) -> Batch:
        """The same batch on ``backend``, "numpy" or "cupy"."""
        return Batch(*(move(array, backend) for array in self))


class Deck:
    """Positions 0…n−1 dealt out in shuffled passes: every example comes once before any comes again."""

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self.n, self.rng = n, rng
        self.left = rng.permutation(n)

    def deal(self, size: int) -> np.ndarray:
        while len(self.left) < size:
            self.left = np.concatenate([self.left, self.rng.permutation(self.n)])
        hand, self.left = self.left[:size], self.left[size:]
        return hand


class Training:
    """One run of one recipe on one pair from one seed.

    A step has four phases, and each can be called by itself: ``draw`` a batch, its ``losses``, the ``field`` (the
    gradients of the total loss as one vector; the reversal is in it), the ``update``. ``step`` does the four and keeps
    a ``record``, ``fit`` does all that are left. Steps give the same weights, bit for bit, however they are driven.

    It runs where its network is: on the backend that ``use_backend`` chose, or where ``to`` has moved it.
    Of the pair it keeps x_source, y_source and x_target, and nothing else. ``network`` is trained in the place of the
    one that the recipe describes. ``history`` is a list of dicts, a row every ten steps and one for the last; whoever
    drives the training may add rows with other columns.
    """

    def __init__(self, pair: DomainPair, recipe: Recipe, seed: int = 0, network: DANN | None = None) -> None:
        _validate.whole_number("seed", seed, least=0)
        self.recipe, self.seed = recipe, seed
        # separate streams, so that dropout or another network leaves the batches as they are
        weights, batches, dropout = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3))
        if network is None:
            joined = np.concatenate([pair.x_source, pair.x_target])
            mean = joined.mean(axis=tuple(range(joined.ndim - 1)))  # one number a coordinate, or a channel of images
            network = build_dann(pair.x_source.shape[1:], pair.classes, recipe, weights, mean)
        classes = network.label_logits(pair.x_source[:1]).shape[1]
        if classes < pair.classes:
            raise ValueError(f"network: got a label head of {classes} logits, expected {pair.classes}, one a class")
        self.network = network
        self.rngs = {"batches": batches, "dropout": dropout}
        self.decks = [Deck(len(x), batches) for x in (pair.x_source, pair.x_target)]
        head = network.parts()["domain_head"].values()
        self.optimiser = SGD(network.parameters().values(), recipe.momentum, recipe.weight_decay)
        self.optimiser.set_factors(dict.fromkeys(head, recipe.domain_rate))
        self._domain_head = self.optimiser.vector.stretch(head)
        self.average = WeightAverage(self.optimiser.vector, recipe.average)
        self._place(pair.x_source, pair.y_source, pair.x_target)
        self.step_count = 0
        self.history: list[dict[str, float]] = []

    def _place(self, *examples: Array) -> None:
        """Keep the examples where the network is, if they fit there: for a batch only positions travel then."""
        self.x_source, self.y_source, self.x_target = move_if_it_fits(examples, self.optimiser.vector.values)

    # where the run stands ----------------------------------------------------------------------------------------

    @property
    def progress(self) -> float:
        """p, the share of the steps that is done, from 0 to 1. Steps beyond the last one leave it at 1."""
        return min(self.step_count / self.recipe.steps, 1.0)

    @property
    def adversarial(self) -> bool:
        """Whether there is a domain loss; without, the target is not even passed through the network."""
        return self.recipe.domain_weight > 0

    @property
    def adapt_weight(self) -> float:
        """λ for the next step."""
        return self.recipe.adapt_weight * (adapt_weight_at(self.progress) if self.recipe.ramp else 1.0)

    @property
    def rate(self) -> float:
        """The learning rate μ for the next step."""
        return RATES[self.recipe.schedule](self.progress, self.recipe.rate)

    @property
    def loss_weight(self) -> float:
        """What multiplies L_d in what is swept for the next step."""
        return self.recipe.domain_weight

    # the four phases ---------------------------------------------------------------------------------------------

    def draw(self) -> Batch:
        """As many examples from each domain, each domain dealt out in shuffled passes."""
        return self._batch(*(deck.deal(self.recipe.batch_size) for deck in self.decks))

    def _batch(self, source: np.ndarray, target: np.ndarray) -> Batch:
        """The examples at these positions, brought to where the network is if they are not there already."""
        source, target = move_like(source, self.x_source), move_like(target, self.x_target)
        x_source, y_source = self.x_source.take(source, axis=0), self.y_source.take(source)
        weights = self.optimiser.vector.values
        return Batch(*(move_like(x, weights) for x in (x_source, y_source, self.x_target.take(target, axis=0))))

    def losses(self, batch: Batch) -> Losses:
        """The named losses of a batch at the weights and λ of now."""
        rng = self.rngs["dropout"]
        return self.network.losses(*batch, adapt_weight=self.adapt_weight, domain=self.adversarial, rng=rng)

    def field(self, losses: Losses) -> Array:
        """Where the sweep of L_y + domain_weight · L_d points: (∂f, ∂y, ∂d) as one vector, the sign of ∂f reversed
        for L_d.
        """
        weights = {losses.label: 1.0}
        if losses.domain is not None:
            weights[losses.domain] = self.loss_weight
        return self.optimiser.vector.gradient(weights)

    def update(self, field: Array) -> None:
        """Go one step against the field, and take the new weights into the average."""
        self.optimiser.update(field, self.rate)
        if self.recipe.average:
            self.average.update()
        self.step_count += 1

    def domain_step(self) -> None:
        """An update of the domain head alone, from a batch of its own. Before each step of a recipe with
        ``domain_steps`` k there are k − 1: so the features meet an opponent that has learnt more.
        """
        field = self.field(self.losses(self.draw()))
        self.optimiser.update(field, self.rate, self._domain_head)

    @property
    def domain_steps_alone(self) -> int:
        """How many updates of the domain head alone come before the next step."""
        return self.recipe.domain_steps - 1 if self.adversarial else 0

    def record(self, losses: Losses) -> None:
        """Add the row of the step that these ``losses`` are of to the history, if it is one to have a row."""
        if self.step_count % RECORD_EVERY == 0 or self.step_count == self.recipe.steps - 1:
            now = {"step": self.step_count, "adapt_weight": self.adapt_weight, "rate": self.rate}
            self.history.append(now | _measure(losses))

    # driving them ------------------------------------------------------------------------------------------------

    def step(self, recorder: Recorder | None = None) -> Losses:
        """One whole step. Returns its losses. ``recorder`` is called with this training and them, before the update:
        minidann.probe's GradientRecorder is one.
        """
        for _ in range(self.domain_steps_alone):
            self.domain_step()
        losses = self.losses(self.draw())
        if recorder is not None:
            recorder(self, losses)
        field = self.field(losses)
        self.record(losses)
        self.update(field)
        return losses

    def fit(self, on_step: Callable[[Training], Any] | None = None, recorder: Recorder | None = None) -> Training:
        """All steps that are left. ``on_step`` is called after each, with this training; ``recorder`` as in step."""
        while self.step_count < self.recipe.steps:
            self.step() if recorder is None else self.step(recorder)
            if on_step is not None:
                on_step(self)
        return self

    def change(self, **settings: Any) -> None:
        """Go on with other settings of the recipe from the next step: rate, adapt_weight, ramp, domain_rate and
        domain_steps, those that shape neither the network nor the batches. ValueError, and nothing changed, for others.
        """
        for name in settings:
            _validate.one_of("settings", name, CHANGEABLE)
        self.recipe = replace(self.recipe, **settings)
        head = self.network.parts()["domain_head"].values()
        self.optimiser.set_factors(dict.fromkeys(head, self.recipe.domain_rate))

    def result(self) -> DANN:
        """The network to score: a copy with the averaged weights (or the last, if the recipe averages none)."""
        network = self.network.copy()
        if self.recipe.average:
            ParameterVector(network.parameters().values()).load(self.average.values)
        self._measure_statistics(network)
        return network

    def _measure_statistics(self, network: DANN) -> None:
        """Give batch normalisation the statistics to predict by: for averaged weights nobody has seen any yet.

        They are measured on some batches, always the same ones, passed through as in training.
        """
        statistics = network.statistics()
        if not statistics:
            return
        for name, array in statistics.items():
            if name.endswith("batches"):
                array[...] = 0  # begin anew
        rng, size = np.random.default_rng(0), self.recipe.batch_size
        target, source = (Deck(len(x), rng) for x in (self.x_target, self.x_source))
        with no_grad():
            for _ in range(STATISTICS_BATCHES):
                batch = self._batch(source.deal(size), target.deal(size))
                network.losses(*batch, adapt_weight=0.0, domain=self.adversarial, rng=rng)

    # leaving and coming back -------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """All that an exact continuation needs, as copies: NumPy arrays, wherever the run is."""
        return {
            "step_count": self.step_count,
            "weights": host_copy(self.optimiser.vector.values),
            "optimiser": self.optimiser.state(),
            "average": self.average.state(),
            "statistics": {name: host_copy(array) for name, array in self.network.statistics().items()},
            "source_left": self.decks[0].left.copy(),
            "target_left": self.decks[1].left.copy(),
            "sizes": self._sizes(),
            "rngs": {name: rng.bit_generator.state for name, rng in self.rngs.items()},
            "history": [dict(row) for row in self.history],
        }

    def restore(self, state: Mapping[str, Any]) -> Training:
        """Go back, or over, to a state that ``state`` returned, in this training or in one made alike, on any backend.

        ValueError, and nothing changed, if the state is of another network or of a pair of other sizes.
        """
        own = self.state()
        if set(state) != set(own):
            raise ValueError(f"state: got {', '.join(sorted(state))}, expected {', '.join(sorted(own))}")
        if list(state["sizes"]) != own["sizes"]:
            got = state["sizes"]
            raise ValueError(
                f"state: got {got} (parameters, source and target examples), expected {own['sizes']} as here"
            )
        for group in ("optimiser", "average", "statistics"):
            got, expected = ({name: np.shape(a) for name, a in of[group].items()} for of in (state, own))
            if got != expected:
                raise ValueError(f"state: got {group} of shapes {got}, expected {expected} as here")
        weights = move_like(state["weights"], self.optimiser.vector.values)
        self.optimiser.vector.load(weights)  # which refuses weights of another shape before it takes any
        self.optimiser.restore(state["optimiser"])
        self.average.restore(state["average"])
        for name, array in self.network.statistics().items():
            array[...] = move_like(state["statistics"][name], array)
        self.step_count = state["step_count"]
        for deck, left in zip(self.decks, (state["source_left"], state["target_left"])):
            deck.left = left.copy()
        for name, rng_state in state["rngs"].items():
            self.rngs[name].bit_generator.state = rng_state
        self.history = [dict(row) for row in state["history"]]
        return self

    def to(self, backend: str) -> Training:
        """This run moved to ``backend``, "numpy" or "cupy": network, optimiser, average and examples. Returns itself.

        It goes on from where it is with the same batches; random numbers are NumPy's on every backend.
        """
        self.network.to(backend)
        self.optimiser.to(backend)
        self.average.to(backend)
        self._place(self.x_source, self.y_source, self.x_target)
        return self

    def _sizes(self) -> list[int]:
        return [len(self.optimiser.vector.values), *(deck.n for deck in self.decks)]


def _measure(losses: Losses) -> dict[str, float]:
    """The losses of one step as plain numbers. FloatingPointError if the run has gone off."""
    row = {"label_loss": losses.label.item()}
    if losses.domain is not None and losses.domain_logits is not None:
        row["domain_loss"] = losses.domain.item()
        row["domain_accuracy"] = float(((losses.domain_logits > 0) == (losses.domains > 0)).mean())
    for name, value in row.items():
        if not math.isfinite(value):
            raise FloatingPointError(f"{name.replace('_', ' ')} is {value}: training diverged; lower the rate or λ")
    return row
