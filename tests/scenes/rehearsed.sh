#!/bin/sh
# Plays every scene with a store that fails: rehearsed.sh DIRECTORY-OF-PROGRAMS TRIES
# Left out are those whose own subject is what passes over the link or how long something takes.
set -u
failed=0
for program in "$1"/test_*; do
	case "$program" in */test_cost | */test_order | */test_storm | */test_broken | */test_live | */test_restored | */test_histories) continue ;; esac
	said=$(TRIBUTARY_REHEARSALS=$2 "$program" 2>&1) && echo "holds: ${program##*/}" || {
		failed=$((failed + 1))
		echo "$said" | tail -20
		echo "FAILS: ${program##*/}"
	}
done
exit $((failed > 0))
