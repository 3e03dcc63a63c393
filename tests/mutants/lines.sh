#!/bin/sh
# Does every line of mutants.txt stand in its source, once? tests/mutants/lines.sh SOURCE_DIRECTORY
set -u
cd "$1" || exit 2
status=0
for path in $(awk '/^mutant / { print $3 }' tests/mutants/mutants.txt | sort -u); do
	awk -v path="$path" -f tests/mutants/mutate.awk tests/mutants/mutants.txt "$path" >/dev/null || status=1
done
[ "$status" -eq 0 ] || echo "mutants.txt has to follow the sources: put its lines right; hunt.sh tells whether each bug is still found"
exit "$status"
