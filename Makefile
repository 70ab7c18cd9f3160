# Atelier. `make` explains itself. Every command can be repeated: what is done already is not done again.

# Which Python makes .venv. Another one: make setup PYTHON=/path/to/python3.11
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Where torch comes from. The CPU build by default: pip's usual places (a mirror, a folder of wheels) are asked
# first, then TORCH_INDEX. For a GPU: make setup TORCH=torch==2.13.0 TORCH_INDEX=
TORCH ?= torch==2.13.0+cpu
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# Test processes at once.
TEST_PROCESSES ?= 2

VENV := .venv/bin
# The import of our packages must not depend on the folder that make was called from.
export PYTHONPATH := $(CURDIR)
.DEFAULT_GOAL := help
.PHONY: help setup setup-tools demo test check lint docker-lint types imports migrations catalogues unit browser \
  faults faults-short bench-web bench-worker bench-estimates bench-gpu bench-billing bench-recommendations simulate-feeds \
  evaluate-image-model evaluate-recommender-shapes messages docs lock clean forget-demo

help: ## Show this.
	@echo "Atelier: a marketplace for AI-made art. Two commands are enough:"
	@echo
	@echo "  make demo     install, start everything, serve http://127.0.0.1:8000 (Ctrl-C stops it)"
	@echo "  make test     install and run every test"
	@echo
	@echo "All commands:"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-20s %s\n", $$1, $$2}'
	@echo
	@echo "Settings: docs/configuration.md. How things run: docs/running.md."

.check-python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed and no python3 was found. Debian 12: sudo apt-get install python3.11-venv"; exit 1; }

.PHONY: .check-python

setup: .check-python ## Make .venv and install; again only when something changed. Variables: PYTHON, TORCH, TORCH_INDEX.
	@$(PYTHON) -m marketplace.demo.install --torch "$(TORCH)" --torch-index "$(TORCH_INDEX)"

setup-tools: .check-python ## The same, and what the browser tests need from the system (chromium, a Chinese font).
	@$(PYTHON) -m marketplace.demo.install --torch "$(TORCH)" --torch-index "$(TORCH_INDEX)" --with-tools

demo: setup ## Start everything on this machine; its data is kept outside this folder (docs/running.md).
	@exec $(VENV)/python -m marketplace.demo.start

# The browser's stories and the campaigns wait more than they work: they run beside the unit tests, two targets at a time.
test: setup-tools ## Everything: set-up, check, browser tests, short fault campaigns.
	@$(MAKE) --no-print-directory --jobs=2 check browser faults-short
	@echo "make test: all passed."

check: lint types imports catalogues unit ## Everything but the browser's tests and the fault campaigns.

lint: setup ## Style and common mistakes (ruff).
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

types: setup ## Types (mypy).
	$(VENV)/mypy marketplace generation recommendations billing

docker-lint: setup ## compose.yaml against its schema, the Dockerfiles by hadolint (tests of make unit's, alone).
	$(VENV)/python -m pytest -q tests/docker

imports: setup ## Who may import whom (import-linter; docs/architecture.md).
	$(VENV)/lint-imports

migrations: setup ## Models and migrations agree (one of make unit's tests, alone).
	$(VENV)/python -m pytest -q tests/project/test_migrations.py

catalogues: setup ## Every string is translated.
	$(VENV)/python manage.py messages --check

unit: setup ## All tests but the browser's and the fault campaigns.
	$(VENV)/python -m pytest -q -n $(TEST_PROCESSES) -m "not browser and not faults and not gpu"

browser: setup ## The stories, in headless Chromium against running processes.
	$(VENV)/python -m pytest -q -m browser

faults-short: setup ## Short fault campaigns: processes are killed, everything must end right.
	ATELIER_FAULTS=short $(VENV)/python -m pytest -q -m faults

faults: setup ## The fault campaigns in full.
	ATELIER_FAULTS=full $(VENV)/python -m pytest -q -m faults

bench-web: setup ## Requests per second and latency of the main pages, under load from a second process.
	$(VENV)/python -m tests.bench.web

bench-estimates: setup ## What the studio tells about waiting and making against what happens, with the real worker.
	$(VENV)/python -m tests.bench.estimates

bench-gpu: setup ## Pictures a second, overhead and idle share on a GPU, with the default model and one of SDXL's size.
	$(VENV)/python -m tests.bench.gpu

bench-billing: setup ## Ledger postings, webhook events and balance reads at ten million entries, beside bare inserts and reads.
	$(VENV)/python -m tests.bench.billing

bench-recommendations: setup ## Feeds, similar works and search with 100,000 and 1,000,000 works, beside exact search.
	$(VENV)/python -m tests.bench.recommendations

simulate-feeds: setup ## A month of the home feed before simulated people: what new artists get, what it costs, what promoters move.
	$(VENV)/python -m tests.month_of_feeds $(if $(SEED),--seed $(SEED))

bench-worker: setup ## What the generation worker costs beside the bare pipeline, and how 1 to 64 workers add up.
	$(VENV)/python -m tests.bench.worker

# The data program's pictures, which the judge is trained on: DATA=FOLDER, rendered at the first call (an hour).
DATA ?= $(HOME)/.cache/atelier/training-data
MODEL ?= generation/engine/models/atelier-image-2
evaluate-image-model: setup ## Does the model follow the words, how near is it to the data, does it copy? (MODEL, DATA)
	$(VENV)/python -m generation.engine.training.render_dataset "$(DATA)" --count 10000 --processes 2
	$(VENV)/python -m generation.engine.training.evaluate "$(MODEL)" --data "$(DATA)"

# Rows that are done are kept in RESULTS: a run that was stopped goes on.
WORKS ?= ../shared/data/tate/works-20k.jsonl.gz
RESULTS ?= $(HOME)/.cache/atelier/evaluate-recommender
evaluate-recommender-shapes: setup ## Our recommender beside tuned baselines, on simulated files of several shapes (WORKS, RESULTS, OPTIONS)
	$(VENV)/python -m tests.simulator.evaluate --works "$(WORKS)" --results "$(RESULTS)" $(OPTIONS)

messages: setup ## Add new strings to the catalogues (untranslated), and compile them.
	$(VENV)/python manage.py messages --update
	$(VENV)/python manage.py messages --compile

docs: setup ## Write docs/configuration.md from the settings class.
	$(VENV)/python -m marketplace.demo.configuration_page

lock: setup ## Write requirements.lock from what .venv holds.
	$(VENV)/python -m pip freeze --exclude-editable | grep -viE '^(torch|atelier)([ =@]|$$)' > requirements.lock

clean: ## Remove what make made here (.venv, build); the demo's data stays.
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find marketplace -name '*.mo' -delete

forget-demo: ## Remove the demo's data (asks first).
	@$(VENV)/python -m marketplace.demo.forget
