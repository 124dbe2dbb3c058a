#!/usr/bin/env bash
# Runs the benchmarks of bench/ (see its README) and those of the packages, one after
# another. They are no tests: nothing fails because it is slow.
# Usage: scripts/bench.sh [cold|ledger|line20m|profit|cluster|packages]   (default: all; cluster
# only where one runs and its environment is exported)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

run() {
	case $1 in
	cold | ledger | line20m | profit | cluster) go run "./bench/$1" ;;
	packages) go test -run '^$' -bench . -benchmem ./... ;;
	*)
		echo "there is no benchmark $1; name cold, ledger, line20m, profit, cluster or packages" >&2
		exit 2
		;;
	esac
}

if (($# == 0)); then
	set -- cold ledger line20m profit packages
	if [[ -n ${CLIENTELE_TEST_TRINO:-} ]]; then
		set -- "$@" cluster
	else
		echo "cluster is left out: start one with scripts/cluster.sh up and export what its file env says" >&2
	fi
fi
for name in "$@"; do
	printf '== %s\n' "$name"
	run "$name"
done
