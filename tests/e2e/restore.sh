#!/bin/sh
# Stores that come back from a backup, and copies of stores: everything heals by itself with the next sync.
. "${0%/*}/lib.sh"

small_tree
device township laptop B1 电脑
device township tablet B1 平板
ok tributary -C laptop sync
ok tributary -C tablet sync

members_are() { # COUNT DIRECTORY…
	count=$1
	shift
	for dir in "$@"; do
		ok tributary -C "$dir" --json list member
		same "members on $dir" "$(field 'records[#]')" "$count"
	done
	same 'members at the township' "$(figure tributaryd township 2026-03 members)" "$count"
}
# As people do it: the old directory is put aside first, then goes.
put_back() {
	mv "$1" aside
	tar -xf backup.tar
	rm -rf aside
}
healthy() {
	for dir in "$@"; do
		ok tributary -C "$dir" --json status
		same "waiting on $dir" "$(field waiting)" 0
		same "not accepted on $dir" "$(field not_accepted)" 0
		same "conflicts on $dir" "$(field conflicts)" 0
		ok tributary -C "$dir" doctor
	done
}

step 'a device goes on after its backup was made, then the backup is put back'
member laptop 甲一
ok tributary -C laptop sync
tar -cf backup.tar laptop
member laptop 甲二
member laptop 甲三
ok tributary -C laptop sync
put_back laptop
ok tributary -C laptop sync
says 'restored'
ok tributary -C laptop sync
says_not 'restored'
members_are 3 laptop
member laptop 甲四
ok tributary -C laptop sync
ok tributary -C tablet sync
members_are 4 laptop tablet
healthy laptop tablet

step 'a disk is put back, byte by byte in place, and written to before the next sync: nothing shows here that
  anything followed; the server sees it, both histories are kept, and the status says what happened'
tar -cf backup.tar laptop
member laptop 乙一
ok tributary -C laptop sync
tar --overwrite -xf backup.tar
member laptop 乙二
says_not restored
ok tributary -C laptop sync
ok tributary -C laptop --json status
[ "$(field 'notices[#]')" -ge 1 ] || fail 'the status does not say what happened'
ok tributary -C laptop status
says 'notice: '
ok tributary -C tablet sync
ok tributary -C laptop sync
members_are 6 laptop tablet
healthy laptop tablet
ok tributary -C laptop list member
says 乙一
says 乙二

step 'what was written after the backup and never synced is gone, and only that'
tar -cf backup.tar laptop
member laptop 丙一
put_back laptop
ok tributary -C laptop sync
members_are 6 laptop
healthy laptop

step 'a copy of the directory is used beside the first, as on another machine: both go on, apart'
cp -a laptop copy
# A machine of its own has a machine id of its own; a place of its own is as good.
member copy 丁一
says 'new life'
member laptop 丁二
ok tributary -C copy sync
ok tributary -C laptop sync
ok tributary -C tablet sync
ok tributary -C copy sync
ok tributary -C laptop sync
members_are 8 laptop tablet copy
healthy laptop tablet copy

step 'the township is put back to a backup: devices send again what it lacks, without a word from anybody'
stop township
tar -cf backup.tar township
serve township
member laptop 戊一
ok tributary -C laptop sync
member tablet 戊二
ok tributary -C tablet sync
kill_hard township
put_back township
serve township
ok tributary -C laptop sync
ok tributary -C tablet sync
ok tributary -C laptop sync
ok tributary -C copy sync
members_are 10 laptop tablet copy
healthy laptop tablet copy
county_has() { [ "$(figure tributaryd county 2026-03 members)" = "$1" ]; }
soon 60 county_has 10

step 'what the restored township itself had signed comes back from the county before it decides anything'
stop township
tar -cf backup.tar township
serve township
ok tributaryd -C township unit add --kind branch --code B2 --name 新支部
unit_is_there() { tributaryd -C "$1" unit show B2; }
soon 30 unit_is_there county
stop township
put_back township
serve township
soon 30 unit_is_there township
ok tributaryd -C township unit add --kind branch --code B3 --name 又一支部
device township second B3 电脑
member second 己一
ok tributary -C second sync
soon 60 county_has 11

step 'the county is put back to a backup: the township sends it everything again'
stop county
tar -cf backup.tar county
serve county
member laptop 庚一
ok tributary -C laptop sync
soon 60 county_has 12
stop county
put_back county
serve county
soon 90 county_has 12

step 'the disk of a device is moved to another machine: it goes on in a new life, by itself, with one notice'
members=12
printf '%032d\n' 7 >other-id
elsewhere() { unshare -m sh -c 'mount --bind "$0" /etc/machine-id && exec "$@"' "$work/other-id" "$build/client/tributary" "$@"; }
if [ -s /etc/machine-id ] && elsewhere --version >"$out" 2>&1; then
	mv laptop moved
	ok elsewhere -C moved put member name=辛一 sex=女 ethnic_group=汉族 birth=1990-05-01 joined=2015-07-01 category=正式党员 occupation=农牧民
	says 'a new life began'
	ok elsewhere -C moved sync
	says_not 'a new life began'
	members=13
	soon 60 county_has 13
	mv moved laptop
else
	echo '  (skipped: this machine does not let a test be another)'
fi

step 'every store is whole, and computed anew it is the same'
stop township
stop county
for dir in county township; do
	ok tributaryd -C $dir check --rebuild
	same "members at $dir" "$(figure tributaryd $dir 2026-03 members)" "$members"
done

step 'a server that met damage checks before it serves: what is whole is served, what is not is refused in a line'
: >county/damaged
serve county
[ ! -e county/damaged ] || fail 'the mark stays'
stop county
: >county/damaged
pages=$(($(stat -c %s county/store/data.mdb) / 4096))
dd if=/dev/zero of=county/store/data.mdb bs=4096 seek=2 count=$((pages - 2)) conv=notrunc status=none
exits 1 tributaryd -C county run --sync 'tcp://127.0.0.1:*'
one_line
says damaged
