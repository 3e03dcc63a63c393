#!/bin/sh
# What bad input gets: one clear sentence, an exit code that scripts can use, and nothing half-written.
. "${0%/*}/lib.sh"

small_tree
device township laptop B1 电脑
data=$here/data
members() {
	ok tributary -C laptop --json list member
	field 'records[#]'
}

step 'tables as they come: GB18030 from WPS, a byte order mark and quoted line breaks from Excel'
ok tributary -C laptop --json import member "$data/roster-gb18030.csv"
same 'rows taken' "$(field created)" 2
ok tributary -C laptop --json get member 王建国
same born "$(field fields.birth)" 1962-05-01
same joined "$(field fields.joined)" 1985-07-01
ok tributary -C laptop --json import member "$data/roster-bom.csv"
same 'rows taken' "$(field created)" 2
ok tributary -C laptop get member 巴图
says '随叫随到'
ok tributary -C laptop --json get member 巴图
same 'lines of the note' "$(jsoncheck fields.note <"$out" | wc -l)" 3
same members "$(members)" 4

step 'bad rows: line, column, value and what was expected; nothing is written'
exits 1 tributary -C laptop import member "$data/roster-bad.csv" --failed failed.csv
for told in 'roster-bad.csv:3: ' 1980-02-30 'roster-bad.csv:4: ' 不详 'roster-bad.csv:5: ' required 'roster-bad.csv:7: ' 火星族 1981-13-01; do
	says "$told"
done
says 'nothing was written'
same members "$(members)" 4
exits 1 tributary -C laptop --json import member "$data/roster-bad.csv"
same written "$(field written)" false
same 'bad rows' "$(field bad)" 4
same 'line of the first' "$(field 'faults[0].line')" 3
same 'value of the first' "$(field 'faults[0].value')" 1980-02-30
same members "$(members)" 4

step 'only tried: nothing is written either'
ok tributary -C laptop --json import member "$data/roster-bom.csv" --dry-run
same written "$(field written)" false
same members "$(members)" 4

step 'the good rows are taken where that is asked, the failed ones mended and imported'
ok tributary -C laptop --json import member "$data/roster-bad.csv" --skip-bad --failed failed.csv
same 'rows taken' "$(field created)" 2
same members "$(members)" 6
same 'rows that failed' "$(($(wc -l <failed.csv) - 1))" 4
sed -e 's/1980-02-30/1980-02-28/' -e 's/不详/女/' -e 's/火星族/满族/' -e 's/1981-13-01/1981-12-01/' -e 's/^,女/补名,女/' failed.csv >mended.csv
ok tributary -C laptop --json import member mended.csv
same 'rows taken' "$(field created)" 4
same members "$(members)" 10

step 'references that lead nowhere, options that are none, words for numbers'
exits 1 tributary -C laptop import meeting "$data/meetings-bad.csv"
for told in 三个 茶话会 查无此人; do
	says "$told"
done
ok tributary -C laptop --json list meeting
same meetings "$(field 'records[#]')" 0

step 'files that are no tables, are not there, or may not be read'
exits 1 tributary -C laptop import member "$data/not-a-table.csv"
one_line
exits 1 tributary -C laptop import member "$data/unknown-headings.csv"
says 'no column is known'
exits 1 tributary -C laptop import member nowhere.csv
one_line
exits 1 tributary -C laptop import member .
one_line
: >empty.csv
exits 1 tributary -C laptop import member empty.csv
one_line
head -c 3000000 /dev/urandom >noise.csv
exits 1 tributary -C laptop import member noise.csv
awk 'BEGIN { printf "姓名,性别\n\""; for (i = 0; i < 200000; i++) printf "从不关上的引号"; }' >open-quote.csv
exits 1 tributary -C laptop import member open-quote.csv
same members "$(members)" 10

step 'wrong usage: one line, exit code 2, nothing done'
for wrong in '' 'fly' 'put' 'put member' 'get member' '--nonsense list member' 'list member --nonsense' 'put member name' \
	'put member name=甲 birth=gestern' 'put member sex=女' 'put dues amount=1.234' 'figures --period gestern' \
	'figures --by nonsense' 'figures --metric nonsense' 'join not-a-code' 'sync now' 'completion zsh'; do
	exits 2 tributary -C laptop $wrong
	[ -s "$err" ] || fail "nothing is said about: $wrong"
done
for wrong in '' 'fly' 'unit' 'unit fly' 'unit add' 'invite' 'invite --unit B1 --days 0' 'init' 'init --top' \
	'init --top --join x' 'device revoke' 'figures --period 13' 'proof --metric members'; do
	exits 2 tributaryd -C township $wrong
	[ -s "$err" ] || fail "nothing is said about: $wrong"
done
exits 2 tributary -C laptop put member name=甲 sex=女 ethnic_group=汉族 birth=1890-01-01 joined=2015-07-01 category=正式党员 occupation=农牧民
one_line
same members "$(members)" 10

step 'names that are not there'
exits 1 tributary -C laptop put nonsense a=b
one_line
exits 1 tributary -C laptop put member nonsense=b
one_line
exits 1 tributary -C laptop get member 查无此人
one_line
exits 1 tributaryd -C township invite --unit 不存在
one_line
exits 1 tributaryd -C township figures --unit 不存在
one_line
exits 1 tributaryd -C township device revoke 不存在 --reason x
one_line
for dir in nowhere "$work/data"; do
	exits 1 tributary -C "$dir" status
	one_line
	exits 1 tributaryd -C "$dir" status
	one_line
done
printf 'x' >a-file
exits 2 tributary -C a-file status
one_line

step 'invitations: garbled, for the other program, used, expired'
code=$(invited township B1)
exits 2 tributary -C other join "$(echo "$code" | sed 's/....$//')"
one_line
exits 2 tributary -C other join "$(echo "$code" | sed 's/.\(.\{40\}\)$/!\1/')"
one_line
exits 2 tributaryd -C other init --join "$code"
one_line
exits 2 tributary -C other join "$(invited township T1 --server)"
one_line
ok tributaryd -C township unit add --kind branch --code B2 --name 别的支部
exits 1 tributary -C laptop join "$(invited township B2)"
one_line
ok tributary -C other join "$code"
exits 3 tributary -C third join "$code"
one_line
exits 1 tributary -C third status
[ ! -e other2 ] || fail 'a directory was made for nothing'

step 'units: bad rows are told one by one, and nothing is written unless asked'
exits 1 tributaryd -C township unit import "$data/units-bad.csv" --parent T1
says 'duplicate'
says 无上级村
says 'nothing was written'
exits 3 tributaryd -C county unit import "$data/units-bad.csv" --parent T1 --skip-bad # the township's to do
exits 1 tributaryd -C township unit show V1
ok tributaryd -C township --json unit import "$data/units-bad.csv" --parent T1 --skip-bad
same 'units written' "$(field units)" 1
ok tributaryd -C township unit show V1

step 'packs that are wrong'
echo 'name: [' >broken.yaml
exits 1 tributaryd -C new init --top --name 县 --kind county --pack broken.yaml
one_line
sed 's/type: date/type: datum/' "$pack" >wrong.yaml
exits 1 tributaryd -C new init --top --name 县 --kind county --pack wrong.yaml
one_line
says 'wrong.yaml:'
exits 2 tributaryd -C new init --top --name 县 --kind galaxy --pack "$pack"

step 'a disk that is full: a plain sentence, 75, and the store is what it was'
ok tributary -C laptop sync
{
	echo 姓名,性别,民族,出生日期,入党日期,党员类别,职业,备注
	seq 3000 | awk '{ printf "成员%d,男,汉族,1980-01-01,2008-07-01,正式党员,农牧民,备注备注备注备注备注备注备注备注备注备注备注备注备注备注备注备注%d\n", $1, $1 }'
} >many.csv
limit=$(($(wc -c <laptop/store/data.mdb) / 1024 + 64))
limited() { (ulimit -f $((limit * 2)) && exec "$build/client/tributary" -C laptop import member many.csv); }
exits 75 limited
one_line
same members "$(members)" 10
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
	cp -a laptop small/laptop
	got=0
	tributary -C small/laptop import member many.csv >"$out" 2>"$err" </dev/null || got=$?
	tributary -C small/laptop --json list member >small.list 2>&1 || :
	umount small
	last='import on a small disk'
	same 'exit code on a small disk' "$got" 75
	says 'disk is full'
	same 'members on the small disk' "$(jsoncheck 'records[#]' <small.list)" 10
fi
ok tributary -C laptop import member many.csv
same members "$(members)" 3010
ok tributary -C laptop sync
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 3010

step 'damaged stores: a plain error, no abort, and never a wrong answer in silence'
stop township
ok tributaryd -C township check
plain() { # COMMAND…: 0 or 1, within its time, and not by a signal
	last=$*
	got=0
	"$@" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -le 4 ] || [ "$got" -eq 75 ] || fail "ended with $got"
}
size=$(wc -c <township/store/data.mdb)
for cut in 0 100 4096 $((size / 2)) $((size - 4096)); do
	rm -rf hurt
	cp -a township hurt
	truncate -s "$cut" hurt/store/data.mdb
	plain tributaryd -C hurt status
	plain tributaryd -C hurt check
	plain tributaryd -C hurt figures --period 2026-03
done
for seed in 1 2 3 4 5 6; do
	rm -rf hurt
	cp -a township hurt
	awk -v seed="$seed" -v size="$size" 'BEGIN { srand(seed); for (i = 0; i < 40; i++) print int(8192 + rand() * (size - 8192)) }' |
		while read -r at; do
			printf '\252' | dd of=hurt/store/data.mdb bs=1 seek="$at" conv=notrunc status=none
		done
	plain tributaryd -C hurt check
	plain tributaryd -C hurt status
	plain tributaryd -C hurt figures --period 2026-03
done
for file in identity guard; do
	rm -rf hurt
	cp -a laptop hurt
	printf 'nonsense' >hurt/$file
	plain tributary -C hurt status
	plain tributary -C hurt put member name=甲
	rm hurt/$file
	plain tributary -C hurt status
done
rm -rf hurt
cp -a laptop hurt
rm hurt/identity
exits 1 tributary -C hurt status
one_line
echo 'sync = nonsense' >>township/tributary.ini
exits 1 tributaryd -C township run
one_line

step 'every verb says valid JSON with --json, also when it fails'
valid() {
	last=$*
	got=0
	"$@" >"$out" 2>"$err" </dev/null || got=$?
	if [ -s "$out" ]; then
		jsoncheck <"$out" || fail 'not JSON'
	else
		tail -n 1 "$err" | jsoncheck error.name >/dev/null || fail 'the failure is not JSON'
	fi
}
for words in 'list member' 'list meeting' 'list dues' 'list activity_day' 'get member 巴图' 'history member 巴图' 'conflicts' \
	'status' 'figures --period 2026Q1' 'figures --period 2026 --metric members --by age' 'doctor' 'mail list' \
	'get member 查无此人' 'put nonsense a=b' 'import member nowhere.csv' 'verify nowhere.proof' 'resolve member 巴图 phone mine' \
	'put member --record 巴图 phone=1' 'delete member 巴图'; do
	valid tributary -C laptop --json $words
done
for words in 'unit list' 'unit show T1' 'device list' 'figures --period 2026-03' 'status' 'check' 'unit show 不存在' \
	'unit add --kind township --name 新镇' 'invite --unit T1 --server' 'pack publish nowhere.yaml' \
	'proof --metric members --period 2026-03 --out x.proof'; do
	valid tributaryd -C county --json $words
done
stop county
