PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test bench check env quality

# Feeds in, dashboard out: prints its address. KARAULA_PORT sets the port.
run: .venv/.run
	@$(BIN)/karaula up

# Everything, on real servers and a real browser.
test: .venv/.test
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Speed and scale, printed as a table.
bench: .venv/.test
	@$(BIN)/python tests/benchmarks/run.py

# What CI checks besides the tests.
check: .venv/.test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

# How good the readings are: archive, headlines kept for measuring, minimal pairs.
quality: .venv/.run
	@$(BIN)/karaula quality && $(BIN)/karaula quality --headlines && $(BIN)/karaula quality --pairs

env: .venv/.run

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Karaula needs Python 3.11 or newer; found " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.venv/.run: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing the environment (a minute or two, once)"
	@$(INSTALL) -e .
	@touch $@

# Both environments in one go. Modules are compiled as they are imported: most are not.
.venv/.test: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing the environment and what the tests need (a minute or two, once)"
	@$(INSTALL) --no-compile -e '.[test]'
	@touch .venv/.run $@
