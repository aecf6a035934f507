# Each target makes what it needs: a virtual environment in .venv, with everything installed into it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled files are kept: each worker and each program that a test starts would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
TESTS := $(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: demo test dialect suite property lint types check bench chaos mutants audit conformance clients browser package bare stopwatch snapshots clean docs recording

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d. Try: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(VENV)/ready
	$(BIN)/saleshandy-mcp demo

test: dialect suite

# The client before a sandbox that answers as the documentation says, where the live API differs from it.
dialect: $(VENV)/ready
	SANDBOX_DIALECT=docs $(TESTS) tests/contract tests/jobs tests/lookups tests/import_engine/test_runner.py tests/import_engine/test_reports.py --ignore tests/contract/test_schemathesis.py --ignore tests/contract/test_fault_matrix.py

suite: $(VENV)/ready
	$(TESTS)

# All tests with many examples made by chance, and jobs in both eras of the protocol.
property: $(VENV)/ready
	MANY=1 $(TESTS)

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/complexipy saleshandy_mcp --max-complexity-allowed 15 --quiet --cache-dir $(VENV)/complexity

types: $(VENV)/ready
	$(BIN)/pyright

check: lint types test

bench: $(VENV)/ready
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.imports
	$(BIN)/python -m tests.bench.crm

# Kills imports, and writing back to the CRM, at every change of their ledger, for real; lets every kind of call meet every fault; imports 10,000 lists
# made by chance; uses one agreement 1,000 times and cancels 1,000 calls; measures memory; tries every call with every word
# in every world. It takes half an hour.
chaos: $(VENV)/ready
	$(BIN)/python -m tests.chaos
	$(BIN)/python -m tests.chaos.killed_calls
	$(BIN)/python -m tests.chaos.faults
	$(BIN)/python -m tests.chaos.memory
	$(BIN)/python -m tests.chaos.crm --write
	LISTS=10000 $(BIN)/python -m pytest -n auto tests/import_engine/test_sellers_lists.py
	MANY=1 $(BIN)/python -m pytest -n auto tests/server/test_one_effect.py tests/policy tests/core tests/untrusted tests/contract/test_schemathesis.py tests/salessheet/test_emulator.py
	WHOLE_SWEEP=1 $(BIN)/python -m pytest -n auto tests/gate

# Small changes of the modules that keep people safe, each of which a test has to notice; writes docs/mutants.md. A sample
# of 60 for each module takes about an hour.
mutants: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[checks]'
	$(BIN)/python -m tests.mutants

# Known weaknesses of the installed packages. It needs the advisory service of PyPI, and says so when it does not reach it.
audit: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[checks]'
	$(BIN)/python -m tests.advisories

# The protocol's own conformance scenarios; needs npm, and fetches a newer Node.js with it where the one here is too old.
conformance: $(VENV)/ready
	$(BIN)/python tests/e2e/conformance.py

# Real clients from the registries, at the moment at which a person has to agree; writes docs/clients.md. It takes half an hour.
clients: $(VENV)/ready
	$(BIN)/python -m tests.clients

# The card on which a person agrees, the views of answers, and the sandbox's window, in a real browser; needs Chromium (apt-get install chromium)
# and, to have pages checked by axe, npm.
browser: $(VENV)/ready
	npm install --silent --prefix $(VENV)/axe axe-core@4 || true
	$(BIN)/python -m pytest tests/browser/card_in_a_browser.py tests/browser/views_in_a_browser.py tests/browser/window_in_a_browser.py tests/browser/docs_on_a_phone.py tests/browser/report_in_a_browser.py

# sdist, wheel and the bundle for Claude Desktop, built into dist/ and checked by their own tools; the bundle needs npm.
package: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[package]'
	$(BIN)/python -m manifests.releasing

# The wheel in bare environments: each Python of this machine, no home, no network, old encodings. Writes docs/bare.md.
bare: package
	$(BIN)/python -m tests.packages.bare

# From nothing to a call that works, in clients from the registries: seconds and commands. Writes docs/stopwatch.md.
stopwatch: package
	$(BIN)/python -m tests.packages.stopwatch

# The documentation as static pages in build/site, with a search that needs no network. Broken links are errors.
docs: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	$(BIN)/python -m tests.docs_site

# The demo as a moving picture, docs/pictures/demo.svg.
recording: $(VENV)/ready
	$(BIN)/python -m tests.docs_site.recording

snapshots: $(VENV)/ready
	UPDATE_SNAPSHOTS=1 $(BIN)/python -m pytest tests/server tests/opening/test_answers.py tests/cli/test_index.py tests/contract/test_pages.py tests/client_settings/test_snippets.py tests/docs_site/test_generated_pages.py

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis dist build
