# make test      everything that must pass
# make test-full the longer proofs as well
# make bench     times, beside those of CPython, ruff and ast-grep
# make demo      a crawler goes off Eventlet, step by step
#
# What it needs (Go, Python >= 3.11, git and the package registries apart) is
# installed into this directory: .venv, .venv-bare, .bin, .cache.

export CGO_ENABLED = 0
export PYTHONDONTWRITEBYTECODE = 1

PYTHON ?= python3
STATICCHECK_VERSION = v0.8.2

here := $(CURDIR)
tools = .bin/staticcheck
pythons = .venv/.ready .venv-bare/.ready

# Tests that cannot find what they need fail instead of being skipped.
python_env = OFFLET_PYTHON=$(here)/.venv/bin/python OFFLET_EVENTLET_PYTHON=$(here)/.venv/bin/python \
	OFFLET_BARE_PYTHON=$(here)/.venv-bare/bin/python OFFLET_REQUIRE_PYTHON=1

.PHONY: all build demo test test-full check test-go test-runtime test-demo bench clean

all: build

build:
	@mkdir -p .bin
	go build -trimpath -o .bin/offlet ./cmd/offlet

demo: build
	@PYTHON=$(PYTHON) examples/demo.sh $(here)/.bin/offlet $(here)/.demo

test: check test-go test-runtime test-demo

test-full: export OFFLET_LONG_TESTS = 1
test-full: test

# formatting, vet, staticcheck
check: $(tools)
	@unformatted=$$(gofmt -l cmd e2e internal runtime); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	.bin/staticcheck ./...

test-go: $(pythons)
	$(python_env) go test -timeout 60m ./...

test-runtime: $(pythons)
	cd runtime/tests && $(here)/.venv/bin/python -m unittest

test-demo: build
	@PYTHON=$(PYTHON) examples/demo.sh $(here)/.bin/offlet $(here)/.demo >.demo.log 2>&1 || { cat .demo.log; exit 1; }
	@tail -1 .demo.log

bench: $(pythons) .venv-bench/.ready
	$(python_env) go test -run '^$$' -bench 'Lex|Parse|Analyze' -count 3 ./internal/python/...
	$(python_env) OFFLET_BENCH_TOOLS=$(here)/.venv-bench/bin go test -timeout 60m -run '^$$' -bench Scan -benchtime 1x ./e2e

.venv-bench/.ready: e2e/bench-requirements.txt
	rm -rf .venv-bench
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r e2e/bench-requirements.txt
	@touch $@

.venv/.ready: e2e/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is %d.%d; set PYTHON" % sys.version_info[:2])'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r e2e/requirements.txt
	@touch $@

.venv-bare/.ready:
	rm -rf .venv-bare
	$(PYTHON) -m venv --without-pip .venv-bare
	@touch $@

.bin/staticcheck:
	GOBIN=$(here)/.bin go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)

clean:
	rm -rf .bin .cache .demo .demo.log .venv .venv-bare .venv-bench
