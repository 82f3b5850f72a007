# Two commands do everything on a fresh machine with Python 3.11 or newer: `make bench` and `make test`.
# Every target sets up what it needs; nothing is installed twice while the pins are the same.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

# make bench W=http R=asyncio,uvloop C=1,64 BUDGET=10m ARGS='--seed 7'
RUN_ARGS = $(if $(W),$(subst $(comma), ,$(W))) $(if $(R),-r $(R)) $(if $(C),-c $(C)) $(if $(BUDGET),--budget $(BUDGET)) $(ARGS)
comma := ,

# So that what to type next is told as a call of make.
bench quick full report: export DEADHEAT_STARTED_BY := make

# Hundreds of processes would compile the same modules again where this is set, as it is in images for containers.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup bench quick full map claims report selfcheck doctor test check soak overhead decisions versus example pins clean

help:  ## show this help
	@echo "deadheat: sync, threads, processes, asyncio or uvloop - for this work, on this machine"
	@echo
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  pass through: make bench W=http,sleep R=asyncio,uvloop C=1,64 BUDGET=10m ARGS='--seed 7'"

$(VENV)/pins: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "deadheat needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 bench")'
ifdef UV
	@test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV)
	@uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

$(VENV)/test-pins: $(VENV)/pins tests/requirements.txt
ifdef UV
	@uv pip install --quiet --python $(BIN)/python --require-hashes -r tests/requirements.txt
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
endif
	@touch $@

setup: $(VENV)/pins  ## make .venv with the pinned dependencies

bench: setup  ## measure with the default profile, then write the report (about 3 minutes)
	@$(BIN)/python -m bench run $(RUN_ARGS)

quick: setup  ## the same in about a minute, with wider intervals
	@$(BIN)/python -m bench run --profile quick $(RUN_ARGS)

full: setup  ## the same with more concurrencies and blocks (about 20 minutes)
	@$(BIN)/python -m bench run --profile full $(RUN_ARGS)

map: setup  ## which runner wins at which CPU share and concurrency (about 5 minutes)
	@$(BIN)/python -m bench run --suite map --budget 4m $(RUN_ARGS)

claims: setup  ## what textbooks and READMEs say of asyncio, measured and judged (about 7 minutes)
	@$(BIN)/python -m bench claims

report: setup  ## write report.html of the newest run again, measuring nothing
	@$(BIN)/python -m bench report latest

selfcheck: setup  ## measure what is known, and print a certificate (about 2.5 minutes)
	@$(BIN)/python -m bench selfcheck

doctor: setup  ## examine whether this machine is fit for measuring
	@$(BIN)/python -m bench doctor

test: $(VENV)/test-pins  ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/test-pins  ## format, lint, types, layers
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m pytest -q tests/test_layers.py

soak: $(VENV)/test-pins  ## strike real runs with 200 faults at random moments (10 minutes)
	@$(BIN)/python -m tests.soak $(ARGS)

overhead: $(VENV)/test-pins  ## measure the harness's own hot paths with pytest-benchmark
	@$(BIN)/python -m pytest tests/overhead -p no:cacheprovider --benchmark-only --benchmark-storage=file://results/overhead --benchmark-autosave

decisions: $(VENV)/test-pins  ## how much a default run decides, against another version: AGAINST=revision (half an hour)
	@$(BIN)/python -m tests.versus.decisions $(AGAINST) $(ARGS)

versus: $(VENV)/test-pins  ## measure the same pairs with deadheat and its peers (about 50 minutes)
	@$(BIN)/python -m tests.versus $(ARGS)

example: $(VENV)/test-pins  ## renew results/example: a self-check, a default run, its report and a picture
	-@$(BIN)/python -m bench selfcheck -o results/.example
	@$(BIN)/python -m bench run -o results/.example
	@rm -rf results/example && mkdir results/example
	@cp results/.example/latest/run.json results/.example/latest/trials.jsonl results/.example/latest/report.html results/example/
	@$(BIN)/python -m tests.support.picture results/example/report.html results/example/report.png
	@rm -rf results/.example

pins:  ## renew the pins (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build -o requirements.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --group dev -o tests/requirements.txt pyproject.toml

clean:  ## remove .venv and caches; results are kept
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
