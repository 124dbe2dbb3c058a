#!/usr/bin/env bash
# Makes the demonstration firm, imports its files into a workspace and shows the
# line and what each client leaves. All of it lies in one folder that can be
# deleted at any time.
# Usage: scripts/demo.sh [DIR]   (default: demo)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=${1:-demo}
ws="--workspace $(printf %q "$dir")"

# run shows a command line and runs what stands behind it.
run() {
	printf '\n$ bin/clientele %s\n' "$1"
	shift
	bin/clientele "$@"
}

echo "A firm that does not exist: 320 clients, four years, as its own files."
# The program refuses a folder that holds anything but such a firm, so that a
# workspace in it is one of an earlier run.
bin/clientele demo "$dir" >/dev/null
rm -rf "$dir/.clientele"
echo "Its files are in $dir; $dir/README.txt says what each one is."

run "init $dir" init "$dir"
run "import $dir/rates.csv $dir/clients.csv $ws" import "$dir/rates.csv" "$dir/clients.csv" --workspace "$dir"
run "import $dir/old-system-*.csv $dir/invoices-*.csv \\
    $ws" import "$dir"/old-system-*.csv "$dir"/invoices-*.csv --workspace "$dir"
run "line $ws" line --workspace "$dir"

# What clients cost: of sales, of clients alone, of no client, of people and their time.
costs=(costs client-costs pools resources time activities tickets touches)
files=("${costs[@]/#/"$dir"/}")
files=("${files[@]/%/.csv}")
run "import $dir/{$(IFS=,; echo "${costs[*]}")}.csv \\
    $ws" import "${files[@]}" --workspace "$dir"
run "profit $ws" profit --workspace "$dir"

printf '\nWhat to try next\n'
next() { printf '  %-52s %s\n' "bin/clientele $1" "$2"; }
next "line --share 60% $ws" "another line"
next "line --compare year $ws" "who joined, who left"
next "whale $ws" "who makes the profit, who takes it"
next "matrix $ws" "revenue by margin"
next "client C1009 $ws" "one client, step by step"
next "costs $ws" "where each cost goes"
next "book --limit 20 $ws" "the largest clients"
next "why line.clients $ws" "where a number comes from"
next "problems $ws" "what was set aside, why"
next "clients suggest $ws" "who may be the same"
next "audit $ws" "every total once more"
next "line YOUR-FILE.csv" "your own list"
