#!/bin/sh
# Every fuzz target for some minutes with libFuzzer, one after another: campaign.sh BUILD MINUTES [TARGET…]
#
# What is found lies in BUILD/campaign/TARGET/found, the growing corpus in BUILD/campaign/TARGET/corpus, what libFuzzer said in
# BUILD/campaign/TARGET/said. The table is that of docs/reliability.md. Exit code 1: something was found.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
minutes=$2
shift 2
[ $# -gt 0 ] || set -- $(cd "$here" && ls fuzz_*.c | sed 's/^fuzz_\(.*\)\.c$/\1/')

number() { sed -n "s/^$1[^0-9]*\([0-9]*\)\$/\1/p" "$2" | tail -1; }
reached() { sed -n "s/.* $1: \([0-9]*\).*/\1/p" "$2" | tail -1; } # of the last line that tells of it

found=0
echo "| target | executions | per second | edges | features | corpus | found |"
echo "|---|---:|---:|---:|---:|---:|---|"
for target in "$@"; do
	program=$build/tests/fuzz/fuzz_$target
	dir=$build/campaign/$target
	mkdir -p "$dir/corpus" "$dir/found"
	(cd "$here/../unit" && TRIBUTARY_SEEDS=$dir/corpus "$program") >/dev/null || { echo "campaign: $target has no beginnings" >&2; exit 2; }
	kept=$here/corpus/$target
	[ -d "$kept" ] || kept=
	(cd "$here/../unit" && "$program" -max_total_time=$((minutes * 60)) -print_final_stats=1 -timeout=600 -rss_limit_mb=3000 \
		-artifact_prefix="$dir/found/" "$dir/corpus" $kept) >"$dir/said" 2>&1
	cases=$(ls "$dir/found" | wc -l)
	[ "$cases" = 0 ] || found=1
	echo "| $target | $(number stat::number_of_executed_units "$dir/said") | $(number stat::average_exec_per_sec "$dir/said")" \
		"| $(reached cov "$dir/said") | $(reached ft "$dir/said") | $(ls "$dir/corpus" | wc -l) | $([ "$cases" = 0 ] && echo nothing || echo "$cases: $(ls "$dir/found" | tr '\n' ' ')") |"
done
exit $found
