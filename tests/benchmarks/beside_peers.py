"""Target accuracy on fifteen shifts: the estimators with their defaults, beside classifiers of the source and skada's.

    PYTHONPATH=tests python tests/benchmarks/beside_peers.py --seeds 5 --json rows.json

Prints the mean over seeds, and for the mean of all shifts the mean and the deviation over seeds. The shifts are in
``tests/helpers/shifts.py``. The target is seen in training without its labels, and scored with them. The columns:

- LR, SVC: logistic regression and an SVM with an RBF kernel, trained on the standardised source.
- DANN λ=0 and DANN: ``DANNClassifier(adapt_weight=0)`` and ``DANNClassifier()``.
- SA: ``SubspaceAlignmentClassifier()``.
- skada SA, skada DANN: if skada is installed, its own with defaults, behind a StandardScaler of both domains. Its DANN
  has the network of ours, and 1,000 steps of Adam with the rate 0.003. Its default domain head ends in a softmax of one
  number, so that no gradient comes back. "repaired" has a sigmoid in this place.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from helpers.shifts import SHIFTS, Shift
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from minidann.estimators import DANNClassifier, SubspaceAlignmentClassifier

Method = Callable[[Shift, int], np.ndarray]  # a shift and a seed → the predictions for the target


def of_source(classifier: Callable[[], Any]) -> Method:
    def predict(shift: Shift, seed: int) -> np.ndarray:
        model = make_pipeline(StandardScaler(), classifier()).fit(shift.x_source, shift.y_source)
        found: np.ndarray = model.predict(shift.x_target)
        return found

    return predict


def dann(**settings: Any) -> Method:
    def predict(shift: Shift, seed: int) -> np.ndarray:
        model = DANNClassifier(random_state=seed, **settings)
        return model.fit(shift.x_source, shift.y_source, X_target=shift.x_target).predict(shift.x_target)

    return predict


def aligned(shift: Shift, seed: int) -> np.ndarray:
    model = SubspaceAlignmentClassifier()
    return model.fit(shift.x_source, shift.y_source, X_target=shift.x_target).predict(shift.x_target)


def standardised(shift: Shift) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both domains standardised together, labels with −1 for the target, and the domain of each row: as skada asks."""
    x = StandardScaler().fit_transform(np.concatenate([shift.x_source, shift.x_target]))
    y = np.concatenate([shift.y_source, np.full(len(shift.x_target), -1)])
    domain = np.repeat([1, -2], [len(shift.x_source), len(shift.x_target)])
    return x.astype(np.float32), y.astype(np.int64), domain


def skada_sa(shift: Shift, seed: int) -> np.ndarray:
    from skada import SubspaceAlignment

    x, y, domain = standardised(shift)
    model = SubspaceAlignment(random_state=seed).fit(x, y, sample_domain=domain)
    found: np.ndarray = model.predict(x[domain < 0], sample_domain=domain[domain < 0])
    return found


def skada_dann(repaired: bool) -> Method:
    def predict(shift: Shift, seed: int) -> np.ndarray:
        import torch
        from skada.deep import DANN
        from skada.deep.modules import DomainClassifier

        x, y, domain = standardised(shift)
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        widths, tanh = (x.shape[1], 16, 16), torch.nn.Tanh
        features = torch.nn.Sequential(
            torch.nn.Linear(widths[0], 16), tanh(), torch.nn.Linear(16, 16), tanh(), torch.nn.Identity()
        )

        class Network(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.features, self.head = features, torch.nn.Linear(16, int(y.max()) + 1)

            def forward(self, inputs: Any, sample_weight: Any = None) -> Any:
                return self.head(self.features(inputs))

        head = DomainClassifier(num_features=16)
        if repaired:
            head.classifier[-1] = torch.nn.Sigmoid()
        smaller = int(min((domain < 0).sum(), (domain > 0).sum()))
        batch_size = min(128, smaller)  # of a domain with fewer rows than a batch, skada makes no batch at all
        epochs = max(1, 1000 * (batch_size // 2) // smaller)
        model = DANN(
            Network(),
            layer_name="features",
            domain_classifier=head,
            num_features=16,
            max_epochs=epochs,
            batch_size=batch_size,
            optimizer=torch.optim.Adam,
            lr=3e-3,
            train_split=None,
            verbose=0,
        )
        model.fit(x, y, sample_domain=domain)
        at = domain < 0
        found: np.ndarray = model.predict(x[at], sample_domain=domain[at], allow_source=True)
        return found

    return predict


METHODS: dict[str, Method] = {
    "LR": of_source(lambda: LogisticRegression(max_iter=2000)),
    "SVC": of_source(SVC),
    "DANN λ=0": dann(adapt_weight=0.0),
    "DANN": dann(),
    "SA": aligned,
    "skada SA": skada_sa,
    "skada DANN": skada_dann(repaired=False),
    "repaired": skada_dann(repaired=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--shifts", default="", help="only those with this text in the name, such as digits")
    parser.add_argument("--json", type=Path, help="write a row for each shift, seed and method here")
    arguments = parser.parse_args()
    try:
        import skada  # noqa: F401
    except ImportError:
        arguments.methods = [name for name in arguments.methods if "skada" not in name and name != "repaired"]
    warnings.simplefilter("ignore")  # of domains on different scales, and of torch
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    shifts = {name: made for name, made in SHIFTS.items() if arguments.shifts in name}
    rows: list[dict[str, Any]] = []
    print(f"{'':26}" + "".join(f"{name:>13}" for name in arguments.methods))
    for name, made in shifts.items():
        for method in arguments.methods:
            for seed in seeds:
                shift, start = made(seed), time.process_time()
                right = METHODS[method](shift, seed) == shift.y_target
                seconds = time.process_time() - start
                rows.append({"shift": name, "method": method, "seed": seed, "accuracy": right.mean(), "cpu": seconds})
        print(f"{name:26}" + "".join(f"{np.mean(taken(rows, name, m)):13.3f}" for m in arguments.methods), flush=True)
        if arguments.json:
            arguments.json.write_text(json.dumps(rows, indent=1))
    print(f"{'mean of shifts':26}", end="")
    for method in arguments.methods:
        means = np.mean([taken(rows, name, method) for name in shifts], axis=0)
        print(f"{means.mean():7.3f}±{means.std():.3f}", end="")
    print()


def taken(rows: list[dict[str, Any]], shift: str, method: str) -> list[float]:
    return [row["accuracy"] for row in rows if (row["shift"], row["method"]) == (shift, method)]


if __name__ == "__main__":
    main()
