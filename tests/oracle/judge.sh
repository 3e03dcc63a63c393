#!/bin/sh
# What the engine told of a year against what the oracle counts of it: judge.sh DIR [ORACLE.AWK]
set -eu
dir=$1 rules=${2:-"${0%/*}/oracle.awk"}
# A whole county has more tables than a command line holds: awk is given them by a list.
find "$dir/export" -name '*.csv' | LC_ALL=C sort >"$dir/tables"
LC_ALL=C awk -v tables="$dir/tables" -f "$rules" -f "${0%/*}/tables.awk" "$dir/units.csv" "$dir/acts.csv" |
	LC_ALL=C sort >"$dir/counted.sorted"
[ -s "$dir/counted.sorted" ] || { echo 'the oracle has counted nothing'; exit 1; }
LC_ALL=C sort "$dir/told" >"$dir/told.sorted"
if ! diff "$dir/counted.sorted" "$dir/told.sorted" >"$dir/differences"; then
	head -n 40 "$dir/differences"
	echo "$(grep -c '^>' "$dir/differences") cells differ (< counted, > told)"
	exit 1
fi
