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
LC_ALL=C awk -f "$here/oracle.awk" "$dir/units.csv" "$dir"/export/*/*.csv | LC_ALL=C sort >"$dir/counted.sorted"
LC_ALL=C sort "$dir/told" >"$dir/told.sorted"

# A comparison of nothing with nothing is none.
cells=$(wc -l <"$dir/told.sorted")
filled=$(grep -c -v -e ' 0$' -e ' 0/0$' "$dir/told.sorted")
echo "$set, one branch in $one_in: $(grep -c ',branch,' "$dir/units.csv") branches, $cells cells, $filled of them not nothing"
[ "$filled" -gt $((cells / 4)) ] || { echo 'too little was told'; exit 1; }
if ! diff "$dir/counted.sorted" "$dir/told.sorted" >"$dir/differences"; then
	head -n 40 "$dir/differences"
	echo "$(grep -c '^>' "$dir/differences") cells differ (< counted, > told)"
	exit 1
fi
rm -rf "$dir"
