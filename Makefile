# Thin: each target says what it does; the work is in sandbox/, site.yml and tests/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
# ansible, molecule and pytest from .venv; ANSIBLE_HOME inside the checkout, so that two clones never share temporary files
RUN := . $(VENV)/bin/activate && . sandbox/lib.sh && export ANSIBLE_HOME=$(CURDIR)/.cache/ansible &&
# Three at once also on two processors: a scenario waits for its cluster for much of its time, a test for programs and time limits.
THREE := -n 3
MOLECULE := $(THREE) --dist load --maxschedchunk=1 tests/scenarios/test_molecule.py

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: lab
lab: host $(VENV)/.ready ## a seat in the sandbox, provisioned by site.yml (the first time 10 to 15 minutes)
	@$(RUN) sandbox/lab.sh up

.PHONY: lab-down
lab-down: $(VENV)/.ready ## remove the sandbox's seat (and an idle mirror); the build cache stays
	@$(RUN) sandbox/lab.sh down

.PHONY: shell
shell: ## a terminal on the sandbox's seat as k8suser
	@podman exec --interactive --tty lab-seat-1 runuser -l k8suser

.PHONY: test
test: host $(VENV)/.ready lint unit scenarios ## everything CI runs: lint, unit and contract tests, each molecule scenario but soak's, `make lab`

.PHONY: lint
lint: $(VENV)/.ready ## ansible-lint (profile production), yamllint, ruff, shellcheck
	@$(RUN) tests/lint.sh

.PHONY: unit
unit: $(VENV)/.ready sandbox-build ## the tests that need no seat
	@$(RUN) pytest $(THREE) --dist loadgroup tests collections --ignore=tests/scenarios --ignore=tests/soak

.PHONY: scenarios
scenarios: $(VENV)/.ready sandbox-build ## the molecule scenarios (the long ones: soak) and the lab, each as one test
	@$(RUN) pytest $(MOLECULE)
	@$(RUN) pytest tests/scenarios/test_lab.py

.PHONY: sandbox-build
sandbox-build: host
	@sandbox/build.sh

.PHONY: host
host:
	@sandbox/host.sh

.PHONY: soak
soak: lab ## what takes longer than CI may: every combination of broken parts, many kills, many changes, the long scenarios
	@$(RUN) pytest -v tests/soak/test_independence.py 2>&1 | tee .cache/soak.log
	@$(MAKE) --no-print-directory --keep-going --jobs=2 soak-seat soak-scenarios

# Beside the scenarios: on two processors these tests leave nine tenths of the time to others, while they wait for a cluster that mends itself.
# Not so the one that measures how long a class takes, which is first and alone.
.PHONY: soak-seat
soak-seat: $(VENV)/.ready
	@$(RUN) pytest -v tests/soak --ignore=tests/soak/test_independence.py > .cache/soak-seat.log 2>&1 || { cat .cache/soak-seat.log; exit 1; }
	@tail -n 1 .cache/soak-seat.log

.PHONY: soak-scenarios
soak-scenarios: $(VENV)/.ready sandbox-build
	@$(RUN) LAB_SOAK=1 pytest -v $(MOLECULE) 2>&1 | tee -a .cache/soak.log

.PHONY: bench
bench: lab ## what everything costs beside what it replaces, as ratios (an hour); writes docs/benchmarks.md; fails where a promised limit is passed
	@$(RUN) failed=0; \
	for part in bench bench-fleet bench-fresh bench-bytes; do \
	  name=$${part#bench-}; \
	  tools/bench/$$name.py --assert --json .cache/$$part.json || failed=1; \
	done; \
	tools/bench/write_page.py; exit $$failed

.PHONY: docs
docs: host $(VENV)/.ready ## write docs/variables.md and docs/problems.md anew from the code, and take the picture of the report
	@$(RUN) python tools/variables.py
	@$(RUN) python tools/problems.py
	@$(RUN) REPORT_PICTURE=docs/report.png pytest -q tests/report/test_browser.py -k picture

.PHONY: clean
clean: lab-down ## lab-down, and remove what this checkout made (.venv, .cache, .lab)
	@rm -rf $(VENV) .cache .lab report

.PHONY: distclean
distclean: clean ## clean, and remove the sandbox's images, network and build cache
	@sandbox/clean.sh

$(VENV)/.ready: requirements.txt requirements.lock
	@echo "[lab] Installing ansible-core and the test tools into $(VENV) (about 40 s)"
	@python3 -m venv $(VENV)
	@. sandbox/lib.sh && $(VENV)/bin/pip install --disable-pip-version-check -r requirements.txt -c requirements.lock 2>&1 | progress "pip install"
	@touch $@
