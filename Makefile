# tieout: `make demo` and `make test` do everything on a machine with python3 (with venv), git and make.
# Other targets: setup, lint, types, layers, bench, real, score, lock, models, clean.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := build/example
export UV_PYTHON_DOWNLOADS := never
# uv reads the index from its own setting; hand it pip's where only that one is set.
UV_INDEX_URL ?= $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null)
ifneq ($(UV_INDEX_URL),)
export UV_DEFAULT_INDEX ?= $(UV_INDEX_URL)
endif

.PHONY: demo test setup setup-dev lint types layers bench real score lock models clean
.DEFAULT_GOAL := demo

demo: setup
	@$(BIN)/python tools/build_example.py $(DEMO)
	@$(BIN)/tieout run --config $(DEMO)/claims-triage/tieout.yaml --as-of 2026-11-22 --no-exit-codes \
		--prepared-by "Hanneke de Wit, AI governance" --prepared-for "the release review" --out $(DEMO)/packet

test: setup-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

setup: $(VENV)/.runtime
	@sh tools/system_packages.sh runtime

setup-dev: $(VENV)/.dev
	@sh tools/system_packages.sh test

$(BIN)/uv: requirements/bootstrap.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.runtime: $(BIN)/uv requirements/runtime.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(BIN)/uv requirements/dev.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(VENV)/.runtime $@

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry src
	$(BIN)/vulture

types: setup-dev
	$(BIN)/mypy

layers: setup-dev
	$(BIN)/lint-imports

bench: setup-dev
	@for script in tests/bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# Clones or addresses of real repositories, each with @COMMIT where another than its head is meant.
REPOSITORIES ?= $(addprefix https://github.com/,openai/whisper Portkey-AI/gateway i-dot-ai/redbox)
real: setup
	$(BIN)/python tools/try_repositories.py $(REPOSITORIES)

# Holds clones as OWNER/NAME: the answers of `tieout inspect` are scored against those that people found there.
score: setup-dev
	TIEOUT_REPOSITORIES="$(CLONES)" $(BIN)/python -m pytest -q tests/ground_truth

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11
lock: $(BIN)/uv
	echo 'uv' | $(COMPILE) - -o requirements/bootstrap.txt
	$(COMPILE) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt

models: setup-dev
	$(BIN)/python tools/generate_oscal_models.py

clean:
	rm -rf build dist $(VENV) .venvs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
