#!/usr/bin/env bash
# Runs the tests that need a cluster, those named TestCluster…, one package at a time,
# since some of them kill a node. Starts the cluster if it is not up, and then stops it.
# Usage: scripts/cluster-test.sh [flags of go test]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! scripts/cluster.sh status >&2; then
	trap 'scripts/cluster.sh down' EXIT
	scripts/cluster.sh up
fi
set -a
# shellcheck disable=SC1091 # made by the line above
. "${CLIENTELE_CLUSTER:-.tools/cluster}/env"
set +a

mapfile -t packages < <(grep -rl --include='*_test.go' '^func TestCluster' bench cmd internal scripts | xargs -n1 dirname | sort -u)
go run ./scripts/testsum -p=1 -count=1 -timeout=40m -run='^TestCluster' "$@" "${packages[@]/#/./}"
