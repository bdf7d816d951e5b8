#!/bin/sh
# Make the virtual environment $1 with exactly what the lock file $2 names. Quick when it is done.
set -eu
venv=$1
lock=$2
python=${PYTHON:-python3}

fail() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "Python 3.11 or later is needed, and '$python' is not there."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or later is needed; '$python' is $("$python" -V). Name another: make PYTHON=..."

sum=$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$lock")
mark="$venv/installed-$(basename "$lock")-$sum"
if [ -e "$mark" ]; then
    exit 0
fi
# Whoever has installed for the tests has what the product needs.
if [ "$lock" = requirements.lock ] && ls "$venv"/installed-requirements-dev.lock-* >/dev/null 2>&1; then
    dev=$("$python" -c 'import hashlib; print(hashlib.sha256(open("requirements-dev.lock", "rb").read()).hexdigest())')
    [ ! -e "$venv/installed-requirements-dev.lock-$dev" ] || exit 0
fi

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        # Debian keeps it in a package of its own.
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "Installing Debian's package $version ..."
            apt-get update -q >/dev/null
            apt-get install -y -q --no-install-recommends "$version" >/dev/null
        else
            fail "Python cannot make virtual environments: install the package $version."
        fi
    fi
    echo "Making the virtual environment in $venv ..."
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

echo "Installing what $lock names ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --no-deps --only-binary :all: -r "$lock" ||
    fail "The packages could not be installed: is a package index reachable?"

# The command `directpay`, and `import app` from everywhere in this environment.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
pwd >"$site/directpay.pth"
cat >"$venv/bin/directpay" <<SCRIPT
#!/bin/sh
exec "\$(dirname "\$0")/python" -m app.cli "\$@"
SCRIPT
chmod 755 "$venv/bin/directpay"

rm -f "$venv"/installed-"$(basename "$lock")"-*
: >"$mark"
