#!/bin/sh
# A county asks for the originals that a branch's records name for it: all files of a kind at once, through the township, and
# nothing that is for the township alone.
. "${0%/*}/lib.sh"

step 'a pack in which affairs name their files for the county, too'
sed 's/name: files, /name: files, lane: up, /' "$source/packs/party-branch.yaml" >files-up.yaml
pack=$PWD/files-up.yaml
small_tree
device township laptop B1 电脑
month=$(date +%Y-%m)
ok tributary -C laptop put affair "date=$month-01" sort=project topic=修路
head -c 300000 /dev/urandom >road.bin
head -c 100000 /dev/urandom >vote.bin
ok tributary -C laptop file add affair 修路 files road.bin
ok tributary -C laptop file add affair 修路 during_files vote.bin
ok tributary -C laptop sync
there() { tributaryd -C county --json list affair --unit B1 | jsoncheck 'records[0].fields.topic'; }
soon 60 there
ok tributaryd -C county --json file list --unit B1
same 'the file is named there' "$(field 'files[name=road.bin].state')" away

step 'asked for with all others of the kind, it comes up'
ok tributaryd -C county --json file want --unit B1 affair
same 'asked for' "$(field wanted)" 1
ok tributaryd -C county --json file list --unit B1
same 'marked' "$(field 'files[name=road.bin].wanted')" true
whole() { tributaryd -C county --json file list --unit B1 | jsoncheck 'files[name=road.bin].state' | grep -qx whole; }
soon 60 whole
ok tributaryd -C county file get --unit B1 affair 修路 'files[road.bin]' there.bin
cmp road.bin there.bin || fail 'another file'
ok tributaryd -C county check
exits 1 tributaryd -C county file get --unit B1 affair 修路 'during_files[vote.bin]' vote2.bin
one_line

step 'what cannot be'
exits 2 tributaryd -C county file want --unit B1 affair 修路 topic
ok tributaryd -C county --json file want --unit B1
same 'there is nothing more to ask for' "$(field wanted)" 0
ok tributaryd -C county --json file want --unit B1 --withdraw
same 'taken back' "$(field withdrawn)" true
exits 1 tributaryd -C county file want --unit B1 nothing
