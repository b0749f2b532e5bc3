# Everything runs in .venv, which is made on the way. PYTHON picks the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# What the build hook makes files from.
BUILT_FROM := $(shell find webui/frontend webui/translations webui/manual/theme docs *.md mkdocs.yml -name node_modules -prune -o -type f ! -name '*.mo' -print 2>/dev/null)
# When only sources of the build hook have changed, the rest need not be looked at again.
ALL = $(filter pyproject.toml constraints.txt,$?)
MAKE_VENV = $(if $(ALL),$(LOOK_AT_PYTHON) && $(PYTHON) -m venv $(VENV))
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt $(if $(ALL),,--no-deps)

# What can be wrong with a machine is said in one line.
comma := ,
say = { echo "$(1)" >&2; exit 1; }
LOOK_AT_PYTHON = \
	{ test -w . || $(call say,Nothing can be written to $(CURDIR)$(comma) where the environment and the data go. Clone it to a folder of your own.); } && \
	{ command -v $(PYTHON) >/dev/null || $(call say,There is no $(PYTHON). Name a Python that is 3.11 or newer: make run PYTHON=python3.12); } && \
	{ $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		$(call say,Idflow needs Python 3.11 or newer and $(PYTHON) is older. Name another: make run PYTHON=python3.12); } && \
	{ $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		$(call say,$(PYTHON) cannot make environments: install its venv package (Debian: apt install python3-venv).); }
NOT_INSTALLED = $(call say,Not installed: pip says why above. Without a network name a folder of wheels (PIP_FIND_LINKS). \
What asks for a compiler has no wheel for this Python: take 3.11 to 3.14.)

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres check reference messages bench clean

help: ## Say what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: $(VENV)/installed ## Run Idflow and print the link to the first journey (ARGS="--port 9000")
	$(BIN)/idflow run $(ARGS)

test: $(VENV)/installed-dev ## Run every test (ARGS="-k totp"); those in a browser need Chromium
	$(BIN)/python -m pytest $(ARGS)

test-postgres: $(VENV)/installed-dev ## Run them on a PostgreSQL server that comes with the tests, but for those about SQLite itself
	$(BIN)/python -m pytest --postgres $(ARGS)

check: $(VENV)/installed-dev ## Lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

reference: $(VENV)/installed-dev ## Write the pages of docs/ anew that are made from declarations
	$(BIN)/python -m webui.reference
	$(BIN)/python -m tests.spiff.table

messages: $(VENV)/installed-dev ## Take the texts of the pages into the catalogs of the languages, and compile these
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --ignore-dirs '.* _* node_modules dist build var' \
		--sort-by-file --add-location file --no-wrap --output-file build/messages.pot .
	$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-dir webui/translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	$(BIN)/pybabel --quiet compile --directory webui/translations

bench: $(VENV)/installed-bench ## Measure a journey beside bare SpiffWorkflow, FEEL beside others, and forms; then cost against size
	$(BIN)/python -m bench journey $(ARGS)
	$(BIN)/python -m bench load $(ARGS)
	$(BIN)/python -m bench feel $(ARGS)
	$(BIN)/python -m bench forms $(ARGS)
	$(BIN)/python -m bench kit $(ARGS)
	$(BIN)/python -m bench growth $(ARGS)

clean: ## Remove what make made; the data in var/ stays
	rm -rf $(VENV) webui/frontend/node_modules webui/static/dist webui/manual/site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/installed: pyproject.toml constraints.txt $(BUILT_FROM)
	@$(MAKE_VENV)
	@$(INSTALL) --editable . || $(NOT_INSTALLED)
	@touch $@

$(VENV)/installed-bench: pyproject.toml constraints.txt $(BUILT_FROM)
	@$(MAKE_VENV)
	@$(INSTALL) --editable '.[bench]' || $(NOT_INSTALLED)
	@touch $@ $(VENV)/installed

$(VENV)/installed-dev: pyproject.toml constraints.txt $(BUILT_FROM)
	@$(MAKE_VENV)
	@$(INSTALL) --editable '.[dev]' || $(NOT_INSTALLED)
	@touch $@ $(VENV)/installed
