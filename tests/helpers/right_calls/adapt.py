"""One right call of each public name of ``minidann.adapt``."""

from dataclasses import replace
from functools import cache

import numpy as np
from helpers.right_calls.data import pair
from helpers.right_calls.nn import dense, rng
from helpers.wrong_calls import call

from minidann import adapt, nn
from minidann.engine.tensor import Tensor

SMALL = replace(adapt.MOONS, steps=2, batch_size=4, features=(3,), domain_hidden=())
POINTS = np.random.default_rng(0).standard_normal((4, 2)).astype(np.float32)
LABELS = np.array([0, 1, 0, 1])
FEATURES = np.ones((8, 3), np.float32)


def parts():
    return nn.Dense(2, 3, rng()), nn.Dense(3, 2, rng()), nn.Dense(3, 1, rng())


def network():
    return adapt.DANN(*parts())


def cdan():
    features, label_head, _ = parts()
    return adapt.CDAN(features, label_head, nn.Dense(6, 1, rng()))


def training():
    return adapt.Training(pair(), SMALL)


@cache
def trained():
    return training().fit()


@cache
def batch():
    return training().next_batch()


def losses():
    return network().losses(*batch(), 0.7)


def _update():
    run = training()
    return call(run.update, run.gradients(run.losses(run.next_batch())))


def _passes():
    run = training()
    return call(run.next_batch, run.passes)


def _network_calls(name, make):
    return {
        f"adapt.{name}.{method}": lambda method=method: call(getattr(make(), method), POINTS, "target")
        for method in ("predict", "transform", "last_hidden", "label_logits", "domain_logits")
    } | {
        f"adapt.{name}.accuracy": lambda: call(make().accuracy, POINTS, LABELS, "target"),
        f"adapt.{name}.domain_logit_of": lambda: call(make().domain_logit_of, Tensor(FEATURES)),
        f"adapt.{name}.features_of_both": lambda: call(make().features_of_both, POINTS, POINTS, None),
        f"adapt.{name}.head_logits": lambda: call(make().head_logits, Tensor(FEATURES), Tensor(FEATURES), 4, None),
        f"adapt.{name}.losses": lambda: call(make().losses, POINTS, LABELS, POINTS, 0.7, True, rng()),
        f"adapt.{name}.to": lambda: call(make().to, "numpy"),
    }


def _saved(read):
    adapt.save_checkpoint("saved.npz", trained())
    return call(read, "saved.npz", training())


RIGHT = {
    "adapt.Batch": lambda: call(adapt.Batch, POINTS, LABELS, POINTS),
    "adapt.Batch.to": lambda: call(batch().to, "numpy"),
    "adapt.CDAN": lambda: call(adapt.CDAN, *parts()),
    "adapt.DANN": lambda: call(adapt.DANN, *parts()),
    **_network_calls("DANN", network),
    **_network_calls("CDAN", cdan),
    "adapt.Losses": lambda: call(adapt.Losses, **vars(losses())),
    "adapt.Losses.total": lambda: call(losses().total, 0.5),
    "adapt.Recipe": lambda: call(adapt.Recipe),
    "adapt.Training": lambda: call(adapt.Training, pair(), SMALL, 0, network()),
    "adapt.Training.change": lambda: call(training().change, rate=0.1, adapt_weight=1.0, ramp=False),
    "adapt.Training.fit": lambda: call(training().fit),
    "adapt.Training.gradients": lambda: call(trained().gradients, trained().losses(batch())),
    "adapt.Training.losses": lambda: call(trained().losses, batch()),
    "adapt.Training.next_batch": _passes,
    "adapt.Training.place": lambda: call(training().place, POINTS, LABELS, POINTS),
    "adapt.Training.record": lambda: call(training().record, losses()),
    "adapt.Training.step": lambda: call(training().step),
    "adapt.Training.update": _update,
    "adapt.adapt_weight_at": lambda: call(adapt.adapt_weight_at, 0.5, 10.0),
    "adapt.learning_rate_at": lambda: call(adapt.learning_rate_at, 0.5, 0.01, 10.0, 0.75),
    "adapt.build_dann": lambda: call(adapt.build_dann, (2,), 2, SMALL, rng(), np.zeros(2)),
    "adapt.load_checkpoint": lambda: _saved(adapt.load_checkpoint),
    "adapt.save_checkpoint": lambda: call(adapt.save_checkpoint, "saved.npz", trained()),
    "adapt.move_training": lambda: call(adapt.move_training, training(), "numpy"),
    "adapt.restore": lambda: call(adapt.restore, training(), adapt.state_of(trained())),
    "adapt.start_from": lambda: _saved(adapt.start_from),
    "adapt.state_of": lambda: call(adapt.state_of, trained()),
    "adapt.with_own_statistics": lambda: call(adapt.with_own_statistics, dense()),
}
