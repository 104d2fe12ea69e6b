"""``DANNClassifier``: DANN with ``fit`` and ``predict``, as an estimator of scikit-learn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..data.arrays import as_numpy
from ..data.checks import check_domains
from ..data.labels import Classes, class_labels
from ..data.pairs import DomainPair
from . import domains
from .failed_fit import unchanged_if_it_fails
from .inputs import scales
from .network_predictions import NetworkPredictions
from .partial import change, check_same_network, drop_data, give, one_pass
from .pipelines import check_passed_target, check_pipeline
from .recipe_of import recipe_of, seed_of
from .searches import check_search
from .training_pair import training_pair
from .verbose import progress_printer


class DANNClassifier(NetworkPredictions):
    """Domain-adversarial training (Ganin & Lempitsky, arXiv:1409.7495) as a classifier of scikit-learn.

        model = DANNClassifier(random_state=0).fit(x_source, y_source, X_target=x_target)
        y = model.predict(x_target)

    ``sample_domain`` (n,) says the domain of each row: a whole number of at least 0 for a source row, below 0 for a
    target row. Without it, all rows are source rows in ``fit``, and target rows everywhere else: new data is target
    data. The labels of target rows are never read. Without any target row the network is trained on the source alone.

    The inputs are standardised by the source: each column has mean 0 and deviation 1 in the source rows. The target is
    moved and scaled by the same numbers, so a shift between the domains stays. A column that hardly varies in the
    source is an exception: where target rows lie more than three deviations from its mean, in the root mean square, it
    is divided by this distance.

    Parameters
    ----------
    recipe : str or Recipe
        The settings that are not given: "tables", "moons", "journal", "digits", "printed", "paper", "best", or a
        Recipe.
    steps : int, optional
        The number of training steps. This and all settings down to ``standardise_images``: None takes that of the
        recipe. ``minidann.adapt.Recipe`` describes each.
    batch_size : int, optional
        Examples of each domain in a step.
    rate : float, optional
        The learning rate.
    schedule : str, optional
        The schedule of the rate: constant, annealed or cosine.
    momentum : float, optional
        The momentum of the descent.
    weight_decay : float, optional
        The factor of the squared weights in the loss.
    average_decay : float, optional
        The decay of the averaged weights that predict. 0: the last weights predict.
    adapt_weight : float, optional
        λ, the factor of the reversal. 0 trains without adaptation.
    ramp : bool, optional
        Whether λ rises from 0 during training.
    domain_weight : float, optional
        The factor of the domain loss.
    domain_rate : float, optional
        The factor on the learning rate of the domain head.
    domain_steps : int, optional
        Updates of the domain head per step.
    trunk : str, optional
        The convolutions of the features, for images: none, digits or mnist.
    batch_normalise : str, optional
        Batch normalisation of the trunk: none, joined or own.
    conditioned : bool, optional
        Whether the domain head compares the domains class by class (CDAN).
    features : tuple of int, optional
        Widths of the dense feature layers.
    label_hidden : tuple of int, optional
        Widths of hidden layers in the label head.
    domain_hidden : tuple of int, optional
        Widths of hidden layers in the domain head.
    activation : str, optional
        tanh, sigmoid or relu.
    init : str, optional
        The initialiser of the weights.
    head_dropout : float, optional
        The share of the features that each head does not see in a step.
    input_scale : float, optional
        The factor of the inputs, after standardisation. It is 1 for standardised images, unless it is given.
    standardise_images : bool, optional
        Whether each input image is brought to mean 0 and deviation 1 by itself.
    standardise : bool
        Whether the inputs are standardised by the source. Images get one mean and one deviation in all.
    input_shape : tuple of int, optional
        The shape of an image, (height, width, channels). The rows of X are then flattened images.
    random_state : int, RandomState or None
        The seed of weights, batches and dropout. A whole number s gives the weights of ``Training(…, seed=s)``.
    verbose : bool
        Whether ``fit`` prints the standardisation and ten lines of progress.
    warm_start : bool
        Whether ``fit`` goes on from the weights of the fit before.

    Attributes
    ----------
    classes_ : array (k,)
        The labels of the source.
    n_features_in_, feature_names_in_
        Number and names of the columns in ``fit``. The names exist for a DataFrame only.
    network_ : DANN
        The trained network. It takes standardised inputs: ``network_inputs(X)``.
    recipe_ : Recipe
        All settings of the training. Without a target, its domain_weight is 0.
    history_ : list of dict
        A row of numbers every ten steps: step, adapt_weight, rate, label_loss, domain_loss, domain_accuracy.
    loss_curve_ : list of float
        The label loss of each row of ``history_``.
    n_iter_ : int
        The number of steps done.
    mean_, scale_ : arrays
        Mean and deviation of the source, by which the inputs are standardised; for some columns the distance of the
        target, as above. 0 and 1 with ``standardise=False``.
    """

    # sample_domain is requested without a call of set_…_request: with metadata routing, a pipeline or search passes it
    __metadata_request__fit = {"sample_domain": True}
    __metadata_request__partial_fit = {"sample_domain": True}
    __metadata_request__predict = {"sample_domain": True}
    __metadata_request__predict_proba = {"sample_domain": True}
    __metadata_request__transform = {"sample_domain": True}
    __metadata_request__score = {"sample_domain": True}

    def __init__(
        self,
        recipe: str | Recipe = "tables",
        *,
        steps: int | None = None,
        batch_size: int | None = None,
        rate: float | None = None,
        schedule: str | None = None,
        momentum: float | None = None,
        weight_decay: float | None = None,
        average_decay: float | None = None,
        adapt_weight: float | None = None,
        ramp: bool | None = None,
        domain_weight: float | None = None,
        domain_rate: float | None = None,
        domain_steps: int | None = None,
        trunk: str | None = None,
        batch_normalise: str | None = None,
        conditioned: bool | None = None,
        features: tuple[int, ...] | None = None,
        label_hidden: tuple[int, ...] | None = None,
        domain_hidden: tuple[int, ...] | None = None,
        activation: str | None = None,
        init: str | None = None,
        head_dropout: float | None = None,
        input_scale: float | None = None,
        standardise_images: bool | None = None,
        standardise: bool = True,
        input_shape: tuple[int, ...] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool = False,
        warm_start: bool = False,
    ) -> None:
        self.recipe = recipe
        self.steps = steps
        self.batch_size = batch_size
        self.rate = rate
        self.schedule = schedule
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.average_decay = average_decay
        self.adapt_weight = adapt_weight
        self.ramp = ramp
        self.domain_weight = domain_weight
        self.domain_rate = domain_rate
        self.domain_steps = domain_steps
        self.trunk = trunk
        self.batch_normalise = batch_normalise
        self.conditioned = conditioned
        self.features = features
        self.label_hidden = label_hidden
        self.domain_hidden = domain_hidden
        self.activation = activation
        self.init = init
        self.head_dropout = head_dropout
        self.input_scale = input_scale
        self.standardise_images = standardise_images
        self.standardise = standardise
        self.input_shape = input_shape
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start

    def fit(self, X: Any, y: Any, sample_domain: Any = None, *, X_target: Any = None) -> DANNClassifier:
        """Train on the source rows of X (n, width) with their labels in y (n,), and on the target rows without labels.

        ``sample_domain`` (n,): at least 0 for a source row, below 0 for a target row. Or the target comes as
        ``X_target`` (m, width), and all rows of X are source. Raises ValueError for both at once, without a source row,
        for a source of one class, and for NaN or infinity. The estimator is then as it was before.
        """
        check_search(sample_domain)
        check_pipeline(self, sample_domain)  # as a transformer, before another predictor
        check_passed_target(self, X_target)
        recipe, seed = recipe_of(vars(self)), seed_of(self.random_state)
        _validate.instance("verbose", self.verbose, (bool, int, np.bool_), "True or False")
        goes_on = _validate.boolean("warm_start", self.warm_start) and hasattr(self, "network_")
        with unchanged_if_it_fails(self):
            found = self._domains(X, y, sample_domain, X_target, reset=not goes_on)
            classes = np.unique(found.y_source)
            if goes_on:
                check_same_network(self.recipe_, recipe)
                if not np.array_equal(classes, self.classes_):
                    raise ValueError(f"y: got the classes {classes}, expected those of the fit before: {self.classes_}")
            training = self._training(found, classes, recipe, seed, goes_on)
            training.fit(progress_printer(training, found, len(classes), self.standardise) if self.verbose else None)
            self._keep(training)
        self._waiting: Training | None = None  # of partial_fit, for its next call
        return self

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_domain: Any = None, *, X_target: Any = None
    ) -> DANNClassifier:
        """Train for one pass over the given rows: each row of the larger domain comes once.

        ``classes`` (k,): all labels, for the first call; None takes those of y. The first call also fixes the
        standardisation. The schedules of rate and λ run over ``steps`` steps of all calls together. Then they stay:
        a cosine schedule ends with the rate 0. Between two calls, ``set_params`` may change rate, adapt_weight, ramp,
        domain_rate, domain_steps and momentum. Raises ValueError as ``fit``, for an unknown label, for another setting
        that has changed, and if only some of the calls have a target.
        """
        check_search(sample_domain)
        check_passed_target(self, X_target)
        recipe, seed = recipe_of(vars(self)), seed_of(self.random_state)
        begun = hasattr(self, "network_")
        found = self._domains(X, y, sample_domain, X_target, reset=not begun)
        if begun and (found.x_target is None) != self._is_without_target:
            raise ValueError("sample_domain, X_target: got a target in some calls only, expected one in all or none")
        training = getattr(self, "_waiting", None)
        if training is None:
            if begun:
                check_same_network(self.recipe_, recipe)
            classes = self.classes_ if begun else known_classes(classes, found.y_source)
            training = self._training(found, classes, recipe, seed, begun)
            training.step_count = recipe.steps if begun else 0
            training.history = self.history_ if begun else []
        else:
            change(training, recipe)
            give(training, self._pair(found))
        one_pass(training)
        self._keep(training)
        self._waiting = training
        drop_data(training)
        return self

    def fit_transform(self, X: Any, y: Any = None, sample_domain: Any = None, *, X_target: Any = None) -> np.ndarray:
        """``fit``, then the features of all rows of X, (n, width). Without ``sample_domain`` all rows are source."""
        self.fit(X, y, sample_domain, X_target=X_target)
        return self._of_network("transform", X, sample_domain, without="source")

    def _domains(self, X: Any, y: Any, sample_domain: Any, X_target: Any, reset: bool) -> domains.Domains:
        """The checked rows of both domains, in the unit that they came in."""
        x = self._rows(X, reset=reset)
        x_target = None if X_target is None else self._rows(X_target, "X_target")
        return domains.split(x, y, sample_domain, x_target)

    def _training(
        self, found: domains.Domains, classes: np.ndarray, recipe: Recipe, seed: int, goes_on: bool
    ) -> Training:
        """A training before its first step. ``goes_on``: from the weights and the standardisation of the fit before."""
        if len(classes) < 2:
            raise ValueError(f"y: got 1 class in the source rows, {classes.item()!r}, expected at least two classes")
        if recipe.trunk != "none" and self.input_shape is None:
            raise ValueError(f"input_shape: got None, expected (height, width, channels) for the trunk {recipe.trunk}")
        self._is_without_target = found.x_target is None
        if found.x_target is None:
            recipe = replace(recipe, domain_weight=0.0)
        else:
            columns = getattr(self, "feature_names_in_", None)
            check_domains(found.x_source, found.x_target, columns, is_table=self.input_shape is None)
        if not goes_on:
            self.classes_ = classes
            self.mean_, self.scale_ = np.zeros(()), np.ones(())
            if _validate.boolean("standardise", self.standardise):
                is_image = self.input_shape is not None
                self.mean_, self.scale_ = scales(found.x_source, is_image, found.x_target)
        return Training(self._pair(found), recipe, seed, self.network_.copy() if goes_on else None)

    def _pair(self, found: domains.Domains) -> DomainPair:
        """The pair of both domains, standardised. Without a target the source takes its place: no step looks at it."""
        x_source = self._standardised(found.x_source)
        x_target = x_source if found.x_target is None else self._standardised(found.x_target, "target rows")
        return training_pair(x_source, Classes(self.classes_).positions("y", found.y_source), x_target, self.classes_)

    def _keep(self, training: Training) -> None:
        """The results of a training as attributes."""
        self.network_, self.recipe_ = training.result(), training.recipe
        self.history_, self.n_iter_ = training.history, training.step_count
        self.loss_curve_ = [row["label_loss"] for row in self.history_]
        self._n_features_out = self.network_.transform(training.x_source[:1]).shape[1]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]  # the features are float32 whatever comes in
        return tags


def known_classes(classes: Any, y_source: np.ndarray) -> np.ndarray:
    """The sorted labels ``classes`` (k,), or those of y_source if None came. Raises ValueError for less than two."""
    if classes is None:
        return np.unique(y_source)
    labels = np.atleast_1d(as_numpy("classes", classes))
    found = np.unique(class_labels("classes", labels, len(labels)))
    if len(found) < 2:
        raise ValueError(f"classes: got {_validate.shown(classes)}, expected at least two labels")
    return found
