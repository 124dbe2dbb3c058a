#!/usr/bin/env bash
# A Trino cluster on this machine for tests: a coordinator, two workers, PostgreSQL.
# Usage: scripts/cluster.sh up|down|status|kill-worker N|start-worker N|kill-coordinator|restart-coordinator
# scripts/cluster holds what it does, CONTRIBUTING.md what it needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec go run ./scripts/cluster "$@"
