# Direct Pay. `make` prints what there is to make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
PY := .venv/bin/python
# In an environment of its own: it pins what we use in other versions.
SEMGREP := .venv-semgrep/bin/semgrep scan --config rules --metrics off --disable-version-check --quiet
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: install ## run everything with a played outside world; LAN=1 lets phones take part, PORT=8000
	@exec $(PY) -m app.cli demo $(if $(filter 1,$(LAN)),--lan)

.PHONY: install
install: ## make the virtual environment with what the product needs
	@PYTHON="$(PYTHON)" sh scripts/install.sh .venv requirements.lock

.PHONY: install-dev
install-dev: ## the same with what the tests need
	@PYTHON="$(PYTHON)" sh scripts/install.sh .venv requirements-dev.lock
	@PYTHON="$(PYTHON)" sh scripts/install.sh .venv-semgrep requirements-semgrep.lock
	@sh scripts/browser.sh .venv
	@sh scripts/firefox.sh
	@sh scripts/caddy.sh

.PHONY: test
test: install-dev check ## check everything and run every test
	$(PY) -m pytest -n auto --dist loadgroup

.PHONY: check
check: install-dev ## lint, types, import contracts, templates, container file, house rules
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/hadolint Dockerfile
	.venv/bin/bandit --quiet --configfile pyproject.toml --recursive app qr
	$(SEMGREP) --error app qr templates
	$(PY) -m pytest -q -n0 tests/test_house.py

.PHONY: format
format: install-dev ## lay out the code as the house wants it
	$(PY) -m ruff format
	$(PY) -m ruff check --fix

.PHONY: bench
bench: install-dev ## measure, and print the figures
	$(PY) -m bench

.PHONY: soak
soak: install-dev ## a million simulated sessions with every fault: SESSIONS=1000000 PROCESSES=4
	$(PY) -m tests.faults.simulator --sessions $(or $(SESSIONS),1000000) --processes $(or $(PROCESSES),4)

.PHONY: bench-pricing
bench-pricing: install-dev ## measure the pricing engine alone
	$(PY) -m bench.pricing

.PHONY: mutate
mutate: install-dev ## change the pricing engine line by line: does a test fail? takes half an hour
	PRICING_EXAMPLES=3 $(PY) -m mutmut run --max-children 2
	$(PY) -m mutmut results

.PHONY: bench-ocpp
bench-ocpp: install-dev ## measure the charge points: 5,000 stations at one process
	$(PY) -m bench ocpp

.PHONY: bench-api
bench-api: install-dev ## measure the API with 100,000 locations and 1,000,000 sessions
	$(PY) -m bench api

.PHONY: bench-money
bench-money: install-dev ## measure the ledger alone
	$(PY) -m bench.money

.PHONY: bench-ocpi
bench-ocpi: install-dev ## measure other platforms alone: CDRs in and out, pages of locations
	$(PY) -m bench.ocpi

.PHONY: docs
docs: install-dev ## check the documentation: links, error pages, code blocks
	$(PY) -m pytest -q -n0 tests/docs

.PHONY: clean
clean: ## remove the virtual environment and the caches, but no data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
