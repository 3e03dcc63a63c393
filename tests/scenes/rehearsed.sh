#!/bin/sh
# Plays the tests with everything below them failing once by each way (support/rehearsal.h): rehearsed.sh TESTS SHARE, TESTS
# the folder tests/ of a build, SHARE: one of so many ways is tried. JOBS (2) at a time; a way known to one is not tried by the next.
#
# Left out are tests of what lies above the core (sockets, files, processes: a child would speak on its parent's), and those
# that play one thing thousands of times or count what passes over a link.
set -u
play() {
	cd "$here/../$(basename "$(dirname "$1")")" || return 1
	said=$("$1" 2>&1) && echo "holds: ${1##*/}$(echo "$said" | sed -n 's/.*\(tried by .*\):.*/: \1/p')" && return
	echo "$said" | grep -v '^\[ *\(RUN\|OK\) '
	echo "FAILS: ${1##*/}"
	return 1
}
here=$(cd "$(dirname "$0")" && pwd)
if [ "$1" = --one ]; then
	play "$2"
	exit
fi
tests=$(cd "$1" && pwd)
export TRIBUTARY_REHEARSALS="$2"
export TRIBUTARY_REHEARSED="${TRIBUTARY_REHEARSED-$tests/ways}"
rm -f "$TRIBUTARY_REHEARSED"
for program in "$tests"/unit/test_* "$tests"/vectors/test_* "$tests"/scenes/test_* "$tests"/hostile/test_*; do
	[ -x "$program" ] && [ -f "$program" ] || continue
	case "${program##*/test_}" in
	link | link_strangers | loop | confine | knock | hatch | gate | home | feed | door | keeping | config | file) [ "${program%/scenes/*}" = "$program" ] && continue ;;
	cost | order | storm | broken | live | rush | hostile_pack | session | merge) continue ;;
	esac
	echo "$program"
done | xargs -P "${JOBS-2}" -I '{}' "$here/rehearsed.sh" --one '{}'
