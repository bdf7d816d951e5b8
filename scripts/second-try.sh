#!/bin/sh
# The tests that just failed, once more and one at a time, when they are at most eight.
# Tests of several processes may lose a race on a full machine; what fails alone as well is broken.
set -eu
cd "$(dirname "$0")/.."
failed=.pytest_cache/v/cache/lastfailed
if [ ! -s "$failed" ]; then
    echo "no test failed: what failed came before the tests" >&2
    exit 1
fi
count=$(grep -c '": true' "$failed")
if [ "$count" -eq 0 ] || [ "$count" -gt 8 ]; then
    echo "$count tests failed: no second try" >&2
    exit 1
fi
echo "SECOND TRY of $count tests that failed beside the others: mend them, also when they pass now"
grep '": true' "$failed"
exec .venv/bin/python -m pytest -n0 --last-failed --last-failed-no-failures none
