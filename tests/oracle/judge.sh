#!/bin/sh
# What the engine told of a year against what the oracle counts of it: judge.sh DIR [ORACLE.AWK]
set -eu
dir=$1 rules=${2:-"${0%/*}/oracle.awk"}
LC_ALL=C awk -f "$rules" "$dir/units.csv" "$dir/acts.csv" "$dir"/export/*/*/*.csv | LC_ALL=C sort >"$dir/counted.sorted"
LC_ALL=C sort "$dir/told" >"$dir/told.sorted"
if ! diff "$dir/counted.sorted" "$dir/told.sorted" >"$dir/differences"; then
	head -n 40 "$dir/differences"
	echo "$(grep -c '^>' "$dir/differences") cells differ (< counted, > told)"
	exit 1
fi
