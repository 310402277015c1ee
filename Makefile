# The commands of README.md and RELEASING.md by name; a test compares them.
SHELL := /bin/sh
.PHONY: build test gate wheel

build:
	python3 -m venv .venv && . .venv/bin/activate && pip install -q -e . && doit -n 8

test:
	python3 -m venv .venv && . .venv/bin/activate && pip install -q -e '.[test]' && pytest -q

gate:
	.ci/run

wheel:
	rm -rf dist && python -m build
