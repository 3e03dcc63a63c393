#!/bin/sh
# Runs the whole data set through the engine and compares every figure of the county with a count that
# reads the tables alone: check_rollup.sh BANNER_ROLLUP DATA
set -eu
rollup=$1 data=$2
told=$data.rollup counted=$data.counted
fail=0

"$rollup" "$data" "$told"

# A ratio is told as both of its parts. What is 0 is not told.
awk_figures='
	function tell(period, metric, dimension, bucket, value) {
		if (value)
			printf "%s %s %s %s %s\n", period, metric, dimension, bucket, value
	}
	function periods_of(date,   year, month) { # those of three that the date lies in
		year = substr(date, 1, 4) + 0
		month = substr(date, 6, 2) + 0
		inside["2026-03"] = year == 2026 && month == 3
		inside["2026Q1"] = year == 2026 && month <= 3
		inside["2026"] = year == 2026
	}
	function add(metric, dimension, bucket, value,   p) {
		for (p in inside)
			if (inside[p])
				sum[p " " metric " " dimension " " bucket] += value
	}
	function told_all(   k, part) {
		for (k in sum) {
			split(k, part, " ")
			tell(part[1], part[2], part[3], part[4], sum[k])
		}
	}'

# 1 姓名 2 身份证后四位 3 性别 4 民族 5 出生日期 6 入党日期 7 转正日期 8 党员类别 9 学历 10 职业
members() {
	cat "$data"/branches/*/members.csv | tr -d '\r' | awk -F, "$awk_figures"'
	function age(born, on,   b, o) {
		split(born, b, "-")
		split(on, o, "-")
		return o[1] - b[1] - (o[2] + 0 < b[2] + 0 || (o[2] + 0 == b[2] + 0 && o[3] + 0 < b[3] + 0))
	}
	function age_band(years) {
		return years <= 35 ? "35岁及以下" : years <= 45 ? "36至45岁" : years <= 55 ? "46至55岁" : years <= 60 ? "56至60岁" : "61岁及以上"
	}
	function joined_band(day) {
		return day < "1966-01-01" ? "1966年以前" : day < "1976-11-01" ? "1966年1月至1976年10月" : \
			day < "1979-01-01" ? "1976年11月至1978年12月" : day < "2002-11-01" ? "1979年1月至2002年10月" : \
			day < "2012-11-01" ? "2002年11月至2012年10月" : "2012年11月以后"
	}
	function era(day) {
		return day < "1949-10-01" ? "新中国成立前" : day < "1979-01-01" ? "新中国成立后至十一届三中全会前" : \
			day < "2012-11-01" ? "十一届三中全会后至十八大前" : "十八大以来"
	}
	/姓名,/ { next }
	{
		periods_of("2026-03-31") # a stock: those who are there at the end of each
		add("members", "-", "-", 1)
		add("members", "sex", $3, 1)
		add("members", "ethnic", $4 == "汉族" ? "汉族" : "少数民族", 1)
		add("members", "joined", joined_band($6), 1)
		add("members", "era", era($6), 1)
		add("members", "occupation", $10, 1)
		add("members", "schooling", $9, 1)
		add("members", "category", $8, 1)
		add("full_members", "-", "-", $8 == "正式党员")
		sum["2026-03 members age " age_band(age($5, "2026-03-31"))]++
		sum["2026Q1 members age " age_band(age($5, "2026-03-31"))]++
		sum["2026 members age " age_band(age($5, "2026-12-31"))]++
	}
	END { told_all() }'
}

# Meetings: 日期,会议类型,主题,地点,主持人,应到人数,"参会党员"; activity days: 日期,主题,自选内容,地点,应到人数,"参加党员"
gatherings() { # FILE TYPED METRICS…
	cat "$data"/branches/*/"$1".csv | tr -d '\r' | awk -F'"' -v typed="$2" -v held="$3" -v due="$4" -v came="$5" -v rate="$6" \
		"$awk_figures"'
	/日期,/ { next }
	{
		cells = split($1, cell, ",")
		n = $2 == "" ? 0 : split($2, names, "、")
		if (NF == 1) # nobody, or one alone without quotes
			n = 0
		periods_of(cell[1])
		add(held, "-", "-", 1)
		add(due, "-", "-", cell[cells - 1])
		add(came, "-", "-", n)
		if (typed) {
			add(held, "type", cell[2], 1)
			add(due, "type", cell[2], cell[cells - 1])
			add(came, "type", cell[2], n)
		}
	}
	END {
		told_all()
		for (k in sum) {
			split(k, part, " ")
			if (part[2] == due)
				printf "%s %s %s %s %d/%d\n", part[1], rate, part[3], part[4], \
					sum[part[1] " " came " " part[3] " " part[4]], sum[k]
		}
	}'
}

# 收据号,党员,应交月份,交纳基数,应交金额,实交金额,交纳日期; in fen
dues() {
	cat "$data"/branches/*/dues.csv | tr -d '\r' | awk -F, "$awk_figures"'
	function fen(yuan) { return int(yuan * 100 + 0.5) }
	/收据号,/ { next }
	{
		periods_of($3 "-01")
		add("dues_due", "-", "-", fen($5))
		if ($7 != "") {
			periods_of($7)
			add("dues_paid", "-", "-", fen($6))
			add("dues_receipts", "-", "-", fen($6) > 0)
		}
	}
	END {
		told_all()
		for (p in inside)
			printf "%s dues_rate - - %d/%d\n", p, sum[p " dues_paid - -"], sum[p " dues_due - -"]
	}'
}

{
	members
	gatherings meetings 1 meetings_held should_attend attendance attendance_rate
	gatherings activity_days 0 activity_days activity_should_attend activity_attendance activity_attendance_rate
	dues
} | LC_ALL=C sort >"$counted"

# The pack counts more than these tables speak of: compared is what is counted here.
awk 'NR == FNR { counted[$2] = 1; next } $2 in counted && $5 != "0"' "$counted" "$told" | LC_ALL=C sort >"$told.sorted"
mv "$told.sorted" "$told"
echo "figures compared: $(wc -l <"$counted")"
diff "$counted" "$told" || fail=1

# What the county itself published.
while read -r figure; do
	for period in 2026-03 2026Q1 2026; do
		grep -qx "$period $figure" "$told" || { echo "$period: not $figure"; fail=1; }
	done
done <<-PUBLISHED
	members - - 8128
	members occupation 农牧民 4847
	members occupation 居民 301
	members occupation 机关事业 1564
	members occupation 企业 558
	members occupation 离退休 858
	members sex 女 1824
	members ethnic 少数民族 863
	members age 35岁及以下 2100
	members joined 1966年以前 175
PUBLISHED
exit $fail
