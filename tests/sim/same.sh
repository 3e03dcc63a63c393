#!/bin/bash
# same.sh ROOT A B: seeds A to B have one hash each in every build of the simulator that is here (gcc released, gcc under sanitizers,
# clang), and where the heap can be weighed a node takes at most 256 KiB of all that the process holds.
set -eu
root=$1 first=$2 last=$3
found=0 wanted=
for build in release asan clang; do
	sim=$root/build/$build/tests/sim/sim
	[ -x "$sim" ] || continue
	found=$((found + 1))
	hashes=$("$sim" --seeds "$first..$last" | sed -n 's/^seed \([0-9]*\) holds \([0-9a-f]*\):.*/\1 \2/p')
	[ "$(printf '%s\n' "$hashes" | wc -l)" -eq $((last - first + 1)) ] || { echo "$build: not every seed holds"; exit 1; }
	[ -n "$wanted" ] || wanted=$hashes
	[ "$hashes" = "$wanted" ] || { printf '%s plays otherwise:\n%s\nbut\n%s\n' "$build" "$hashes" "$wanted"; exit 1; }
done
[ "$found" -gt 0 ] || { echo "no build has the simulator"; exit 1; }
echo "seeds $first to $last: the same in $found builds"
sim=$root/build/release/tests/sim/sim
[ ! -x "$sim" ] || "$sim" --calm --nodes 60 --days 1 --within 256 7
