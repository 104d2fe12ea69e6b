"""The tests of chapter 13. They know the right names as check sums only, so that you can read them."""

import chapter_13 as yours

from minidann.exercises.names import expect_names

SUMS = {
    "A": "f4a18bb7",
    "B": "1fb82fcd",
    "C": "b2253bd2",
    "D": "39232722",
    "E": "6eb8b6e7",
    "F": "f587e082",
    "G": "1c4eea64",
    "H": "66654d80",
    "I": "86ad4e46",
    "J": "dba4dd98",
    "K": "4b51a5ac",
    "L": "d7451052",
}
SUM_OF_M = {"M": "03d8264c"}


def test_loops():
    expect_names("loops", yours.ANSWERS, yours.FAULTS, SUMS)


def test_pytorch():
    expect_names("pytorch", {"M": yours.ANSWER_M}, yours.FAULTS, SUM_OF_M)
