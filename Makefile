# The daily verbs. `make demo` and `make test` work on a bare machine with Python 3.11 or later.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev

.PHONY: help demo serve test check format train score faults bench promises load fixtures prompts speech clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml
	@echo "Installing into .venv (about a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "FirstRing needs Python 3.11 or later: make PYTHON=python3.12 demo"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(READY_DEV): $(READY)
	@echo "Installing the developers' tools, Whisper and what training needs (minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,whisper,train]'
	@touch $@

demo: $(READY)  ## seven calls, live, on a pretend telephone company
	@$(BIN)/firstring demo

serve: $(READY)  ## answer calls with the settings of .env
	@$(BIN)/firstring serve

test: $(READY_DEV)  ## every test
	@$(BIN)/python -m pytest

check: $(READY_DEV)  ## what must hold before a commit: style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: $(READY_DEV)  ## put the code in order
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

train: $(READY_DEV)  ## learn the models of understanding again, from triage/data/texts
	@$(BIN)/firstring train

score: $(READY_DEV)  ## how good understanding is, on the test texts
	@$(BIN)/firstring triage --score triage/data/texts/test.jsonl --noise 0.1 --noise 0.25

faults: $(READY_DEV)  ## the storm: workers killed, databases restarted, Twilio failing; counts what was lost
	@$(BIN)/python -m tests.faults.storm

bench: $(READY_DEV)  ## how soon a page leaves, and what an idle engine costs
	@$(BIN)/python -m tests.faults.bench

promises: $(READY_DEV)  ## how often the promise is kept, in weeks that are drawn (docs/promise.md)
	@$(BIN)/python -m callbacks.promise.rehearsal --weeks 8 --seed 801

load: $(READY)  ## twenty calls at once on this machine
	@$(BIN)/firstring load --calls 20

fixtures: $(READY)  ## speak the fixtures' texts again (needs Debian's flite and festival)
	@$(BIN)/python -m fixtures.make

prompts: $(READY)  ## render the house's lines again (needs the same voices)
	@$(BIN)/firstring prompts render

speech: $(READY)  ## build the embedded recogniser's models from the project's texts
	@$(BIN)/firstring speech build

clean:  ## forget the environment and every cache
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
