#!/bin/sh
# That the oracle can fail: one thing at a time is spoilt, and the comparison must see it: fails.sh YEAR ORACLE_PLAY DIR
set -eu
year=$1 play=$2 dir=$3
here=$(cd "${0%/*}" && pwd)
export LC_ALL=C.UTF-8 TRIBUTARY_LANG=en

rm -rf "$dir"
mkdir -p "$dir"
"$year" --set banner --out "$dir/true" --one-in 40
(cd "$here" && "$play" "$dir/true")
"$here/judge.sh" "$dir/true" || { echo 'what is true differs'; exit 1; }

# spoilt NAME FILE SED WHAT: with FILE changed by SED, lines that match WHAT differ.
spoilt() {
	rm -rf "$dir/spoilt"
	cp -r "$dir/true" "$dir/spoilt"
	cp "$here/oracle.awk" "$dir/spoilt/oracle.awk"
	sed -i "$3" "$dir/spoilt/$2"
	if "$here/judge.sh" "$dir/spoilt" "$dir/spoilt/oracle.awk" >/dev/null; then
		echo "not seen: $1"
		exit 1
	fi
	grep -q -e "$4" "$dir/spoilt/differences" || { echo "seen elsewhere than in '$4': $1"; cat "$dir/spoilt/differences"; exit 1; }
	echo "seen: $1, in $(grep -c '^>' "$dir/spoilt/differences") cells"
}

branch=$(grep -m 1 ',approve,' "$dir/true/acts.csv" | cut -d , -f 1)
tag=$(grep -m 1 "^$branch,.*,submit," "$dir/true/acts.csv" | cut -d , -f 4)
spoilt 'a day of activities less in the end' "export/$branch/final/activity_days.csv" '2d' '> C1 .* activity_days month'
spoilt 'a receipt more in the end' "export/$branch/final/dues.csv" '$p' '> T.* dues_paid month'
spoilt 'a month less in what was submitted' "export/$branch/$tag/dues.csv" '2,$d' '> C1 .* dues_paid restated'
spoilt 'an approval that was not given' acts.csv "0,/^$branch,.*,approve,/{/,approve,/d}" '> C1 .* approved county'
spoilt 'a month that was not submitted' acts.csv "/^$branch,2026-0.,/d" '> T.* submitted township'
spoilt 'a correction that was not submitted' acts.csv '/,submit,/{/\.1$/!d}' '> B.* state .* restated'
spoilt 'dues counted by the month they were for' oracle.awk 's/add("dues_paid", month_of(paid)/add("dues_paid", due_in/' '> C1 .* dues_paid'
spoilt 'the last submission taken for the first' oracle.awk 's/tag == base\[/tag == last[/' '> C1 .* restated'
rm -rf "$dir"
