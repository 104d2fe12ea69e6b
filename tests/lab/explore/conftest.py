"""A small grid of short runs, computed once, and its page."""

import pytest

from minidann.lab.explore.grid import Grid, all_runs
from minidann.lab.explore.page import make_page


@pytest.fixture(scope="session")
def grid():
    return Grid(("features", "subtracted", "below-both-heads"), (20.0, 50.0), (0.0, 2.0), (3, 4), 9)


@pytest.fixture(scope="session")
def runs(grid):
    return list(all_runs(grid))


@pytest.fixture(scope="session")
def page(grid, runs):
    return make_page(grid, runs)
