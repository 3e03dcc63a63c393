#!/bin/sh
# Counts the data set again, with nothing of the project: check_banner.sh BANNER DIR
set -eu
banner=$1 dir=$2
rm -rf "$dir"
"$banner" --out "$dir"
fail=0

same() {
	if [ "$2" != "$3" ]; then
		echo "$1: $2, expected $3"
		fail=1
	fi
}

units=$dir/units.csv
same townships "$(awk -F, '$3 == "township"' "$units" | wc -l)" 7
same branches "$(awk -F, '$3 == "branch"' "$units" | wc -l)" 389
same "rural branches" "$(grep -c ',农村牧区$' "$units")" 120
same "community branches" "$(grep -c ',社区$' "$units")" 8
same "enterprise branches" "$(grep -c ',非公企业$' "$units")" 55
same "office branches" "$(grep -c ',机关事业$' "$units")" 206
same "names of branches" "$(awk -F, '$3 == "branch" { print $2 }' "$units" | sort -u | wc -l)" 389
same folders "$(ls "$dir/branches" | wc -l)" 389

# 1 姓名 2 身份证后四位 3 性别 4 民族 5 出生日期 6 入党日期 7 转正日期 8 党员类别 9 学历 10 职业
counts=$(cat "$dir"/branches/*/members.csv | awk -F, '
	function age(born, year, month, day,   b) {
		split(born, b, "-")
		return year - b[1] - (month < b[2] + 0 || (month == b[2] + 0 && day < b[3] + 0))
	}
	$1 == "姓名" { next }
	{
		all++
		women += $3 == "女"
		minority += $4 != "汉族"
		occupation[$10]++
		veterans += $6 < "1966-01-01"
		march += age($5, 2026, 3, 31) <= 35
		december += age($5, 2026, 12, 31) <= 35
		split($6, j, "-")
		minors += age($5, j[1], j[2], j[3]) < 18
		future += $6 >= "2026-01-01"
	}
	END {
		print all, women, minority, veterans, march, december, occupation["农牧民"], occupation["居民"],
			occupation["机关事业"], occupation["企业"], occupation["离退休"], minors + 0, future + 0
	}')
same "members, women, minorities, before 1966, 35 or less in March and December, herders and farmers, residents, \
officials, enterprise, retired, under 18 at joining, joined in 2026" "$counts" \
	"8128 1824 863 175 2100 2100 4847 301 1564 558 858 0 0"

for roster in "$dir"/branches/*/members.csv; do
	same "two of one name in $roster" "$(cut -d, -f1 "$roster" | sort | uniq -d | wc -l)" 0
done

# Attendance is never above what was due, and a tenth is missing.
share=$(cat "$dir"/branches/*/meetings.csv "$dir"/branches/*/activity_days.csv | awk -F'"' '
	/^日期/ { next }
	{ n = split($1, cell, ","); came = split($2, names, "、"); due += cell[n - 1]; sum += came; over += came > cell[n - 1] }
	END { print over + 0, int(100 * sum / due) }')
case $share in
"0 89" | "0 90" | "0 91") ;;
*) same "more than due, percent who came" "$share" "0 90" ;;
esac

# The same call, the same bytes; and a part of it is that part.
"$banner" --out "$dir.part" --townships 2 --branches 6
same "branches of the part" "$(ls "$dir.part/branches" | wc -l)" 6
same "townships of the part" "$(awk -F, '$3 == "township"' "$dir.part/units.csv" | wc -l)" 2
same "branches in each township of the part" \
	"$(awk -F, '$3 == "branch" { n[$4]++ } END { print n["T1"], n["T2"] }' "$dir.part/units.csv")" "3 3"
for code in $(ls "$dir.part/branches"); do
	diff -r "$dir.part/branches/$code" "$dir/branches/$code" || fail=1
done
rm -rf "$dir.part" "$dir"
exit $fail
