"""The two printed conventions of λ, and wrong forms of DANN found in print and in code, as trainings.

All forms have the same forward pass and the same losses. They differ in the place of the reversal R, in the factor λ,
and in the sign of L_d: so in the update of each part. The papers have

    θf ← θf − μ (∂L_y − λ ∂L_d)     θy ← θy − μ ∂L_y     θd ← θd − μ ∂L_d, or − μ λ ∂L_d

The last is as in arXiv:1409.7495, Eq. 6, or as in JMLR 2016, Eqs. 13–15.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import _validate
from ..adapt.dann import DANN, Losses, both_losses
from ..adapt.parts import ARRIVALS
from ..adapt.recipes import Recipe
from ..adapt.training import Batch, Training
from ..data.pairs import DomainPair
from ..engine import functions as F
from ..engine.backend import to_numpy
from ..engine.backprop import backprop


@dataclass(frozen=True)
class Form:
    """A loss to differentiate, and its graph.

    Parameters
    ----------
    title, formula : str
        The name for readers, and the loss that is differentiated.
    node : str
        The place of R: before the "domain head", there "twice" in a row, before "both heads", at the "logits" of the
        domain head, or "nowhere".
    weighted : bool
        Whether λ multiplies L_d in the loss. If not, λ belongs to the node.
    sign : int
        The sign of L_d in the loss.
    right : bool
        Whether this is a form of the paper.
    remark : str
        The effect of the form.
    """

    title: str
    formula: str
    node: str
    weighted: bool
    sign: int
    right: bool
    remark: str

    def losses(
        self, network: DANN, batch: Batch, adapt_weight: float, rng: np.random.Generator | None = None
    ) -> Losses:
        """The losses of a batch at λ = ``adapt_weight``, through the graph of this form."""
        weight = 1.0 if self.weighted else adapt_weight
        if self.node == "domain head":
            return network.losses(*batch, adapt_weight=weight, rng=rng)
        x_source, y_source, x_target = batch
        h = network.features_of_both(x_source, x_target, rng)
        by_label_head = F.reverse_gradient(h, weight) if self.node == "both heads" else h
        by_domain_head = by_label_head
        if self.node == "twice":
            by_domain_head = F.reverse_gradient(F.reverse_gradient(h, weight), weight)
        label_logits, domain_logits = network.head_logits(by_label_head, by_domain_head, len(x_source), rng)
        if self.node == "logits":
            domain_logits = F.reverse_gradient(domain_logits, weight)
        reversed_features = by_domain_head if by_domain_head is not h else None
        return both_losses(h, reversed_features, label_logits, y_source, domain_logits)

    def domain_weight(self, adapt_weight: float) -> float:
        """The factor of L_d in the loss, at λ = ``adapt_weight``."""
        return self.sign * (adapt_weight if self.weighted else 1.0)

    def arriving(self, adapt_weight: float) -> dict[str, float]:
        """The multiple of each true gradient that arrives, by the keys of ARRIVALS: the formula for ``multiples``.

        With a multiple above 0 an update lowers that loss; below 0 it raises it.
        """
        node_factor = -(1.0 if self.weighted else adapt_weight)  # the factor of R
        through = {"nowhere": 1.0, "twice": node_factor**2}.get(
            self.node, node_factor
        )  # L_d on its way to the features
        swept, everywhere = self.domain_weight(adapt_weight), self.node == "both heads"
        return {
            "L_y at theta_y": 1.0,
            "L_y at theta_f": node_factor if everywhere else 1.0,
            "L_d at theta_f": swept * through,
            "L_d at theta_d": swept * (node_factor if self.node == "logits" else 1.0),
        }

    def __str__(self) -> str:
        return f"{self.title}: {self.formula}"


FORMS = {
    "features": Form(
        "λ on the features",
        "L_y + L_d(R)",
        "domain head",
        False,
        1,
        True,
        "arXiv:1409.7495: the head learns at its full rate",
    ),
    "both": Form(
        "λ on both",
        "L_y + λ L_d(R)",
        "domain head",
        True,
        1,
        True,
        "the head's update has λ as well",
    ),
    "no-reversal": Form(
        "no reversal", "L_y + λ L_d", "nowhere", True, 1, False, "the features help to tell the domains apart"
    ),
    "two-nodes": Form(
        "two nodes", "L_y + L_d(R, R)", "twice", False, 1, False, "two minus signs cancel, as if there were no node"
    ),
    "subtracted": Form(
        "subtracted, no node", "L_y − λ L_d", "nowhere", True, -1, False, "the domain head learns to be wrong"
    ),
    "eq-18": Form(
        "Eq. 18 as printed",
        "L_y − λ L_d(R)",
        "domain head",
        True,
        -1,
        False,
        "reversed twice, and the head learns to be wrong",
    ),
    "below-both-heads": Form(
        "R below both heads", "L_y(R) + L_d(R)", "both heads", False, 1, False, "the features unlearn the labels"
    ),
    "above-the-head": Form(
        "R above the domain head", "L_y + R(L_d)", "logits", False, 1, False, "the domain head learns to be wrong"
    ),
}
TRUE = FORMS["no-reversal"]  # through its graph both true gradients arrive unchanged


class FormTraining(Training):
    """A Training in one of ``FORMS``, right or wrong. ``form`` may be changed between two steps.

    The form "features" gives the weights of a Training, bit for bit. Raises ValueError for a recipe with batch
    normalisation or a conditioned domain head: the forms are compared on plain networks.
    """

    def __init__(self, pair: DomainPair, recipe: Recipe, seed: int = 0, form: str = "features") -> None:
        _validate.instance("recipe", recipe, Recipe)
        if recipe.batch_normalise != "none" or recipe.conditioned:
            raise ValueError(
                f"recipe: got batch_normalise {recipe.batch_normalise!r} and conditioned {recipe.conditioned}, "
                "expected 'none' and False: the forms are compared on plain networks"
            )
        super().__init__(pair, recipe, seed)
        self.form = form

    @property
    def form(self) -> str:
        """The name of the form in FORMS."""
        return self._form

    @form.setter
    def form(self, name: str) -> None:
        self._form = _validate.one_of("form", name, tuple(FORMS))

    def losses(self, batch: Batch) -> Losses:
        """The losses of a batch at the present weights and λ, through the graph of the form."""
        if not self.has_domain_loss:
            return super().losses(batch)
        if type(batch) is not Batch:
            batch = Batch(*_validate.batch("batch", batch))
        return FORMS[self.form].losses(self.network, batch, self.adapt_weight, self.rngs["dropout"])

    @property
    def domain_weight(self) -> float:
        """The factor of L_d in the loss that the next step differentiates."""
        return self.recipe.domain_weight * FORMS[self.form].domain_weight(self.adapt_weight)


def multiples(training: Training, batch: Batch) -> dict[str, float]:
    """The multiples of the true gradients in the gradient of one sweep, by the keys of ARRIVALS.

    They are found by least squares, from the sweep and from the gradients of L_y and L_d without a node. A multiple
    above 0 makes the loss smaller. For DANN: 1, 1, −λ, 1 (or λ). A multiple is nan if its gradient is 0.
    """
    _validate.instance("training", training, Training)
    batch = Batch(*_validate.batch("batch", batch))
    if not training.has_domain_loss:
        raise ValueError("training: got one with domain_weight 0, expected one with a domain loss")
    plain = TRUE.losses(training.network, batch, 1.0)
    vector, sweeps = training.optimiser.vector, {}
    for name, loss in plain.named().items():
        sweeps[name] = to_numpy(vector.gather(backprop(loss))).astype(np.float64)
    field = to_numpy(vector.gather(training.gradients(training.losses(batch)))).astype(np.float64)
    found = dict.fromkeys(ARRIVALS.values(), np.nan)
    for part, named in training.network.parts().items():
        where = vector.slice_of(named.values())
        reaching = [loss for p, loss in ARRIVALS if p == part and sweeps[loss][where].any()]
        if reaching:
            columns = np.stack([sweeps[loss][where] for loss in reaching], axis=1)
            solved = np.linalg.lstsq(columns, field[where], rcond=None)[0]
            found |= {ARRIVALS[part, loss]: float(value) for loss, value in zip(reaching, solved)}
    return found
