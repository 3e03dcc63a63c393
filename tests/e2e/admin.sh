#!/bin/sh
# Administration while the server runs: units, invitations, devices, packs, status, check; and a stolen
# tablet that goes on writing.
. "${0%/*}/lib.sh"

small_tree

step 'units are added and shown while the server runs'
ok tributaryd -C township --json unit add --kind branch --code B2 --name 布拉格村党支部
unit=$(field unit)
ok tributaryd -C township unit show B2
says 布拉格村党支部
ok tributaryd -C township unit show 伊金霍洛旗委/阿勒腾席热镇/布拉格村党支部
ok tributaryd -C township unit show "$unit"
ok tributaryd -C township --json unit list
same 'units at the township' "$(field 'units[#]')" 3
knows() { tributaryd -C "$1" unit show "$2"; }
soon 10 knows county B2
ok tributaryd -C county --json unit list --parent T1
same 'units below T1 at the county' "$(field 'units[#]')" 3

step 'whose right it is not: a township adds nothing beside itself'
exits 1 tributaryd -C township unit add --kind branch --name 别处 --parent 不存在
one_line
exits 3 tributaryd -C township unit add --kind branch --name 别处 --parent 伊金霍洛旗委
one_line

step 'an invitation made while the server runs is good at once, for one device'
code=$(invited township B1)
ok tributary -C laptop join "$code" --label 电脑
exits 3 tributary -C other join "$code" --label 别人
one_line
ok tributaryd -C township --json device list --unit B1
same 'devices of B1' "$(field 'devices[#]')" 1

step 'status: healthy, and who is silent'
ok tributaryd -C township --json status
same running "$(field running)" true
same 'units that keep a ledger' "$(field expected)" 2
same 'of them silent' "$(field silent)" 2
member laptop 甲一
ok tributary -C laptop sync
ok tributaryd -C township --json status
same 'of them silent' "$(field silent)" 1
exits 75 tributaryd -C township run --sync 'tcp://127.0.0.1:*'
one_line

step 'a new version of the pack goes down the whole tree; the figures go on'
sed -e 's/^version: 1$/version: 2/' -e 's/title: {zh: 党员总数, en: Members}/title: {zh: 党员总数, en: Members in all}/' "$pack" >newer.yaml
cmp -s "$pack" newer.yaml && fail 'the pack was not changed'
exits 3 tributaryd -C township pack publish newer.yaml
one_line
ok tributaryd -C county pack publish newer.yaml
says 'version 2'
exits 1 tributaryd -C county pack publish newer.yaml
says 'not higher'
has_pack() { tributaryd -C "$1" --json status | jsoncheck pack | grep -q 'party-branch 2'; }
soon 10 has_pack township
ok tributary -C laptop sync
ok tributary -C laptop status
says 'party-branch 2'
member laptop 甲二
ok tributary -C laptop sync
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 2
ok tributaryd -C township figures --period 2026-03 --metric members
says 'Members in all'
county_has() { [ "$(figure tributaryd county 2026-03 members)" = "$1" ]; }
soon 10 county_has 2

step 'a tablet joins, works, and is stolen'
device township tablet B1 平板
ok tributary -C laptop sync
ok tributary -C tablet sync
member tablet 乙一
ok tributary -C tablet sync
ok tributary -C laptop sync
ok tributary -C laptop get member 乙一
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 3
ok tributary -C laptop status
says 'devices that write as this unit: 2 (' # in the order of their keys
says '平板'

step 'it is revoked with a cut-off: what it had sent stays, what it writes from then on gets nowhere'
exits 2 tributaryd -C township device revoke 平板
ok tributaryd -C township device revoke 平板 --reason 丢失
member tablet 贼一
exits 3 tributary -C tablet sync
one_line
says 'set aside'
ok tributary -C laptop sync
ok tributary -C laptop status
says 'devices that write as this unit: 1 (电脑)'
exits 1 tributary -C laptop get member 贼一
ok tributary -C laptop get member 乙一
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 3
ok tributaryd -C township --json device list
same 'devices revoked' "$(field 'devices[revoked=true][#]')" 1

step 'the key of the unit is a new one: the tablet cannot read what was written since, whatever it gets hold of'
ok tributary -C laptop put meeting date=2026-03-02 type=党课 topic=新的 minutes=CANARY-after-revocation
ok tributary -C laptop sync
tributary -C tablet sync >/dev/null 2>&1 || :
exits 1 tributary -C tablet get meeting 新的
! grep -aFrq CANARY-after-revocation tablet || fail 'the stolen tablet holds the minutes'

step 'a device in its place reads all, the old and the new'
device township tablet2 B1 新平板
ok tributary -C laptop sync
ok tributary -C tablet2 sync
ok tributary -C tablet2 get member 乙一
ok tributary -C tablet2 get meeting 新的
says CANARY-after-revocation

step 'revoked with nothing to stay: what it wrote is set aside, and told'
device township borrowed B1 借用
ok tributary -C laptop sync
ok tributary -C borrowed sync
member borrowed 丙一
ok tributary -C borrowed sync
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 4
ok tributaryd -C township device revoke 借用 --cutoff none --reason 误用
ok tributary -C laptop sync
ok tributary -C laptop sync
exits 1 tributary -C laptop get member 丙一
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 3
soon 20 county_has 3

step 'check while the server runs, and after; computed anew it is the same'
ok tributaryd -C township check
ok tributaryd -C county check
stop township
stop county
ok tributaryd -C township check --rebuild
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 3
ok tributaryd -C county check --rebuild
same 'members at the county' "$(figure tributaryd county 2026-03 members)" 3
