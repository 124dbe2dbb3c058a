#!/usr/bin/env bash
# Runs every fuzz target of the project for a while, one after the other.
# Usage: scripts/fuzz.sh [TIME]   (per target, default 20s)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${1:-20s}

grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' internal cmd | sort | while IFS=: read -r file target; do
	target=${target#func }
	echo "== $(dirname "$file") $target, $time"
	go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
done
