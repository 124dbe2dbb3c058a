#!/usr/bin/env bash
# Makes the demonstration firm, imports its files into a workspace and shows the
# line. All of it lies in one folder that can be deleted at any time.
# Usage: scripts/demo.sh [DIR]   (default: demo)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
clientele=$PWD/bin/clientele
dir=${1:-demo}
if [[ -e $dir && ! -e $dir/.clientele && -n $(ls -A "$dir") ]]; then
	echo "$dir exists and is no demonstration firm; name another folder: scripts/demo.sh DIR" >&2
	exit 2
fi

rm -rf "$dir"
"$clientele" demo "$dir"
"$clientele" --workspace "$dir" init
"$clientele" --workspace "$dir" import "$dir/rates.csv"
"$clientele" --workspace "$dir" import "$dir/clients.csv"
"$clientele" --workspace "$dir" import "$dir"/old-system-*.csv "$dir"/invoices-*.csv
echo
"$clientele" --workspace "$dir" line
cat <<TEXT

What to try next, with the firm in $dir (its files: $dir/README.txt):
  bin/clientele --workspace $dir line --share 60%          another line
  bin/clientele --workspace $dir line --compare year       who joined, who left
  bin/clientele --workspace $dir book                      every client with rank and share
  bin/clientele --workspace $dir why line.clients          where a number comes from
  bin/clientele --workspace $dir problems                  what was set aside, and why
  bin/clientele --workspace $dir audit                     every total again, from the files
  bin/clientele line YOUR-FILE.csv                         your own list, without a workspace
TEXT
