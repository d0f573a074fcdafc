# Two commands matter: `make book` and `make test`. Everything else is listed by `make help`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HASH   := \#
# What is installed, and where: the lock and the [project] part of pyproject.toml, without comments, and this folder:
# programs of an environment that was moved or copied with its folder would work for the old one.
READY  := $(VENV)/.ready-$(shell { { cat requirements.lock; sed -n '/^\[project/,/^\[tool/p' pyproject.toml; } 2>/dev/null | sed 's/ *$(HASH).*//; /^$$/d'; pwd -P; } | cksum | cut -d' ' -f1)
# An environment whose Python is gone, or is another than PYTHON= asks for, is none.
SAME   :=
ifeq ($(origin PYTHON),command line)
SAME   := -I -c 'import sys; print(sys.version_info[:2])'
SAME   := [ "$$($(PYTHON) $(SAME))" = "$$($(BIN)/python $(SAME) 2>/dev/null)" ] &&
endif
$(shell $(SAME) [ -x $(BIN)/python ] || rm -f $(VENV)/.ready-*)
PORT   ?= 8000
# Settings of the user that would lead to other packages, another book, or checks that are left out.
export PYTHONHASHSEED := 0
export PYTHONPATH := $(CURDIR)/src
export CAPITAL_LOOP_ROOT := $(CURDIR)
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONINSPECT PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONSTARTUP PYTHONWARNINGS
unexport PIP_CONSTRAINT PIP_DRY_RUN PIP_EDITABLE PIP_NO_BINARY PIP_PREFIX PIP_PYTHON PIP_REQUIRE_HASHES PIP_REQUIREMENT
unexport PIP_ROOT PIP_TARGET PIP_USER
# A checkout that belongs to another user is looked at too; git would answer nothing, and no difference would be seen.
export GIT_CONFIG_COUNT := 1
export GIT_CONFIG_KEY_0 := safe.directory
export GIT_CONFIG_VALUE_0 := *

.DEFAULT_GOAL := help
.PHONY: help setup book rebuild pdf verify trace audit test test-notebooks test-wide test-all snapshots validate stamp serve lab benchmark mutate fuzz faults load due refresh lighthouse lint lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The old environment stands aside until the new one is whole, and comes back if that fails. The marker is written last.
$(READY):
	@$(PYTHON) -I -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed, this is %d.%d. Try: make PYTHON=python3.12 ..." % v)'
	@( true >> $(VENV)-lock ) 2>/dev/null || { echo "$(CURDIR)/$(VENV)-lock cannot be written;" \
	  "copy the project to a folder of your own and run it there" >&2; exit 1; }
	@exec 9> $(VENV)-lock; if command -v flock >/dev/null && ! flock -n 9; then \
	  echo "another set-up is running; waiting for it"; flock 9; fi; \
	if [ -e $@ ]; then exit 0; fi; \
	echo "Setting up $(VENV) (once; about a minute) ..."; \
	if [ -d $(VENV)-old ]; then rm -rf $(VENV); elif [ -d $(VENV) ]; then mv $(VENV) $(VENV)-old; fi; \
	{ $(PYTHON) -I -m venv $(VENV) && \
	  $(BIN)/python -I -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	  $(BIN)/python -I -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	  $(BIN)/python -I -c 'import capital_loop.publish.cli, pandas' && \
	  touch $@; } || { \
	  rm -rf $(VENV); [ ! -d $(VENV)-old ] || mv $(VENV)-old $(VENV); \
	  echo "The set-up failed, for the reason above; an environment that was there is there still." >&2; exit 1; }; \
	rm -rf $(VENV)-old

setup: $(READY)  ## set up the virtual environment with the locked dependencies

rebuild: $(READY)  ## execute and render everything again
	@$(BIN)/capital-loop build --force

book: $(READY)  ## execute what changed, build the site, print its path
	@$(BIN)/capital-loop build

test: $(READY)  ## lint, types, and the tests of every day; a build must leave the tracked files as they are
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 checked built
	@$(MAKE) --no-print-directory -j 2 shown daily

# A chapter and the page for the reader's own tools are executed anew by a kernel every day, the others in test-all.
SHOWN := notebooks/07-russian-doll.ipynb notebooks/20-use-the-record.ipynb
.PHONY: checked built shown daily
daily: $(READY)
	@$(BIN)/python -m pytest -q -n 2 -m "not slow" --durations=20

shown: $(READY)
	@$(BIN)/python -m pytest -q --nbval -p no:cacheprovider $(SHOWN)

checked: $(READY)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

built: $(READY)
	@before=$$(git diff 2>&1); $(BIN)/capital-loop build && [ "$$before" = "$$(git diff 2>&1)" ] || { \
	  git --no-pager diff --stat -p -- notebooks data; echo "the build failed or changed tracked files: read the difference, commit it"; exit 1; }

test-notebooks: $(READY)  ## every cell of every notebook executed anew by a kernel, and its output compared (nbval)
	@$(BIN)/python -m pytest -q --nbval -p no:cacheprovider -n 2 --dist loadfile notebooks

# SEED=code: examples are others where the code is another and the same where it is not; a commit passes or fails for good.
DIGEST = $(shell cat src/capital_loop/*/*.py | cksum | cut -d' ' -f1)
test-wide: $(READY)  ## random examples of every property, many and never the same (EXAMPLES=500); the same again: SEED=7
	@$(BIN)/python -m pytest -q -n 2 -m hypothesis --hypothesis-profile wide $(if $(SEED),--hypothesis-seed=$(SEED:code=$(DIGEST))) tests/models tests/test_claims.py

test-all: test  ## the above, then what takes long: every page in the browser, PDF, faults, refresh, wide properties
	@$(BIN)/python -m pytest -q -n 2 -m slow --durations=20
	@FUZZ_EXAMPLES=50 $(BIN)/python -m pytest -q tests/test_fuzz.py
	@$(MAKE) --no-print-directory test-notebooks test-wide SEED=code

snapshots: $(READY)  ## write anew what chapters and a small book show and checks refuse; then read the difference
	@$(BIN)/python -m pytest -q -n 2 tests/test_snapshots.py tests/test_small_book.py tests/test_cli.py tests/test_refusals.py --regen-all
	@git --no-pager diff --stat -- tests/snapshots tests/small_book tests/refusals

validate: $(READY)  ## check the record in data/, one line per problem
	@$(BIN)/capital-loop validate

stamp: $(READY)  ## after an edit of data/: write hashes and sizes into datapackage.json; fractions begin with a decimal point
	@$(BIN)/capital-loop stamp

verify: $(READY)  ## build from scratch elsewhere, on each supported Python that is installed; compare byte by byte
	@$(BIN)/python -m tools.verify

# Words go to the shell as they were given, quotation marks and all.
export SAYS
trace: $(READY)  ## SAYS="words of a chapter", CHART=market-paths, PART=contagion.together: how it is made; CLAIM=R-24, FACT=AMD-D11
	@$(BIN)/capital-loop trace $(or $(CLAIM),$(FACT),$(CHART),$(PART),$(if $(SAYS),"$$SAYS"),$(error name one: make trace CLAIM=R-24, FACT=AMD-D11, CHART=market-paths, PART=contagion.together or SAYS="words of a chapter"))

audit: $(READY)  ## write the pack for a reviewer into _build/audit
	@$(BIN)/capital-loop audit

pdf: $(READY)  ## the whole book as one PDF (needs Chromium; installs one if there is none)
	@$(BIN)/python -m tools.paper

serve: $(READY)  ## build, then open the site on http://localhost:8000 (another port: PORT=8001)
	@$(BIN)/capital-loop serve --build --port "$(PORT)"

lab: $(READY)  ## open the notebooks in JupyterLab with the book's own Python
	@$(BIN)/jupyter lab notebooks

benchmark: $(READY)  ## time the build and the models, with ratios and goals
	@for part in warrants contagion exuberance dynamics build; do $(BIN)/python benchmarks/$$part.py || exit 1; done

mutate: $(READY)  ## change single cells of data/ and lines of every part; list what nobody notices (long)
	@$(BIN)/python -m tools.mutate
	@$(BIN)/python -m tools.lines

fuzz: $(READY)  ## many bad inputs for the loaders, then guided by coverage
	@$(BIN)/python -m tools.fuzz

faults: $(READY)  ## a hundred killed builds, a full disk, locked folders
	@FAULTS=100 $(BIN)/python -m pytest -q tests/test_faults.py

load: $(READY)  ## the site behind nginx under fifty readers (needs nginx and wrk)
	@$(BIN)/python -m tools.load

due: $(READY)  ## when the watchlist's next figures come out, and what is overdue
	@$(BIN)/capital-loop due

refresh: $(READY)  ## fetch new figures, show what they would change; ACCEPT=1 takes them in
	@$(BIN)/python -m tools.refresh $(if $(ACCEPT),--accept)

lighthouse: $(READY)  ## score five pages with Lighthouse (mobile, and slower), installed from its registry
	@$(BIN)/python -m tools.lighthouse

lint: $(READY)  ## format the code and show what remains
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock:  ## resolve the dependencies anew, with hashes, for all supported Pythons (needs uv)
	@command -v uv >/dev/null || { echo "uv is not installed; run pip install uv" >&2; exit 1; }
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra book --extra dev --extra refresh pyproject.toml -o requirements.lock --no-header

clean:  ## remove the site, the caches and the virtual environment
	rm -rf _build $(VENV) $(VENV)-lock
