"""The catalogue: every entry has what the list prints and what a download needs."""

import re

import pytest

from minidann.data.catalogue import CATALOGUE


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_entry_is_complete(name):
    entry = CATALOGUE[name]
    assert all((entry.title, entry.images, entry.files, entry.traces, entry.licence, entry.pairs))
    assert re.match(r"https?://", entry.source)
    for file in entry.files:
        assert re.fullmatch(r"[\w.-]+", file.name)
        assert file.url is None or re.match(r"https?://", file.url)
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size is None or file.size > 0


def test_a_size_is_known_if_all_its_files_have_one():
    assert CATALOGUE["mnist"].size == 11_594_722
    assert CATALOGUE["usps"].size is None
    assert [name for name, entry in CATALOGUE.items() if entry.by_hand] == ["synnumbers", "synsigns"]
