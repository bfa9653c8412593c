# The commands that a newcomer needs. `make help` lists them.
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
PRESET ?= quick
RECORDED ?= cifar-cpu
PY := .venv/bin/python
READY := .venv/.installed
BOOK := _build/html/index.html

.DEFAULT_GOAL := help
.PHONY: help book pdf links test notebooks records bench headline lab clean

help:  ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 18
	@echo "  with JOBS=$(JOBS) (number of processes) and PRESET=$(PRESET) (for notebooks and records)"

book: $(READY)  ## run every notebook at quick, build the book, print its address
	$(PY) -m dietsb_core run all --preset quick --jobs $(JOBS)
	$(PY) book/execute.py --preset quick --jobs $(JOBS)
	$(PY) book/execute.py --preset $(RECORDED) --jobs $(JOBS) -p train False
	.venv/bin/jupyter-book build . --all -W --keep-going -n --quiet
	@test -f $(BOOK) || { echo "make book: the build left no $(BOOK)"; exit 1; }
	@echo "The book is there: file://$(CURDIR)/$(BOOK)"

pdf: $(READY)  ## print the whole book to _build/book.pdf; run `make book` first
	PYTHONPATH=. $(PY) book/pdf.py

links: $(READY)  ## check that every link to another site still leads somewhere
	.venv/bin/jupyter-book build . --all --builder linkcheck --quiet

test: $(READY)  ## run all tests, with the built book in a browser
	$(PY) -m dietsb_core run all --preset quick --jobs $(JOBS)
	$(PY) -m pytest -q -n $(JOBS) --dist loadgroup tests

notebooks: $(READY)  ## run the notebooks at PRESET
	$(PY) book/execute.py --preset $(PRESET) --jobs $(JOBS)

records: $(READY)  ## train every run of every figure at PRESET, without notebooks; it can be resumed
	$(PY) -m dietsb_core run all --preset $(PRESET) --jobs $(JOBS)

bench: $(READY)  ## time each method's epoch against its floor, and the engine against a plain DataLoader loop
	$(PY) -m dietsb_core bench

headline: $(READY)  ## draw the README's figure and write its findings, from the recorded runs
	PYTHONPATH=. $(PY) book/headline.py

lab: $(READY)  ## open the notebooks in JupyterLab; LAB=--no-browser passes an option to it
	.venv/bin/jupyter-lab $(LAB) notebooks

clean:  ## remove the built book, the executed notebooks and caches; records and data stay
	rm -rf _build .pytest_cache .ruff_cache
	find dietsb_core book tests -type d -name __pycache__ -prune -exec rm -rf {} +

# Use the first Python whose version is allowed and which can make a virtual environment.
$(READY): pyproject.toml requirements.txt book/pyproject.toml
	@test -x $(PY) || for python in python3.12 python3.13 python3.11 python3; do \
		$$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
			2>/dev/null && { echo "using $$python"; $$python -m venv .venv; break; }; \
	done; true
	@test -x $(PY) || { echo "make: no Python 3.11, 3.12 or 3.13 with venv found: install one" \
		"(on Debian: apt-get install python3 python3-venv)"; exit 1; }
	@echo "installing into .venv: torch and Jupyter are large, so this takes some minutes, once"
	$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@
