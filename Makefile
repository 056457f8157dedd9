# The commands of the project. `make` alone lists them.

VENV := .venv
BIN := $(VENV)/bin
# The newest Python that the pins allow and the machine has.
PYTHON ?= $(shell scripts/find-python)
ADDRESS ?= 127.0.0.1:8000
# Everything that the demo makes lives here; delete the folder to start afresh.
DEMO_DATA ?= $(CURDIR)/demo
PIP := $(BIN)/pip --disable-pip-version-check install --constraint constraints.txt

.PHONY: help demo test test-postgres soak check bench pictures demo-model clean
.DELETE_ON_ERROR:

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.app ## build the demo (synthetic patients) and serve it on 127.0.0.1:8000
	@SECOND_LOOK_DATA="$(DEMO_DATA)" $(BIN)/python manage.py build_demo
	@SECOND_LOOK_DATA="$(DEMO_DATA)" $(BIN)/python manage.py serve $(ADDRESS)

test: $(VENV)/.dev node_modules/.installed ## install what the tests need and run the whole suite
	@scripts/find-chromium > /dev/null
	@$(BIN)/python -m scripts.temporary_postgres --find > /dev/null
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations 10
	@$(MAKE) --no-print-directory test-postgres

# tests/storage runs on both by itself; `make soak` runs tests/browser on PostgreSQL, too.
test-postgres: $(VENV)/.dev ## the tests of the app on a temporary PostgreSQL
	$(BIN)/python -m scripts.temporary_postgres $(BIN)/python -m pytest tests/reviewapp -m "not soak" --numprocesses 2 --dist loadfile

# What docs/integrity.md promises, in its long form: rights, blinding, tampering, kills, outages, any sequence of steps,
# whatever the schema allows, the pages on PostgreSQL, load and size. About two hours; nothing else should run.
SOAK := tests/reviewapp/test_permissions.py tests/reviewapp/test_blinding.py tests/reviewapp/test_blinding_time.py \
	tests/reviewapp/verification tests/storage
soak: $(VENV)/.dev node_modules/.installed ## the long forms of the tests of rights, blinding, load and faults
	@scripts/find-chromium > /dev/null
	$(BIN)/python -m pytest $(SOAK) -m "soak or not soak"
	$(BIN)/python -m pytest tests/reviewapp -m soak
	$(BIN)/python -m scripts.temporary_postgres $(BIN)/python -m pytest tests/browser
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/scale.py

check: $(VENV)/.dev node_modules/.installed ## style, types, import contracts, JavaScript logic
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	npx --no-install tsc --project tsconfig.json
	node --test $$(find tests/js -name '*.test.js')

bench: $(VENV)/.dev .venv-bench/.installed benchmarks/viewers/node_modules/.installed ## measure speed against named peers (docs/benchmarks.md)
	@scripts/find-chromium > /dev/null
	$(BIN)/python benchmarks/matching.py
	$(BIN)/python benchmarks/sampling.py
	$(BIN)/python benchmarks/first_roi.py
	$(BIN)/python benchmarks/next_roi.py
	$(BIN)/python benchmarks/many_rois.py
	$(BIN)/python benchmarks/many_rois.py --interpreted
	$(BIN)/python benchmarks/stroke.py
	$(BIN)/python benchmarks/blob_loss.py
	$(BIN)/python benchmarks/predict.py --model models/demo --spacing 1 --scans 1 --rounds 1
	$(BIN)/python benchmarks/predict.py --model models/demo --spacing 1 --scans 2 --rounds 1 --no-mirrors
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/resampling.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/report.py --raters 20 --rois 5000
	$(BIN)/python benchmarks/results_page.py
	$(BIN)/python benchmarks/results_page.py --raters 20 --rois 5000
	$(BIN)/python benchmarks/scale.py

pictures: $(VENV)/.dev ## draw anew the pictures of guidelines and page
	$(BIN)/python -m scripts.guideline_pictures
	@scripts/find-chromium > /dev/null
	$(BIN)/python -m scripts.page_pictures

# Plain training on the CPU; what it makes is in the repository.
demo-model: $(VENV)/.dev ## train the demo's model anew and predict the demo's patients (about two hours)
	$(BIN)/python -m scripts.demo_model

clean: ## remove what was installed and built (never your data)
	rm -rf $(VENV) .venv-bench node_modules benchmarks/viewers/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt constraints.txt | $(BIN)/python
	$(PIP) --requirement requirements.txt
	@touch $@

# torch comes first and constrained: what nnU-Net would pull by itself is several GB larger.
$(VENV)/.dev: requirements.txt requirements-nnunet.txt requirements-s3.txt requirements-dev.txt constraints.txt | $(BIN)/python
	$(PIP) torch
	$(PIP) --requirement requirements-dev.txt
	@touch $@ $(VENV)/.app

# panoptica, the peer of the matching benchmark, needs older libraries than ours.
.venv-bench/.installed: benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip --disable-pip-version-check install --requirement benchmarks/requirements.txt
	@touch $@

# The viewers that the review page is compared with, in a folder of their own.
benchmarks/viewers/node_modules/.installed: benchmarks/viewers/package.json benchmarks/viewers/package-lock.json
	@scripts/find-node
	npm ci --prefix benchmarks/viewers --no-audit --no-fund
	@touch $@

node_modules/.installed: package.json package-lock.json
	@scripts/find-node
	npm ci --no-audit --no-fund
	@touch $@
