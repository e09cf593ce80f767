# Every command a person needs; each sets up what it lacks.

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 3

.PHONY: help setup run test check bench soak screenshots fmt

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: .venv/ready ## make .venv with everything in it

.venv/ready: requirements.txt requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	touch .venv/ready

run: .venv/ready ## start everything and give the first missed call (ONCE=1: stop when its SMS was delivered)
	@$(BIN)/python -m ivr run $(if $(ONCE),--once)

test: .venv/ready ## all tests, on SQLite and PostgreSQL, with a real Valkey
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(JOBS) --durations 20 $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: .venv/ready ## style, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: .venv/ready ## the speed table, as ratios to baselines of the same run
	$(BIN)/python -m bench

soak: .venv/ready ## kill and fuzz tests for long (MINUTES=, SEED=, ONLY=)
	$(BIN)/python -m tests.soak

screenshots: .venv/ready ## a picture of every page, into docs/screenshots/ (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

fmt: .venv/ready ## format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
