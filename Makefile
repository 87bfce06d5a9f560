# Everything runs in .venv; it is made on first use and made anew when the locks change.
PYTHON ?= python3
BIN := .venv/bin
# one more than the usual two cores: whole-program tests wait a lot
WORKERS ?= 3
# without compiled files every test run compiles everything anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test coverage check teach bench lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: .venv/.ready ## the whole product on this machine, with a chat page
	@$(BIN)/settledesk demo $(ARGS)

run: .venv/.ready ## the bot, with the settings of the environment and .env
	@$(BIN)/settledesk run

test: .venv/.ready-dev ## every test: unit, property, conversations, PostgreSQL, whole program, browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

coverage: .venv/.ready-dev ## branches of the core that the tests go through: 95 % or more; tracing makes it slow
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov=knowledge --cov-branch --cov-report=
	@$(BIN)/coverage json -q -o .coverage.json && $(BIN)/python -m tests.branches .coverage.json 95

check: .venv/.ready-dev ## style, types, import contracts, knowledge base
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/settledesk kb check

teach: .venv/.ready-dev ## what messages mean, learnt again from the labelled rows
	@$(BIN)/python -m tests.teaching $(ARGS)

bench: .venv/.ready-dev ## benchmarks, as ratios measured side by side
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lock: ## resolve the dependencies anew
	@$(BIN)/uv pip compile -q pyproject.toml --extra build --generate-hashes --no-strip-extras --no-header --no-annotate -o requirements.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra build --extra dev --generate-hashes --no-strip-extras --no-header --no-annotate -o requirements-dev.lock

clean: ## remove what was made (the data in var/ stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .coverage* htmlcov

.venv/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SettleDesk needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
