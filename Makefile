# Two commands: `make demo` shows attrition at work, `make test` runs every check.
# Each makes its own virtual environment from a lock file; all they need is Python 3.11 or later, pip and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
DEMO ?= demo
# Libraries are installed without bytecode: were none written, every process would compile all that it imports.
export PYTHONDONTWRITEBYTECODE :=
PIP = -m pip --disable-pip-version-check --no-input

.PHONY: demo test exhaustive check docs pictures clean help
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: .venv-demo/ready ## a synthetic call centre, from raw tables to a report, in ./demo
	.venv-demo/bin/attrition demo $(DEMO)

test: .venv/ready ## every check, as listed in .ci/checks.py
	.venv/bin/python .ci/checks.py

exhaustive: .venv/ready ## the tests that take long, before a release
	.venv/bin/python .ci/checks.py exhaustive

check: .venv/ready ## the quick checks: format, lint, types, layers
	.venv/bin/python .ci/checks.py format lint types layers

docs: .venv/ready ## the documentation, in ./site
	@.venv/bin/python .ci/checks.py docs
	@echo "open site/index.html in a browser"

pictures: .venv/ready ## the pictures of the documentation, from the report in ./demo
	.venv/bin/python docs/pictures.py $(DEMO)

.venv-demo/ready: locks/core.txt pyproject.toml
.venv/ready: locks/dev.txt pyproject.toml
%/ready:
	@test -n "$(PYTHON)" || { echo "attrition needs Python 3.11 or later; set PYTHON=/path/to/python" >&2; exit 2; }
	@echo "installing $(filter locks/%,$^) into $*, which takes some minutes the first time"
	@$(PYTHON) -m venv $*
	@$*/bin/python $(PIP) install -qq --require-hashes --no-deps --no-compile -r $(filter locks/%,$^)
	@$*/bin/python $(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@

clean: ## remove the environments, the demo and the built documentation
	rm -rf .venv .venv-demo $(DEMO) site
