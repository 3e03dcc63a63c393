#!/bin/sh
# Runs the checker over a small bad tree: selftest.sh CC AR
# A line of bad/ that holds a fault says so ("fault: RULE", once for each); what is long or would trouble an
# editor is planted here. The checker must find every one of them and nothing else.
set -eu
export LC_ALL=C

cc=$1
ar=$2
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
cp -R "$here/bad" "$tree"

plant() {
	cat >>"$tree/$1"
}

# ---- what stands in no file of the tree ----

mark='TO''DO'
printf '// An unfinished file: %s. fault: unfinished\n// XXXXXX and %sS are none.\n' $mark $mark | plant common/base/marks.c
printf '// Blanks and a machine. fault: blank \n// /ho%s/someone/tree fault: path\n// a/work/tree is none.\n' me |
	plant common/base/marks.c
awk 'BEGIN { print "// A long file."; for (i = 2; i <= 600; i++) print "// line " i; print "// fault: file-length" }' |
	plant common/base/long.c
awk 'BEGIN { print "// A long header.\n#ifndef TRIBUTARY_BASE_LONG_H\n#define TRIBUTARY_BASE_LONG_H"
	for (i = 4; i <= 250; i++) print "// line " i; print "// fault: file-length\n#endif" }' | plant common/base/long.h
awk 'BEGIN { print "// Functions of 70 and of 71 lines.\nint tall_fits(void);\nint tall_falls(void);"
	print "int tall_fits(void)\n{"; for (i = 1; i <= 68; i++) print "\t;"; print "\treturn 0;\n}"
	print "int tall_falls(void)\n{ // fault: function-length"; for (i = 1; i <= 69; i++) print "\t;"
	print "\treturn 0;\n}" }' | plant common/base/tall.c

# ---- objects, as a build leaves them ----

for room in base log; do
	for source in "$tree/common/$room"/*.c; do
		$cc -I"$tree/common" -O1 -w -c "$source" -o "$scratch/$(basename "$source").o"
		$ar rc "$scratch/libtributary_$room.a" "$scratch/$(basename "$source").o"
	done
done
mkdir -p "$scratch/client"
sed '/server/d' "$tree/client/put.c" >"$scratch/put.c" # its forbidden header leads nowhere
$cc -I"$tree/common" -w -c "$scratch/put.c" -o "$scratch/client/put.c.o"

# ---- planted and found, line by line ----

(cd "$tree" && grep -rno 'fault: [a-z-]*' .) | sed 's,^\./,,; s/:fault:/:/' | sort >"$scratch/planted"
for mode in "sources $tree" "objects $tree $scratch"; do
	code=0
	"$here/tidy" $mode >>"$scratch/said" || code=$?
	[ $code -eq 1 ] || { echo "tidy $mode: exit code $code, expected 1"; exit 1; }
done
sed 's/^\([^:]*:[0-9]*: [a-z-]*\):.*/\1/' "$scratch/said" | sort >"$scratch/found"

if ! diff "$scratch/planted" "$scratch/found" >"$scratch/differences"; then
	echo 'planted (<) and found (>) differ:'
	cat "$scratch/differences"
	exit 1
fi
echo "$(wc -l <"$scratch/planted") faults planted, all found and nothing else"

# ---- a tree whose functions are all long ----

mkdir -p "$scratch/median/common/base"
awk 'BEGIN { print "// Twenty lines.\nint main(void)\n{"; for (i = 1; i <= 18; i++) print "\t;"; print "\treturn 0;\n}" }' \
	>"$scratch/median/common/base/main.c"
"$here/tidy" sources "$scratch/median" | grep -q 'the median function has 20 lines' || { echo 'median not found'; exit 1; }

# ---- and nothing to read is no clean bill ----

mkdir "$scratch/empty"
for mode in "sources $scratch/empty" "objects $tree $scratch/empty"; do
	code=0
	"$here/tidy" $mode >/dev/null 2>&1 || code=$?
	[ $code -eq 2 ] || { echo "tidy $mode: exit code $code, expected 2"; exit 1; }
done
