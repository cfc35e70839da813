# One command runs it (make demo), one checks it (make test). Needs Python 3.11+ and nothing else.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help environment lock demo up test lint format bench campaign letters release clean

help: ## show these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

environment: ## make .venv from requirements.lock
	@$(PYTHON) deploy/environment.py

.venv: environment

demo: environment ## the whole system on fresh data, from form to public record (ONCE=1: end when told)
	@$(RUN) deploy demo $(if $(ONCE),--once)

up: environment ## the whole system, keeping its data in .local/up
	@$(RUN) deploy up

test: lint ## everything that must hold
	@$(RUN) deploy sweep
	@$(RUN) pytest $(ARGS)

lint: environment ## lint, types, import rules
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(BIN)/lint-imports

format: environment ## put the code into its one form
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

bench: environment ## measure, print the table, write .local/bench.json
	@$(RUN) deploy sweep
	@$(RUN) bench $(ARGS)

campaign: environment ## what takes longer than make test
	@$(RUN) deploy sweep
	@CAMPAIGN_REPLAYED=100000 $(RUN) pytest tests/campaign $(ARGS)
	@CAMPAIGN_KILLS=1000 $(RUN) pytest tests/integration/notify/test_sigkills.py $(ARGS)
	@$(RUN) tests.campaign.mutants --write tests/campaign/mutants.json

letters: environment ## write the golden letters anew, and a page of all of them: .local/letters.html
	@$(RUN) tests.letters
	@mkdir -p .local
	@$(RUN) tests.letters.gallery .local/letters.html

release: environment ## freeze the schemas and examples of the contracts
	@$(RUN) contracts.release

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header pyproject.toml

lock: environment ## write what is locked anew: the environment, the image's part of it, the broker's jars
	@$(COMPILE) --upgrade --extra embedded --extra dev --output-file requirements.lock
	@$(COMPILE) --upgrade --constraints requirements.lock --output-file deploy/requirements.lock
	@$(RUN) deploy.stack.jars

clean: ## end what is ours and remove all data, caches and the environment
	@if [ -x $(BIN)/python ]; then $(RUN) deploy clean; fi
	@rm -rf .local .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
