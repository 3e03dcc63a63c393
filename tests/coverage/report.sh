#!/bin/sh
# What the tests reach of the pure rooms: report.sh BUILD [SHARE], BUILD of the preset coverage. Builds the tests that run in one
# process and plays them, each with whatever can fail below it failing once by each way (scenes/rehearsed.sh; one of SHARE ways),
# then those that are not played so, then some seeds of the simulator; and says branches and lines by room and by file.
# BUILD/reached/files.txt names the files, missing.txt per file the branches that nothing takes, lines.txt the lines.
#
# Left out of the branches are those of assertions: one whose other branch is taken is a bug of ours; nothing else is.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
share=${2:-1}
said=$build/reached
mkdir -p "$said"

kinds='unit vectors conform hostile scenes'
cmake --build "$build" --target $(for kind in $kinds; do echo "tests/$kind/all"; done) sim || exit 2
find "$build" -name '*.gcda' -delete
failed=0
"$here/../scenes/rehearsed.sh" "$build/tests" "$share" >"$said/rehearsed.txt" 2>&1 || failed=1
grep -c '^holds' "$said/rehearsed.txt" | sed 's/$/ tests hold, whatever fails below them/'
grep '^FAILS' "$said/rehearsed.txt"
ctest --test-dir "$build" -R "^(unit/(merge|loop|home)|hostile/(session|hostile_pack)|conform/store|conform/store_memory|scenes/live)$" \
	-j2 --timeout 3000 >"$said/tests.txt" 2>&1 || failed=1
tail -n 12 "$said/tests.txt"
"$build/tests/sim/sim" --seconds 120 --seeds 58..61 >"$said/sim.txt" 2>&1 || failed=1
tail -n 2 "$said/sim.txt"

count() {
	cd "$root" && gcovr -r . $(for room in base log ledger org sync; do echo "$build/common/$room"; done) \
		-f 'common/(base|log|ledger|org|sync)/' --exclude-branches-by-pattern '.*\bassert\(.*' \
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
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ printf "%6.1f %%  %4d missing  %s\n", 100 * $at["branch_covered"] / ($at["branch_total"] + !$at["branch_total"]),
	  $at["branch_total"] - $at["branch_covered"], $1 }' "$said/files.csv" | sort -n >"$said/files.txt"
cat "$said/files.txt"
exit $failed
