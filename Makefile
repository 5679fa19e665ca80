# Vorzimmer: what can be done here. Each target sets up what it needs; the second time that takes a second.
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := var/uv/bin/uv
RUN := .venv/bin/
NODE := node_modules/.package-lock.json
NPM := PATH=$(CURDIR)/.venv/bin:$$PATH .venv/bin/npm
FACTOR ?= 5
STEPS ?= 1000000
CALLS ?= 1000000
SOAK_MINUTES := $(or $(MINUTES),120)
MINUTES ?= 20

export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy

.PHONY: help demo run test test-browser ui check lint types imports fast format setup docs fuzz soak chaos bench bench-soak bench-core bench-engine bench-journal bench-simulate bench-billing clean

help:  ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: setup  ## Place real calls through a real Asterisk, narrate them, check every second and cent (FACTOR=1: full length)
	@$(RUN)python -m tests.demo --factor $(FACTOR)

run: setup  ## Serve with the demo's configuration until stopped; prints the addresses to use
	@$(RUN)python -m tests.demo.serve || [ $$? = 130 ]

test: setup  ## All tests: unit, property, contract, replay, and calls through a real Asterisk
	@$(RUN)python -m pytest

test-browser: setup  ## The tests in a real Chromium, with a fake microphone, against a real Asterisk
	@$(RUN)python -m pytest -m browser

ui: setup  ## Bundle the browser's scripts (the other targets do this themselves)

check: setup lint types imports fast  ## Format, lint, types, import rules and the fast tests, in under a minute

lint:  ## Format and lint
	@$(RUN)ruff format --check . && $(RUN)ruff check .

types: $(NODE)  ## mypy and TypeScript, both strict
	@$(RUN)mypy
	@$(NPM) run --silent types

imports:  ## Which room may import which
	@$(RUN)lint-imports --no-logo

fast:  ## The tests that need neither Asterisk nor PostgreSQL
	@$(RUN)python -m pytest -q -m "not asterisk and not postgres"

format:  ## Put the code into its format
	@$(RUN)ruff check --fix-only -q . ; $(RUN)ruff format .

docs: setup  ## Make the generated pages and schemas anew
	@$(RUN)python -m router.core.diagram > docs/call-states.md
	@$(RUN)python -m router.config.schema > config/schema.json

fuzz: setup  ## Live through a million steps of any world, every invariant held (STEPS=..., MINUTES=..., SEED=...)
	@$(RUN)python -m tests.core.fuzz --steps $(STEPS) --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

soak: setup  ## Make a million calls in simulated worlds in which everything fails; about an hour on two cores (CALLS=..., MINUTES=..., SEED=...)
	@$(RUN)python -m router.sim.faults --calls $(CALLS) --minutes $(SOAK_MINUTES) --workers 2 $(if $(SEED),--seed $(SEED))

chaos: setup  ## Kill, freeze, cut and fill up a real house under load, and tell each promise beside what was seen (SCENARIO=..., SEED=...)
	@$(RUN)python -m tests.chaos $(SCENARIO) $(if $(SEED),--seed $(SEED))

bench: setup  ## Calls side by side through Dial, app_queue and the router (PATHS="dial queue500 router", QUICK=1)
	@$(RUN)python -m bench.calls $(foreach path,$(PATHS),--path $(path)) $(if $(QUICK),--quick)

bench-soak: setup  ## 100,000 short calls through the router: no growth, nothing left over (CALLS=10000, RATE=60); half an hour
	@$(RUN)python -m bench.calls.soak $(if $(CALLS),--calls $(CALLS)) $(if $(RATE),--rate $(RATE))

bench-core: setup  ## How fast the core decides, in houses of every size; two minutes
	@$(RUN)python -m bench.core

bench-engine: setup  ## What an ordinary call costs the router besides Asterisk, by share; a minute
	@$(RUN)python -m bench.engine

bench-journal: setup  ## How fast the journal is
	@$(RUN)python -m bench.journal

bench-simulate: setup  ## How fast a day of 100,000 calls is simulated, and how near to Erlang it comes
	@$(RUN)python -m bench.simulate

bench-billing: setup  ## A year of a million calls of 2,000 clients, settled and invoiced on SQLite and PostgreSQL (CALLS=20000: a minute)
	@$(RUN)python -m bench.billing --calls $(CALLS)

setup: var/setup/packages .venv/bin/vorzimmer var/setup/root var/setup/ui  ## Set up everything (the other targets do this themselves)

# Debian packages: Asterisk's root is made by mmdebstrap, SIPp calls, PostgreSQL is for its contract tests.
var/setup/packages: .ci/packages
	@mkdir -p var/setup && .ci/packages && touch $@

$(UV): | var/setup/packages
	@echo "setting up uv"
	@$(PYTHON) -m venv var/uv && var/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/bin/vorzimmer: uv.lock pyproject.toml | $(UV)
	@echo "installing the locked Python packages"
	@$(UV) sync --quiet --frozen --python $(PYTHON) && touch $@

var/setup/root: asterisk/root.py asterisk/tones.py .venv/bin/vorzimmer
	@mkdir -p var/setup && $(RUN)python -m asterisk root && touch $@

# The browser's scripts, bundled from TypeScript; Node comes as a Python package, its own packages from the lock file.
$(NODE): package.json package-lock.json .venv/bin/vorzimmer
	@echo "installing the locked JavaScript packages"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@

var/setup/ui: $(wildcard router/web/ui/*.ts) tsconfig.json $(NODE)
	@mkdir -p var/setup && $(NPM) run --silent build && touch $@

clean:  ## Remove everything that was set up in this folder (the cached Asterisk root stays)
	@rm -rf var .venv node_modules router/web/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
