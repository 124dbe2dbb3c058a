# One line each; what takes more than a line is a script.
.PHONY: build demo test test-cluster cluster cluster-down lint fmt fuzz bench ci

# A clone may belong to another user than the one that builds, as in a container.
export GIT_CONFIG_COUNT = 1
export GIT_CONFIG_KEY_0 = safe.directory
export GIT_CONFIG_VALUE_0 = *

build: ## leaves bin/clientele, and bin/clientele-lake, which publishes for it
	go build -trimpath -o bin/ ./cmd/...

demo: build ## the demonstration firm, from files to the line
	scripts/demo.sh

test: ## sets up what is missing, then runs all tests
	scripts/test.sh

test-cluster: ## the tests that need a cluster, which is started if it is not up
	scripts/cluster-test.sh

cluster: ## starts Trino, two workers and PostgreSQL on this machine, for tests
	scripts/cluster.sh up

cluster-down: ## stops them
	scripts/cluster.sh down

lint: ## all linters, installed on first use
	scripts/golangci-lint run ./...

fmt: ## formats all code
	scripts/golangci-lint fmt

fuzz: ## every fuzz target for 20 seconds
	scripts/fuzz.sh

bench: ## all benchmarks
	scripts/bench.sh

ci: ## what continuous integration runs
	.ci/run
