#!/bin/sh
# What a thin link costs, with the real programs: measure.sh BUILD PROFILE [TASK…]
# One line for each task: profile task seconds tries payload-up payload-down again-up again-down wire-up wire-down
# connections ms-there (bytes as
# the relay counts them: TCP payload the first time, TCP payload once more, IP packets). Tasks: idle ten month new photos bulk behind.
# bulk: as many photos again, thrice, where twenty last for a few seconds and one cut would say more than the link.
E2E_LIMIT=${E2E_LIMIT-3000} COMMAND_LIMIT=${COMMAND_LIMIT-2400}
export E2E_LIMIT COMMAND_LIMIT
. "${0%/*}/bed.sh"
profile=$2
shift 2
tasks=${*:-idle ten month new photos bulk behind}
month=$(date +%Y-%m)
photo_bytes=100000 photos=${PHOTOS-20} many=${MANY-5000}

# rows FIRST COUNT: affairs of a village, no two alike.
rows() {
	echo 'topic,date,sort'
	awk -v first="$1" -v count="$2" -v month="$month" 'BEGIN {
		n = split("春耕生产 防火巡查 道路硬化 饮水安全 危房改造 困难帮扶 环境整治 草原管护 医保缴费 矛盾调解", what, " ")
		m = split("柳沟 石圪台 布拉格 查干 乌兰 昌汉 桃林 红海子 哈沙图 台格 巴音", where, " ")
		for (i = first; i < first + count; i++)
			printf "%s%s第%d号,%s-%02d,project\n", where[i * 7 % m + 1], what[i * 3 % n + 1], i * 7919 % 100003, month, i % 28 + 1
	}'
}

# until_done COMMAND…: as somebody would who does not give up.
until_done() {
	tries=1
	until "$@" >"$out" 2>"$err" </dev/null; do
		[ "$tries" -lt 60 ] || fail 'sixty tries were not enough'
		tries=$((tries + 1))
		sleep 2
	done
}

# timed TASK COMMAND…
timed() {
	task=$1
	shift
	word begin
	begun=$(now_ms)
	until_done "$@"
	report "$task" "$(($(now_ms) - begun))" "$tries"
}

report() {
	count
	awk -v ms="$2" -v head="$profile $1" -v tries="$3" -v counts="$(counted up.payload) $(counted down.payload) \
		$(counted up.again) $(counted down.again) $(counted up.bytes) $(counted down.bytes) $(counted connections) $(counted there_ms)" \
		'BEGIN { $0 = counts; $1 = $1; printf "%s %.1f %s %s\n", head, ms / 1000, tries, $0 }' | tee -a "$work/.e2e/figures"
}

photo() { # NUMBER
	head -c "$photo_bytes" /dev/urandom >photo.jpg
	ok tributary -C laptop file add affair "$subject" "files[$1.jpg]" photo.jpg
}

prepare() {
	lay
	link lan
	ok tributaryd -C county init --top --name 旗委 --kind county --pack "$pack"
	far_serve county 7700
	ok tributaryd -C county unit add --kind branch --code B1 --name 柳沟村党支部
	device county laptop B1 电脑
	rows 1 "$many" >many.csv
	ok tributary -C laptop import affair many.csv
	subject=$(sed -n 2p many.csv | cut -d, -f1)
	ok tributary -C laptop sync
	ok tributary -C laptop sync
}

arrived() { tributaryd -C county --json list affair --unit B1 --where "topic=$1" 2>/dev/null | grep -q "$1"; }

# The longest of some: a small entry, written while photos are on their way; and how long the link was there of the longest by that.
behind_photos() {
	for i in $(seq 15); do photo "behind-$i"; done
	"$build/client/tributary" -C laptop sync --live 8>&- >"$work/.e2e/live.out" 2>&1 &
	echo $! >"$work/.e2e/live.pid"
	worst=0 worst_there=0
	sleep 8
	for i in 1 2 3 4 5 6 7 8; do
		sleep 1.3
		echo "topic,date,sort
小事$i,$month-05,project" >small.csv
		ok tributary -C laptop import affair small.csv
		word begin
		begun=$(now_ms)
		until arrived "小事$i"; do sleep 0.02; done
		took=$(($(now_ms) - begun))
		count
		there=$(counted there_ms)
		echo "# $profile behind $i: $took ms, the link there for $there ms"
		[ "$took" -le "$worst" ] || worst=$took
		[ "$there" -le "$worst_there" ] || worst_there=$there
	done
	kill "$(pid_of live)"
	wait "$(pid_of live)" 2>/dev/null || :
	rm "$work/.e2e/live.pid"
	report behind "$worst" 1
	report behind_there "$worst_there" 1
}

step "a branch with $many entries"
prepare
link "$profile"
for task in $tasks; do
	now="$profile: $task"
	case $task in
	idle) timed idle tributary -C laptop sync ;;
	ten)
		rows 20001 10 >ten.csv
		ok tributary -C laptop import affair ten.csv
		timed ten tributary -C laptop sync
		;;
	month)
		rows 30001 300 >month.csv
		ok tributary -C laptop import affair month.csv
		timed month tributary -C laptop sync
		;;
	new)
		invitation=$(invited county B1)
		timed new tributary -C tablet join "$invitation" --label 平板
		;;
	photos)
		for i in $(seq "$photos"); do photo "$i"; done
		timed photos tributary -C laptop sync
		;;
	bulk)
		rate=${words#*rate=}
		[ "${rate%% *}" -ge 1000000 ] || continue
		for i in $(seq $((3 * photos))); do photo "bulk-$i"; done
		timed bulk tributary -C laptop sync
		;;
	behind) behind_photos ;;
	esac
done
cut_off
[ -z "${FIGURES-}" ] || cat "$work/.e2e/figures" >>"$FIGURES"
