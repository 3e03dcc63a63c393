#!/bin/sh
# A year through the engine and through the oracle, compared cell by cell: compare.sh YEAR ORACLE_PLAY SET ONE_IN DIR
set -eu
year=$1 play=$2 set=$3 one_in=$4 dir=$5
here=$(cd "${0%/*}" && pwd)
export LC_ALL=C.UTF-8 TRIBUTARY_LANG=en

rm -rf "$dir"
mkdir -p "$(dirname "$dir")"
"$year" --set "$set" --out "$dir" --one-in "$one_in"
(cd "$here" && "$play" "$dir")
"$here/judge.sh" "$dir"

# A comparison of nothing with nothing is none.
cells=$(wc -l <"$dir/told.sorted")
grep -v ' restated ' "$dir/told.sorted" >"$dir/figures"
filled=$(grep -c -v -e ' 0$' -e ' 0/0$' "$dir/figures")
restated=$(grep ' restated ' "$dir/told.sorted" | grep -c -v -e ' 0$' -e ' 0/0$')
echo "$set, one branch in $one_in: $(grep -c ',branch,' "$dir/units.csv") branches, $cells cells, $filled figures and" \
	"$restated restatements of them not nothing"
[ "$filled" -gt $(($(wc -l <"$dir/figures") / 4)) ] || { echo 'too little was told'; exit 1; }
for state in open closed submitted returned approved restated; do
	[ "$(grep -c " state county $state\$" "$dir/told.sorted")" -gt 2 ] || { echo "no month is $state"; exit 1; }
done
for level in B T C; do
	grep "^$level.* restated " "$dir/told.sorted" | grep -q -v -e ' 0$' -e ' 0/0$' || { echo "nothing restated in $level"; exit 1; }
done
rm -rf "$dir"
