# A small tree for tests in a browser: a county, two townships with servers, six branches with a quarter behind them.
#	. stage.sh BUILD
# gives $county_page, $township_page (addresses); accounts "county" (administrator), "reviewer", password in $password.
. "${0%/*}/../e2e/lib.sh"

password='correct horse battery'

# page NAME: the address of its page, once it is up.
page() {
	jsoncheck page <"$work/.e2e/$1.ready"
}

account() {
	printf '%s\n' "$password" | ok_in tributaryd -C "$1" account add "$2" --role "$3"
}

ok_in() {
	last=$*
	"$@" >"$out" 2>"$err" || fail "exit code $?"
}

# serve_page NAME: as `serve`, with a page at a free port.
serve_page() {
	for attempt in 1 2 3 4 5; do
		if launch "$1" --sync 'tcp://127.0.0.1:*' --porch 'tcp://127.0.0.1:*' --page 127.0.0.1:0; then
			jsoncheck sync porch <"$work/.e2e/$1.ready" | paste -s -d ' ' >"$work/.e2e/$1.doors"
			return
		fi
		sleep 0.2
	done
	fail "the server $1 does not come up"
}

# branch CODE TOWNSHIP MONTH…: joins, imports its tables, closes and submits the months, syncs.
branch() {
	code=$1 above=$2
	shift 2
	ok tributary -C "$code" join "$(invited "$above" "$code")" --label 电脑
	for pair in member:members meeting:meetings activity_day:activity_days dues:dues; do
		ok tributary -C "$code" import "${pair%:*}" "data/branches/$code/${pair#*:}.csv"
	done
	for month in "$@"; do
		ok tributary -C "$code" close "$month"
		ok tributary -C "$code" submit "$month"
	done
	ok tributary -C "$code" sync
}

stage() {
	ok banner --out data --townships 2 --branches 6
	ok tributaryd -C county init --top --name 伊金霍洛旗委 --kind county --pack "$pack"
	ok tributaryd -C county unit import data/units.csv
	serve_page county
	for n in 1 2; do
		ok tributaryd -C "township$n" init --join "$(invited county "T$n" --server)" --label 服务器
		serve_page "township$n"
	done
	branch B001 township1 2026-01 2026-02 2026-03
	branch B008 township1 2026-01 2026-02 2026-03
	branch B002 township2 2026-01 2026-02 2026-03
	branch B009 township2 2026-01 2026-02
	branch B016 township2 2026-01
	ok tributaryd -C township1 review approve 2026-02 --unit B001
	ok tributaryd -C township1 review approve 2026-01 --unit B001
	ok tributaryd -C township1 review return 2026-03 --unit B008 --remark meetings_held=三月只有一次会议？ --text 请核对
	ok tributaryd -C county circular title=一季度情况通报 date=2026-04-08 month=2026-03 text=各支部三会一课按期召开，两个支部未按时上报。
	account county county administrator
	account township1 reviewer reviewer
	account township1 viewer viewer
	county_page=$(page county)
	township_page=$(page township1)
}
