#!/usr/bin/env bash
# Sets up what is missing and runs the tests: with the race detector where that is
# quick, with a count of what passed, failed and was skipped, and why, at the end.
# Usage: scripts/test.sh [package patterns or go test flags]   (default ./...)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

need() {
	command -v "$1" >/dev/null || {
		echo "$1 is missing: $2" >&2
		exit 1
	}
}
need go "install Go 1.26 or later, https://go.dev/dl"
need "$(go env CC)" "the embedded engine is built with a C compiler: install gcc or clang"
need git "the commit rules are read from it"

go mod download
exec go run ./scripts/testsum "${@:-./...}"
