"""Published figures of the paper's table, by pair, version and method. They stand beside our rows, never in these.

Sources: "v1" is Table 1 of Ganin & Lempitsky, arXiv:1409.7495v1 (2014), the table of the lecture notes. "journal" is
Table 2 of Ganin et al., JMLR 17(59), 2016. Only the four pairs of the paper have figures. A stand-in has none.

Both papers retrain the last layer of all networks as a linear SVM, so our column "linear SVM" is the one to compare.
Their SA takes the d that is best on the target's test set: it stands beside our row "sa-oracle".
"""

from __future__ import annotations

from .. import _validate
from .table import gap_covered

#: the versions of the table: their words in a column, and their source
VERSIONS = {
    "v1": ("published v1", "Ganin & Lempitsky, arXiv:1409.7495v1, Table 1"),
    "journal": ("published JMLR", "Ganin et al., JMLR 17(59), 2016, Table 2"),
}

#: PUBLISHED[pair][version][method]: the target accuracy, a share from 0 to 1
PUBLISHED: dict[str, dict[str, dict[str, float]]] = {
    "mnist-mnistm": {
        "v1": {"source-only": 0.5749, "sa-oracle": 0.6078, "dann": 0.8149, "target-only": 0.9891},
        "journal": {"source-only": 0.5225, "sa-oracle": 0.5690, "dann": 0.7666, "target-only": 0.9596},
    },
    "synnumbers-svhn": {
        "v1": {"source-only": 0.8665, "sa-oracle": 0.8672, "dann": 0.9048, "target-only": 0.9244},
        "journal": {"source-only": 0.8674, "sa-oracle": 0.8644, "dann": 0.9109, "target-only": 0.9220},
    },
    "svhn-mnist": {
        "v1": {"source-only": 0.5919, "sa-oracle": 0.6157, "dann": 0.7107, "target-only": 0.9951},
        "journal": {"source-only": 0.5490, "sa-oracle": 0.5932, "dann": 0.7385, "target-only": 0.9942},
    },
    "synsigns-gtsrb": {
        "v1": {"source-only": 0.7400, "sa-oracle": 0.7635, "dann": 0.8866, "target-only": 0.9987},
        "journal": {"source-only": 0.7900, "sa-oracle": 0.8165, "dann": 0.8865, "target-only": 0.9980},
    },
}


def published_gap(pair: str, version: str, method: str) -> float | None:
    """The gap covered by ``method``, from the published accuracies of one pair and version alone.

    None for the two ends of the gap, and where nothing is published. The papers print some other percentages, such as
    4.1 % and 52.9 % for MNIST → MNIST-M in the journal: their own accuracies give 10.6 % and 55.8 %.
    """
    _validate.text("pair", pair)
    _validate.text("method", method)
    known = PUBLISHED.get(pair, {}).get(_validate.one_of("version", version, tuple(VERSIONS)), {})
    if method not in known or method in ("source-only", "target-only"):
        return None
    return gap_covered([known["source-only"]], [known[method]], [known["target-only"]])
