# Shortcuts, nothing more: the three commands are `pulumi up`, `pyinfra` and `pulumi destroy`.
# STACK chooses the stack; `sandbox`, the default, is DigitalOcean imitated on this machine.
STACK ?= sandbox
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

ifeq ($(STACK),sandbox)
IN_STACK := $(PYTHON) -m sandbox exec --
else
IN_STACK := $(PYTHON) -m onboarding exec $(STACK) --
endif

.DEFAULT_GOAL := help
.PHONY: help init up check drift converge ssh logs status open export down env test lint lock reference

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

init: .venv/installed ## make a stack for a real droplet: asks what has to be known (STACK=dev, ARGS=--help)
	@$(PYTHON) -m onboarding init $(if $(filter sandbox,$(STACK)),dev,$(STACK)) $(ARGS)

up: .venv/installed ## create, resize or converge the server
ifeq ($(STACK),sandbox)
	@$(PYTHON) -m sandbox up
else
	@$(IN_STACK) pulumi up
endif

check: .venv/installed ## look at the server from outside, as its owner and as a stranger
	@$(IN_STACK) $(PYTHON) -m check

drift: .venv/installed ## show what was changed by hand, in the cloud and on the host
	@$(IN_STACK) $(PYTHON) -m handover.drift

converge: .venv/installed ## converge the host again
	@$(IN_STACK) pyinfra -y inventories/stack.py deploy/site.py

ssh logs status open: .venv/installed
	@$(IN_STACK) $(PYTHON) -m handover.visit $@
ssh: ## log in to the server
logs: ## show the last lines that Jupyter wrote
status: ## show how the server is: service, memory, disk, firewall
open: ## open the login page in a browser, through an encrypted tunnel

export: .venv/installed ## bring notebooks and a list of packages home, with checksums (ARGS=FOLDER)
	@$(IN_STACK) $(PYTHON) -m handover.export $(ARGS)

env: .venv/installed ## print what your own commands need to reach the stack: eval "$(make env)"
ifeq ($(STACK),sandbox)
	@$(PYTHON) -m sandbox env
else
	@$(PYTHON) -m onboarding env $(STACK)
endif

down: .venv/installed ## remove the sandbox from this machine (a real server: pulumi destroy)
ifneq ($(STACK),sandbox)
	@echo "make down is the sandbox's alone. To delete a real server: pulumi destroy --stack $(STACK)" >&2; exit 2
endif
	@$(PYTHON) -m sandbox down

test: .venv/installed-test ## run every test that this machine can run, and say what was left out
	@$(PYTHON) -m tests

lint: .venv/installed-test ## ruff and mypy
	ruff check .
	ruff format --check .
	mypy .

lock: .venv/installed-test ## lock the requirements anew
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --upgrade requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --upgrade requirements-test.in -o requirements-test.txt

reference: .venv/installed ## write what is generated from the settings
	$(PYTHON) -m settings

# These files mark a finished installation: a half one is made again.
.venv/installed: requirements.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$(python3 --version)." >&2; exit 1; }
	@python3 -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing what the stack needs into .venv …"
	@python3 -m venv .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-test: .venv/installed requirements-test.txt
	@echo "Installing what the tests need into .venv …"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@
