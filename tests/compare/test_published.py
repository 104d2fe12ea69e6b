"""The published figures, and the gaps that these alone give."""

import pytest

from minidann.compare import METHODS, PUBLISHED, published_gap
from minidann.compare.published import VERSIONS

PRINTED = {  # the percentages that the first version prints: its authors rounded, or had more digits
    "mnist-mnistm": {"sa-oracle": 0.079, "dann": 0.579},
    "synnumbers-svhn": {"sa-oracle": 0.013, "dann": 0.661},
    "svhn-mnist": {"sa-oracle": 0.059, "dann": 0.293},
    "synsigns-gtsrb": {"sa-oracle": 0.091, "dann": 0.567},
}


def test_all_of_the_four_pairs_have_both_versions_and_the_four_rows():
    assert list(PUBLISHED) == list(PRINTED)
    for versions in PUBLISHED.values():
        assert set(versions) == set(VERSIONS)
        for figures in versions.values():
            assert list(figures) == ["source-only", "sa-oracle", "dann", "target-only"]
            assert set(figures) <= set(METHODS)
            assert all(0.5 < value < 1 for value in figures.values())


@pytest.mark.parametrize("pair", PRINTED)
def test_the_first_version_gives_its_own_percentages(pair):
    for method, printed in PRINTED[pair].items():
        assert published_gap(pair, "v1", method) == pytest.approx(printed, abs=0.002)


def test_the_journal_does_not_give_its_own_for_mnist():
    assert published_gap("mnist-mnistm", "journal", "sa-oracle") == pytest.approx(0.106, abs=5e-4)
    assert published_gap("mnist-mnistm", "journal", "dann") == pytest.approx(0.558, abs=5e-4)


def test_there_is_no_gap_for_ends_stand_ins_and_methods_without_figures():
    for pair, method in (("mnist-mnistm", "source-only"), ("mnist-mnistm", "sa"), ("numbers-street", "dann")):
        assert published_gap(pair, "v1", method) is None
    with pytest.raises(ValueError, match="version: got 'v2'"):
        published_gap("mnist-mnistm", "v2", "dann")
