# Two targets do everything with nothing but Python on the machine:
#   make demo   sets up .venv and adapts a segmenter on the embedded streets
#   make test   sets up .venv and runs the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
# A test process grows to 4 GB, so there are two at most. Tests of one file
# share what they train, so they stay together. Hundreds of tests start a Python:
# it keeps bytecode, whatever the environment says, or each compiles us again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=2 \
	--dist=loadfile

.PHONY: demo test test-all test-beam lint site lock release-check clean

demo: $(READY)
	$(BIN)/python -m tf_advseg train --method=advent

test: $(READY)
	$(PYTEST) -m "not slow"

test-all: $(READY)
	$(PYTEST)

# Beam's older packages must not reach the lock: it has an environment alone.
test-beam:
	$(PYTHON) -m venv .venv-beam
	.venv-beam/bin/python -m pip install --quiet --editable '.[beam]' 'pytest>=8'
	.venv-beam/bin/python -m pytest tests/prediction/batch

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright

# Into site/; a warning, a dead link or anchor say, is an error.
site: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The wheel, from the package index, on each Python it supports; then the image.
release-check:
	.ci/check_release
	.ci/check_image

# The locks pin every package by hash; they name no addresses. The image of the
# tool has its part of the one lock.
lock:
	uv export --no-header --no-annotate --no-emit-project --extra dev \
		--format requirements-txt --output-file requirements.lock
	uv pip compile --quiet --universal --generate-hashes --extra imagenet \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--constraint requirements.lock --output-file deploy/tool/runtime.lock \
		pyproject.toml

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $(READY)

clean:
	rm -rf $(VENV) .venv-beam build dist site *.egg-info
