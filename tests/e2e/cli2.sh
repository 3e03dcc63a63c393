#!/bin/sh
# Commands that stand at the edge of the day's work: a server that is replaced, a device that is revoked, a remark
# from above, an import that is stopped, and what is said about each.
. "${0%/*}/lib.sh"

this_year=$(date +%Y)
this_month=$(date +%Y-%m)

small_tree
device township laptop B1 电脑
member laptop 其木格 phone=111
ok tributary -C laptop sync

step 'a plain file is no data directory, and that is what is said'
echo nothing >plain
for program in tributary tributaryd; do
	exits 2 $program -C plain status
	one_line
	says 'this is a file, not a data directory'
done
exits 2 tributary -C plain join "$(invited township B1)"
says 'this is a file, not a data directory'

step 'of the year under way the present month counts; one to come has nobody reporting, and says so'
reports() { [ "$(figure tributaryd county "$1" members reporting)" = "$2" ]; }
soon 20 reports "$this_year" 1
same 'expected this year' "$(figure tributaryd county "$this_year" members expected)" 1
same 'reporting at the township' "$(figure tributaryd township "$this_year" members reporting)" 1
ok tributaryd -C county figures --period "$((this_year + 1))"
says 'has not begun'
ok tributaryd -C county --json figures --period "$((this_year + 1))" --metric members
same 'reporting next year' "$(field 'figures[0].reporting')" 0
same 'it lies ahead' "$(field future)" true
ok tributaryd -C county --json figures --period "$this_year" --metric members
same 'it has begun' "$(field future)" false

step 'who is silent is said by status as by figures'
ok tributaryd -C township unit add --kind branch --code B2 --name 掌岗图村党支部
last_month=$(date -d "$(date +%Y-%m-15) -1 month" +%Y-%m)
settled() {
	[ "$(figure tributaryd "$1" "$last_month" members expected)" = 2 ] && [ "$(figure tributaryd "$1" "$last_month" members reporting)" = 1 ]
}
for server in township county; do
	soon 20 settled $server
	ok tributaryd -C $server --json status
	same "expected at $server" "$(field expected)" 2
	same "silent at $server" "$(field silent)" 1
done

step 'the township loses its server, identity and all; another takes its place in the tree'
stop township
mv township lost
ok tributaryd -C county invite --unit T1 --server
says 'revoke the old one with device revoke'
ok tributaryd -C county device revoke 服务器 --reason 硬盘损坏
ok tributaryd -C county invite --unit T1 --server
says_not 'revoke the old one'
ok tributaryd -C township2 init --join "$(invited county T1 --server)" --label 新服务器
serve township2
knows() { tributaryd -C township2 unit show B1; }
soon 20 knows
ok tributary -C laptop sync
says 'cannot be reached'
member laptop 巴图

step 'the branch goes over to it with one line of text; keys, records and what it wrote meanwhile stay'
ok tributary -C laptop --json status
device_before=$(field device)
ok tributary -C laptop --json join "$(invited township2 B1)"
same 'had joined before' "$(field again)" true
same 'the device' "$(field device)" "$device_before"
ok tributary -C laptop sync
ok tributary -C laptop --json list member
same 'members' "$(field 'records[#]')" 2
ok tributary -C laptop --json status
same 'waiting' "$(field waiting)" 0
counts() { [ "$(figure tributaryd "$1" "$this_month" members)" = 2 ]; }
soon 20 counts township2
soon 20 counts county

step 'what is not its own unit and its own tree is refused, and nothing changes'
other=$(invited township2 B2)
exits 1 tributary -C laptop join "$other"
one_line
says 'this directory belongs to another unit'
ok tributaryd -C elsewhere init --top --name 别处 --kind county --pack "$pack"
serve elsewhere
ok tributaryd -C elsewhere unit add --kind branch --code B9 --name 别处支部
exits 1 tributary -C laptop join "$(invited elsewhere B9)"
one_line
says 'this directory belongs to another unit'
ok tributaryd -C elsewhere --json device list
same 'devices elsewhere' "$(field 'devices[#]')" 1
ok tributary -C laptop sync
device township2 desk B2 电脑二

step 'a server goes over in the same way'
exits 1 tributaryd -C township2 init --join "$(invited elsewhere . --server)"
says 'this directory belongs to another unit'
ok tributaryd -C township2 init --join "$(invited county T1 --server)"
says 'stays with'

step 'the township writes its remark on a branch'"'"'s record, and no more than that'
ok tributary -C laptop put meeting date="$this_month-01" type=党课 topic=春耕 should_attend=2 attended+=其木格 'absent[巴图]=因病'
ok tributary -C laptop sync
ok tributaryd -C township2 --json list meeting --unit B1
same 'meetings of B1 at the township' "$(field 'records[#]')" 1
ok tributaryd -C township2 put meeting --unit B1 --record 春耕 remark=请补签到表 follow_up=三日内
ok tributaryd -C township2 get meeting 春耕 --unit B1
says 请补签到表
exits 3 tributaryd -C township2 put meeting --unit B1 --record 春耕 topic=秋收
one_line
says 'the pack says which fields'
exits 2 tributaryd -C township2 put meeting --unit B1 date="$this_month-02" type=党课 topic=新的
one_line
says '--record'
ok tributaryd -C township2 --json list meeting
same 'meetings of its own' "$(field 'records[#]')" 0
ok tributary -C laptop sync
ok tributary -C laptop --json get meeting 春耕
same remark "$(field fields.remark)" 请补签到表
same 'kept by both' "$(field fields.follow_up)" 三日内
same topic "$(field fields.topic)" 春耕
ok tributary -C laptop put meeting --record 春耕 follow_up=已补
ok tributary -C laptop sync
ok tributaryd -C township2 --json get meeting 春耕 --unit B1
same 'kept by both, at the township' "$(field fields.follow_up)" 已补
exits 3 tributary -C laptop put meeting --record 春耕 remark=自己写

step 'letters go between a branch and its township, both ways'
ok tributaryd -C township2 mail send B1 请来开会
ok tributary -C laptop sync
ok tributary -C laptop mail list
says 请来开会
ok tributary -C laptop mail send T1 收到
ok tributary -C laptop sync
ok tributaryd -C township2 mail list
says 收到

step 'what happened to the store is noted: the last first, in either language, and by doctor'
ok tributary -C laptop --json status
says 'the server was restored or replaced'
same 'not revoked' "$(field revoked)" false
ok tributary -C laptop status
says 'the server was restored or replaced'
ok env TRIBUTARY_LANG=zh_CN "$build/client/tributary" -C laptop status
says '上级服务器曾恢复或更换'
ok tributary -C laptop doctor
says 'the server was restored or replaced'
ok tributaryd -C county --json status
same 'notices at the county' "$(field 'notices[#]')" 0

step 'a device that is revoked is told so, with what to do; what it wrote since is set aside'
device township2 stolen B1 丢失的平板
ok tributary -C laptop sync
ok tributary -C stolen sync
ok tributaryd -C township2 device revoke 丢失的平板 --reason 丢失
member stolen 贼一
exits 3 tributary -C stolen sync
one_line
says 'this device was revoked'
says 'ask the server above for a new invitation'
ok tributary -C stolen status
says 'this device was revoked'
ok tributary -C stolen --json status
same revoked "$(field revoked)" true
exits 1 tributary -C stolen --json doctor
same 'its keys' "$(field 'checks[check=keys].good')" false
says 'ask the server above for a new invitation'
exits 3 tributary -C stolen sync --live
says 'this device was revoked'

step 'a map is written by its keys; what is not so written is told how to be'
two_devices() {
	device township2 tablet B1 平板
	ok tributary -C laptop sync
	ok tributary -C tablet sync
}
two_devices
refused() {
	exits "$1" tributary -C laptop put meeting --record 春耕 "$2"
	one_line
	says "$3"
}
absent() { ok tributary -C "$1" get meeting 春耕; }
ok tributary -C laptop put meeting --record 春耕 'absent[巴图]=on_duty' 'absent[其木格]=外出'
absent laptop
says '巴图=On duty'
says '其木格=Away'
ok tributary -C laptop put meeting --record 春耕 'absent[其木格]='
absent laptop
says_not '其木格=Away'
refused 1 'absent[没有]=因病' 没有
refused 2 'absent[巴图]=睡觉' 'one of: Ill'
refused 2 absent=因病 'absent[KEY]=VALUE'
refused 2 absent+=巴图 'absent[KEY]=VALUE'
refused 2 attended=巴图 'attended+=KEY'
refused 2 'topic[巴图]=因病' topic=VALUE
refused 2 'absent[]=因病' 'absent[KEY]=VALUE'
ok tributary -C laptop --json list meeting 'absent[巴图]=on_duty'
same 'meetings that match' "$(field 'records[#]')" 1
ok tributary -C laptop --json list meeting 'absent[巴图]=ill'
same 'meetings that do not' "$(field 'records[#]')" 0

step 'an element in conflict is decided with mine, theirs or a typed value'
apart() {
	ok tributary -C laptop sync
	ok tributary -C tablet sync
	ok tributary -C laptop put meeting --record 春耕 "absent[巴图]=$1"
	ok tributary -C tablet put meeting --record 春耕 "absent[巴图]=$2"
	ok tributary -C laptop sync
	ok tributary -C tablet sync
	ok tributary -C tablet --json conflicts
	same 'values in conflict' "$(field 'conflicts[#]')" 2
}
decided() {
	ok tributary -C tablet conflicts
	says 'no conflicts'
	ok tributary -C tablet sync
	ok tributary -C laptop sync
	absent laptop
	says "巴图=$1"
	ok tributary -C laptop conflicts
	says 'no conflicts'
}
apart ill infirm
exits 2 tributary -C tablet resolve meeting 春耕 absent mine
one_line
says 'absent[KEY]=VALUE'
exits 2 tributary -C tablet resolve meeting 春耕 'absent[巴图]' 睡觉
ok tributary -C tablet resolve meeting 春耕 'absent[巴图]' mine
decided 'Old and infirm'
apart ill no_reason
ok tributary -C tablet resolve meeting 春耕 'absent[巴图]' theirs
decided Ill
apart away no_reason
ok tributary -C tablet resolve meeting 春耕 'absent[巴图]' 因公
decided 'On duty'

step 'a unit may begin on another day: before it nothing is expected of it'
ok tributaryd -C township2 unit add --kind branch --code B3 --name 三 --since "$((this_year + 1))-01-01"
ok tributaryd -C township2 --json unit show B3
same 'since' "$(field since)" "$((this_year + 1))-01-01"
same 'expected now' "$(figure tributaryd township2 "$this_month" members expected)" 2
same 'expected in a year' "$(figure tributaryd township2 "$((this_year + 1))-02" members expected)" 3
exits 2 tributaryd -C township2 unit add --kind branch --code B4 --name 四 --since "$this_year-02-30"
one_line

step 'an import of units that is stopped says how far it came, and is taken up again'
awk 'BEGIN { print "code,name,kind"; for (i = 0; i < 30000; i++) printf "N%d,第%d支部,branch\n", i, i }' >many.csv
"$build/server/tributaryd" -C elsewhere unit import many.csv >"$out" 2>"$err" </dev/null &
pid=$!
while alive "$pid"; do
	kill -INT "$pid" 2>/dev/null || :
	sleep 0.05
done
got=0
wait "$pid" || got=$?
same 'exit code of what was stopped' "$got" 75
one_line
says 'units written, of all: 0/30000'
ok tributaryd -C elsewhere --json unit list
same 'units' "$(field 'units[#]')" 2
ok tributaryd -C elsewhere --json unit import many.csv
same 'units imported' "$(field units)" 30000
ok tributaryd -C elsewhere check

step 'a device revoked with nothing to stay: all that it wrote is set aside'
member tablet 乌云
ok tributary -C tablet sync
ok tributary -C laptop sync
ok tributary -C laptop get member 乌云
ok tributaryd -C township2 device revoke 平板 --cutoff none --reason 误用
says 'all that it wrote is set aside'
ok tributary -C laptop sync
exits 1 tributary -C laptop get member 乌云
ok tributaryd -C township2 --json status
[ "$(field quarantined)" -gt 0 ] || fail 'nothing is set aside'
soon 20 counts township2
