#!/bin/sh
# Do in a clean folder what the Dockerfile does, where there is no container engine to do it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

git -C "$here" archive HEAD | tar -x -C "$place"
cd "$place"
sh scripts/install.sh venv requirements.lock
venv/bin/python -m compileall -q app
venv/bin/directpay --help >/dev/null
venv/bin/directpay key >/dev/null
echo "The image's steps work in a clean folder."
