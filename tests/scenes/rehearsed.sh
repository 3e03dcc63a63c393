#!/bin/sh
# Plays every scene with a store that fails: rehearsed.sh DIRECTORY-OF-PROGRAMS TRIES, two at a time.
# Left out are those whose own subject is what passes over the link or how long something takes.
set -u
play() {
	said=$("$1" 2>&1) && echo "holds: ${1##*/}" && return
	echo "$said" | grep -v '^\[ *\(RUN\|OK\) ' | tail -40
	echo "FAILS: ${1##*/}"
	return 1
}
if [ "$1" = --one ]; then
	export TRIBUTARY_REHEARSALS="$3"
	play "$2"
	exit
fi
for program in "$1"/test_*; do
	case "$program" in */test_cost | */test_order | */test_storm | */test_broken | */test_live | */test_restored | */test_histories | */test_rush) continue ;; esac
	echo "$program"
done | xargs -P 2 -I '{}' "$0" --one '{}' "$2"
