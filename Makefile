# `make run` opens the workbench, `make test` checks everything; both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The tests start hundreds of processes, and each would compile the workbench anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check format docs screenshots snapshots clean

# Made anew whenever the project's requirements change.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("workbench needs Python 3.11 or later; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	@touch $@

run: $(VENV)/.installed
	@$(BIN)/workbench

test: check
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.installed
	$(BIN)/python docs/generate.py

screenshots: $(VENV)/.installed
	$(BIN)/python tools/screenshots.py

snapshots: $(VENV)/.installed
	$(BIN)/python -m pytest tests/tui --snapshot-update

clean:
	rm -rf $(VENV)
