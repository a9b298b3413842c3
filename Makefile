# The README's two commands come first. Every target sets up what it needs by itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

run: ## Run the demo company at http://localhost:8000 (PORT=9000, DEMO=0 for an empty company)
	@$(PYTHON) scripts/install.py run
	@exec $(BIN)/python scripts/run.py

test: ready ## Run the whole suite, on SQLite and on PostgreSQL with Redis (ARGS="-k plans" for a part)
	@$(BIN)/python scripts/test.py $(ARGS)

manage: ## Give the company a command by hand (ARGS="tick", and VAR_DIR=/its/folder as with run)
	@$(PYTHON) scripts/install.py run
	@$(BIN)/python manage.py $(ARGS)

check: lint test ## Everything a change must pass: lint, then test

lint: ready ## Lint, types, floors, migrations, templates, settings, container files, translations
	@$(BIN)/python scripts/check.py

format: ready ## Put code and templates into their one form
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2 || true

bench: ready ## Measure everything that has a figure to reach (25 minutes); writes var/*.json
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.bench
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.bench.departures
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.bench.packets
	@$(BIN)/python -m tests.bench.assignment --only gap a b c book
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.bench.digests

bench-pages: ready ## Only the main pages, at 2,000 and 20,000 accounts (3 minutes)
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.bench

bench-full: ready ## More pages in three times the rounds, and the hard assignments beside HiGHS alone
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.bench --full
	@$(BIN)/python -m tests.bench.assignment --runs 3 --plain

drill: ready ## Break it on purpose: kill workers and servers, cut the mail off; at most an hour
	@$(BIN)/python scripts/services.py $(BIN)/python -m tests.drills

check-pythons: ## Run the system check and the rules' tests under Python 3.12 and 3.13, where installed
	@$(PYTHON) scripts/pythons.py

lock: ready ## Resolve requirements/*.in anew into the three hashed locks
	@$(BIN)/python scripts/lock.py

vendor: ready ## Copy the browser libraries of package.json into static/vendor
	@npm ci --ignore-scripts --no-audit --no-fund
	@$(BIN)/python scripts/vendor.py

messages: ready ## Collect the strings to translate, and compile the translations
	@HTTPS=0 $(BIN)/python manage.py makemessages --all --no-obsolete --no-location --ignore '.venv/*' --ignore 'node_modules/*' --ignore 'tests/*' --ignore 'static/vendor/*'
	@HTTPS=0 $(BIN)/python manage.py makemessages --all --no-obsolete --no-location --domain djangojs --ignore '.venv/*' --ignore 'node_modules/*' --ignore 'tests/*' --ignore 'static/vendor/*'
	@HTTPS=0 $(BIN)/python manage.py compilemessages --verbosity 0 --ignore '.venv'

clean: ## Remove what was built: environment, caches and test leavings; var/ stays
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis

ready:
	@$(PYTHON) scripts/install.py test

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: run test manage check lint format bench bench-pages bench-full drill check-pythons lock vendor messages clean ready help
