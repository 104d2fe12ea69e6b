#!/usr/bin/env bash
# What a GPU is needed for, in one command and within 8 minutes: the tests on CuPy, then the table of step times.
#
#     bash tests/benchmarks/gpu.sh [--data-dir DIR]      (python: $PYTHON, else .venv/bin/python, else python3)
#
# Status: 0 all tests passed and all was timed, 1 not all, 3 there is no GPU here, or no CuPy: one line says what is missing.
set -uo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-.venv/bin/python}
[ -x "$python" ] || python=python3
status=0

echo "=== is there a GPU?"
"$python" -c '
import sys, numpy, minidann
try:
    minidann.move(numpy.zeros(1), "cupy")
except ValueError as error:
    sys.exit(f"no: {error}")
print("yes")
' || exit 3

echo "=== the tests (${SECONDS} s)"
timeout 180 "$python" -m pytest -q tests/adapt/test_on_a_device.py tests/engine/test_cupy_names.py -k "cupy" || status=1

echo "=== the times (${SECONDS} s)"
timeout 280 "$python" tests/benchmarks/gpu.py "$@" || status=1

echo "=== done (${SECONDS} s), status ${status}"
exit "$status"
