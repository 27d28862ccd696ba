# make run     installs what is needed and starts the whole service
# make test    installs what is needed and runs every test
# make check   linters, formatting, types, import order
# make lock    resolves the dependencies anew

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 3

.PHONY: run test check lock environment dev-environment browser models

run: environment
	@exec $(BIN)/nishan up

test: dev-environment browser models
	@$(BIN)/pytest tests/architecture tests/unit
	@$(BIN)/pytest tests --ignore=tests/architecture --ignore=tests/unit -n $(JOBS) --dist loadfile \
		--no-loadscope-reorder

check: dev-environment
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock:
	@uv pip compile pyproject.toml --universal --no-header --no-annotate --generate-hashes --quiet \
		--no-emit-index-url --python-version 3.11 -o requirements.lock
	@uv pip compile pyproject.toml --extra dev --universal --no-header --no-annotate --generate-hashes --quiet \
		--no-emit-index-url --python-version 3.11 -c requirements.lock -o requirements-dev.lock
	@uv pip compile pyproject.toml --extra cluster --universal --no-header --no-annotate --generate-hashes --quiet \
		--no-emit-index-url --python-version 3.11 -c requirements-dev.lock -o requirements-cluster.lock

environment:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 to 3.13 is needed: install it and start again."; exit 1; }
	@$(PYTHON) nishan/environment.py requirements.lock

dev-environment:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 to 3.13 is needed: install it and start again."; exit 1; }
	@$(PYTHON) nishan/environment.py requirements-dev.lock

browser:
	@sh tests/browser.sh

models: dev-environment
	@$(BIN)/nishan models fetch
