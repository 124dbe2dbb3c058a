#!/usr/bin/env bash
# Sets up what is missing and runs the tests: with the race detector where that is
# quick, with a count of what passed, failed and was skipped, and why, at the end.
# A PostgreSQL of its own runs meanwhile. CLIENTELE_TEST_POSTGRES names another one, or
# says "off": then the tests that need one are skipped.
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
case ${CLIENTELE_TEST_POSTGRES:-} in
off) unset CLIENTELE_TEST_POSTGRES ;;
'')
	server=$(mktemp -d "${TMPDIR:-/tmp}/clientele-test.XXXXXX")
	chmod 711 "$server" # the server may belong to another user
	trap 'scripts/postgres.sh remove "$server" 2>/dev/null; rm -rf "$server"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	CLIENTELE_TEST_POSTGRES=$(scripts/postgres.sh start "$server") || {
		echo "without it: CLIENTELE_TEST_POSTGRES=off $0 $*" >&2
		exit 1
	}
	export CLIENTELE_TEST_POSTGRES
	;;
esac
go run ./scripts/testsum "${@:-./...}"
