# The daily verbs. `make demo` and `make test` work on a bare machine with Python 3.11 or later.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check format install clean
