"""The threads of a comparison."""

from threadpoolctl import threadpool_info

from minidann import get_threads
from minidann.bench.threads import blas_name, cores, limited_to


def test_inside_all_have_the_same_number_of_threads_and_afterwards_their_own():
    before = get_threads(), [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
    with limited_to(1):
        assert get_threads() == 1
        assert all(one["num_threads"] == 1 for one in threadpool_info() if one["user_api"] == "blas")
    assert before == (get_threads(), [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"])


def test_there_is_a_core_and_a_blas():
    assert cores() >= 1
    assert blas_name()
