#!/bin/sh
# What the tests reach of the pure rooms: report.sh BUILD [TRIES], BUILD of the preset coverage. Builds and plays the tests that
# run in one process, then every scene with a store that fails (TRIES for each session; support/rehearsal.h), and says branches and lines by
# room. BUILD/reached/missing.txt names per file the branches that nothing takes, BUILD/reached/lines.txt the lines.
#
# Tests of what is not in these rooms, and those that play one thing thousands of times, are left out of the playing. Of the branches
# assertions are left out: one whose other branch is taken is a bug; nothing else is.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
tries=${2:-2}
said=$build/reached
mkdir -p "$said"

cmake --build "$build" --target $(for kind in unit vectors conform hostile scenes; do echo "tests/$kind/all"; done) || exit 2
find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -R "^(unit|vectors|conform|hostile|scenes)/" -E "rehearsed|conform/store_damage|link|scenes/(broken|storm|order|cost)$" -j3 --timeout 3000 >"$said/tests.txt" 2>&1
failed=$?
tail -n 12 "$said/tests.txt"
(cd "$here/../scenes" && ./rehearsed.sh "$build/tests/scenes" "$tries") || failed=1

count() {
	cd "$root" && gcovr -r . --object-directory "$build" -f 'common/(base|log|ledger|org|sync)/' --exclude-branches-by-pattern '.*\bassert\(.*' \
		--exclude-unreachable-branches --gcov-ignore-parse-errors "$@" 2>"$said/gcovr.txt"
}

count --csv "$said/files.csv" --txt "$said/lines.txt" || { cat "$said/gcovr.txt"; exit 2; }
count --branches --txt "$said/missing.txt" || exit 2
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ split($1, part, "/"); room = part[2]
	  b[room] += $at["branch_total"]; bc[room] += $at["branch_covered"]; l[room] += $at["line_total"]; lc[room] += $at["line_covered"] }
	function row(name, reached, all, lines, of) {
		printf "| %s | %.1f %% | %d of %d | %.1f %% |\n", name, 100 * reached / all, reached, all, 100 * lines / of }
	END { print "| room | branches | | lines |"; print "|---|---:|---:|---:|"
	  count = split("base log ledger org sync", order, " ")
	  for (i = 1; i <= count; i++) { r = order[i]; row(r, bc[r], b[r], lc[r], l[r]); B += b[r]; BC += bc[r]; L += l[r]; LC += lc[r] }
	  row("all", BC, B, LC, L) }' "$said/files.csv"
exit $failed
