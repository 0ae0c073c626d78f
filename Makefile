# `make` alone lists what can be made. Everything happens in .venv; nothing is installed elsewhere.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SITE := _build/html
PORT ?= 8000
export PYTHONUTF8 := 1

.PHONY: help book test notebooks serve offline benchmarks lock clean
help:
	@echo "make book        set up and build the book into $(SITE)"
	@echo "make test        set up, build the book, and run every test"
	@echo "make notebooks   execute chapters and exercises anew, and write the students' copies"
	@echo "make serve       show the built book at http://localhost:8000"
	@echo "make offline     write the book as one zip that opens with no network"
	@echo "make benchmarks  measure build times, page weights and loading times"
	@echo "make lock        resolve the ranges of pyproject.toml into requirements.lock"
	@echo "make clean       remove the built book and the environment"

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or name it with 'make book PYTHON=/path/to/python'."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1): install it, or name it with 'make book PYTHON=/path/to/python'."; exit 1; }
	@if command -v uv >/dev/null; then \
	  uv venv -q --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
	  uv pip install -q --python $(VENV) --compile-bytecode --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(VENV) --no-build-isolation --no-deps -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) || { echo "Python has no venv module: install it (on Debian or Ubuntu: apt install python3-venv)."; exit 1; } ; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e . ; \
	fi
	@touch $@

book: $(READY)
	@$(BIN)/python -m acrosstheline.site.build

test: book
	@$(BIN)/python -m pytest

notebooks: $(READY)
	@$(BIN)/python -m acrosstheline.site.notebooks
	@$(BIN)/acrosstheline release

serve: book
	@$(BIN)/python -c 'import socket; socket.socket().bind(("127.0.0.1", $(PORT)))' 2>/dev/null || { echo "Port $(PORT) is in use: choose another with 'make serve PORT=8001'."; exit 1; }
	@echo "The book is at http://localhost:$(PORT) (stop with Ctrl+C)."
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE)

offline: book
	@$(BIN)/python -m acrosstheline.site.offline

benchmarks: book
	@$(BIN)/python tests/benchmarks/run.py

lock:
	@command -v uv >/dev/null || { echo "uv is missing: install it (pip install uv)."; exit 1; }
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras pyproject.toml -o requirements.lock
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra student pyproject.toml -o .binder/requirements.txt
	@printf 'nbgitpuller>=1.3,<2\nnotebook>=7.6,<8\n' | uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-deps -c .binder/requirements.txt - -o .binder/hub.txt
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header tests/stand_in/requirements.in -o tests/stand_in/requirements.lock

clean:
	@rm -rf _build $(VENV)
