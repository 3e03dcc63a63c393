#!/bin/sh
# How soon the simulator finds each deliberate bug: tests/mutants/hunt.sh SIM_MUTANTS SEEDS [--where] [NAME...]
# Seeds are mixed ones, from 1 on; with --where those in which the bug shows soonest. Prints a table; fails when one is not found.
set -u
program=$1 seeds=$2
shift 2
here=
[ "${1-}" = --where ] && here=1 && shift
names=${*:-$("$program" | cut -f 1)}
missed=0

field() { "$program" | awk -F '\t' -v name="$1" -v field="$2" '$1 == name { print $field }'; }

# The first seed that fails with the bug and not without it: an open fault of the core must not pass for the bug.
find_seed() {
	from=1 found=
	while [ "$from" -le "$seeds" ]; do
		# shellcheck disable=SC2086
		said=$("$program" "$name" $options --seeds "$from..$seeds" 2>&1 >/dev/null) && return
		seed=$(printf '%s\n' "$said" | sed -n 's/^seed \([0-9]*\) FAILS: .*/\1/p' | head -n 1)
		[ -n "$seed" ] || return
		# shellcheck disable=SC2086
		if "$program" none --quiet $options "$seed" >/dev/null 2>&1; then
			found=$seed
			return
		fi
		from=$((seed + 1))
	done
}

printf '| bug | what goes wrong | found by seed | what the simulator says |\n|---|---|---:|---|\n'
for name in $names; do
	options=
	[ -z "$here" ] || options=$(field "$name" 2)
	find_seed
	[ -n "$found" ] || missed=$((missed + 1))
	printf '| %s | %s | %s | %s |\n' "$name" "$(field "$name" 3)" "${options:+$options }${found:-none of $seeds}" \
		"$(printf '%s\n' "$said" | sed -n 's/^seed [0-9]* FAILS: //p' | head -n 1)"
done
[ "$missed" -eq 0 ] || { echo "$missed not found"; exit 1; }
