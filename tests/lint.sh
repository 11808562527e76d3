#!/usr/bin/env bash
# Everything that can be said about the code without running it.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '[lint] %s\n' "$*"; }

say "yamllint"
yamllint --strict .
say "ansible-lint (profile production; with ansible-playbook --syntax-check of each playbook)"
ansible-lint --strict
say "ruff"
ruff check .
say "shellcheck"
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard | xargs -r grep -lE '^#!.*\bbash\b|^# shellcheck shell=')
shellcheck --external-sources "${scripts[@]}"
say "clean"
