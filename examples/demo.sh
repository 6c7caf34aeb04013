#!/bin/sh
# Takes examples/crawler off Eventlet: original, hub, migrate, drop. It runs the
# crawler after each step and fails if its output is not what it was.
#
#   examples/demo.sh OFFLET DIRECTORY
#
# OFFLET is the program, DIRECTORY a place to work in; it is made anew.
set -eu
offlet=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
say() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }

# What the pinned packages and the crawler need, as the Makefile says it.
"$python" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is %d.%d; set PYTHON" % sys.version_info[:2])'

rm -rf "$work"
mkdir -p "$work"
cp -R "$here/crawler" "$work/crawler"

say "A venv with Eventlet, pinned and checked by hash"
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt"
"$work/venv/bin/python" -m pip list --disable-pip-version-check 2>/dev/null | grep -i -E 'eventlet|greenlet|dnspython'

# The crawler ends with 1 because some pages of its site are broken on purpose.
crawl() {
	code=0
	(cd "$work/crawler" && PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore "$work/venv/bin/python" main.py) >"$work/$1.out" 2>&1 || code=$?
	echo "exit status $code" >>"$work/$1.out"
}

same() {
	crawl "$1"
	if ! diff "$work/original.out" "$work/$1.out"; then
		say "The output after $1 is not what it was"
		exit 1
	fi
	echo "$1: the same output as the original, $(grep -c . "$work/$1.out") lines"
}

say "The original, on Eventlet"
crawl original
cat "$work/original.out"

say "Before anything else: offlet scan"
"$offlet" scan "$work/crawler" || true

say "What has to move, in which order: offlet plan"
"$offlet" plan "$work/crawler" || true

say "Step 1: offlet hub"
"$offlet" hub --write "$work/crawler"
same hub
(cd "$work/crawler" && PYTHONWARNINGS=ignore "$offlet" hub --check -- "$work/venv/bin/python" main.py >/dev/null) || true

say "Step 2: offlet migrate --all"
"$offlet" migrate --all --write "$work/crawler"
same migrate

say "Step 3: offlet drop"
"$offlet" drop --write "$work/crawler"
say "Eventlet is uninstalled"
"$work/venv/bin/python" -m pip uninstall --quiet --disable-pip-version-check --yes eventlet greenlet dnspython
if "$work/venv/bin/python" -c 'import eventlet' 2>/dev/null; then
	echo "Eventlet is still there"
	exit 1
fi
same drop
if grep -rn -i eventlet --include='*.py' --include='*.txt' "$work/crawler" | grep -v _offlet/ | grep -v 'style of Eventlet'; then
	echo "The project still names Eventlet"
	exit 1
fi
say "Done: no Eventlet is left, and the output never changed. The result is in $work/crawler"
