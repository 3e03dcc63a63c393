#!/bin/sh
# What the compression dictionaries earn, on ledgers that none of them was trained on: weigh.sh BUILD [DICTIONARY…]
# The data set is `banner` (389 branches of a real county, by its totals), imported by the real program: some branches as they are, and
# one that keeps the meetings and activity days of all. Then what sessions carry of them, packed without a dictionary and with each.
E2E_LIMIT=${E2E_LIMIT-900} COMMAND_LIMIT=300
export E2E_LIMIT COMMAND_LIMIT
. "${0%/*}/../e2e/lib.sh"
shift
[ $# -gt 0 ] || set -- "$source/proto/wire.dict" "$source/proto/wire2.dict"
pack=$source/packs/party-branch.yaml
branches=${BRANCHES-12}

banner --out data >/dev/null
ok tributaryd -C county init --top --name 旗委 --kind county --pack "$pack"
serve county
added() {
	ok tributaryd -C county unit add --kind branch --code "$1" --name "支部$1"
	device county "$1" "$1" 电脑
}
stores=
for branch in $(ls data/branches | awk -v every=$((389 / branches)) 'NR % every == 1' | head -n "$branches"); do
	added "$branch"
	for table in member:members meeting:meetings activity_day:activity_days dues:dues; do
		ok tributary -C "$branch" import "${table%:*}" "data/branches/$branch/${table#*:}.csv"
	done
	stores="$stores $branch/store"
done
# Without those who came: names of 389 branches are no longer each of one member.
all_of() { cat data/branches/*/"$1" | cut -d, -f "$2" | awk 'NR == 1 { head = $0; print; next } $0 != head'; }
added ALL
all_of meetings.csv 1-4,6 >meetings.csv
all_of activity_days.csv 1-4 >days.csv
ok tributary -C ALL import meeting meetings.csv
ok tributary -C ALL import activity_day days.csv
stop county

row() { # TEXT ENTRIES-OF-EACH-LANE STORE…
	text=$1 most=$2
	shift 2
	# shellcheck disable=SC2086 # a list of paths
	"$build/tests/bench/weigh_dictionary" "$most" $dictionaries -- "$@" | awk -v text="$text" '{
		printf "| %s | %d | %d | %d", text, $1, $2, $3
		for (i = 4; i <= NF; i++)
			printf " | %d (-%.1f %%)", $i, 100 - 100 * $i / $3
		print " |" }'
}
dictionaries=$*
echo "| what a first frame would carry | entries | bytes as they are | packed without$(for d in "$@"; do printf ' | with %s' "${d##*/}"; done) |"
echo "|---|---:|---:|---:$(for d in "$@"; do printf '|---:'; done)|"
# shellcheck disable=SC2086
row "the last 10 changes of each of $branches branches" 10 $stores
row 'a month of one ledger' 150 ALL/store
row 'all of one ledger' 2500 ALL/store
