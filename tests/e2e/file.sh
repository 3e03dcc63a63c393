#!/bin/sh
# Photos and papers: attached, sent behind everything small, resumed at the piece, kept off a bad link, by stick, sealed where
# their field is, complete or not at both ends, swept when nothing names them.
. "${0%/*}/lib.sh"
small_tree
device township laptop B1 电脑
month=$(date +%Y-%m)

step 'a meeting with two files: a large one and a small one'
ok tributary -C laptop put affair "date=$month-01" sort=project topic=春耕
head -c 3000000 /dev/urandom >photo.jpg
printf 'minutes' >paper.txt
ok tributary -C laptop file add affair 春耕 files photo.jpg
says 'pieces'
ok tributary -C laptop --json file add affair 春耕 'files[签到.txt]' paper.txt
same 'pieces' "$(field pieces)" 1
exits 1 tributary -C laptop file add affair 春耕 files nowhere.jpg
one_line
exits 2 tributary -C laptop file add affair 春耕 topic paper.txt
ok tributary -C laptop --json file list affair
same 'whole here' "$(field 'files[name=photo.jpg].state')" whole
same 'not sent yet' "$(field 'files[name=photo.jpg].received')" 0

step 'a bad link is kept for what is small: entries go, files do not'
ok tributary -C laptop file link none
ok tributary -C laptop sync
ok tributaryd -C township --json list affair --unit B1
same 'the record is there' "$(field 'records[#]')" 1
ok tributaryd -C township --json file list --unit B1
same 'the photo is not' "$(field 'files[name=photo.jpg].state')" away
ok tributary -C laptop --json status
same 'the record' "$(field received)" 1

step 'so much a day'
ok tributary -C laptop file link 200K
ok tributary -C laptop sync
ok tributary -C laptop --json file list affair
received=$(field 'files[name=photo.jpg].received')
[ "$received" -gt 0 ] && [ "$received" -lt 46 ] || fail "received $received pieces"

step 'on a good link the rest, from the piece where it stopped'
ok tributary -C laptop file link all
ok tributary -C laptop sync
ok tributary -C laptop --json file list affair
same 'received' "$(field 'files[name=photo.jpg].received')" 46
ok tributaryd -C township --json file list --unit B1
same 'whole there' "$(field 'files[name=photo.jpg].state')" whole
ok tributaryd -C township file get --unit B1 affair 春耕 'files[photo.jpg]' there.jpg
cmp photo.jpg there.jpg || fail 'another photo'

step 'the same photo again costs nothing; a second device of the branch has it, too'
ok tributary -C laptop put affair "date=$month-02" sort=project topic=防火
ok tributary -C laptop file add affair 防火 files photo.jpg
ok tributary -C laptop --json sync
[ "$(field bytes_out)" -lt 20000 ] || fail "sent $(field bytes_out) bytes"
device township tablet B1 平板
ok tributary -C tablet file get affair 防火 'files[photo.jpg]' tablet.jpg
cmp photo.jpg tablet.jpg || fail 'another photo'

step 'by stick, paused or not'
ok tributary -C laptop file link none
head -c 200000 /dev/urandom >scan.pdf
ok tributary -C laptop file add affair 防火 files scan.pdf
ok tributary -C laptop bundle out month.tbundle
ok tributaryd -C township bundle in month.tbundle
ok tributaryd -C township file get --unit B1 affair 防火 'files[scan.pdf]' scan2.pdf
cmp scan.pdf scan2.pdf || fail 'another scan'
ok tributary -C laptop file link all

step 'no room for more files there: they are refused, entries go on'
ok tributaryd -C township file quota 1K
ok tributary -C laptop file add affair 防火 'files[二.txt]' "$source/README.md"
ok tributary -C laptop put meeting "date=$month-03" type=党小组会 topic=学习
ok tributary -C laptop sync
says 'no room for more files of this unit'
same 'meetings there' "$(figure tributaryd township "$month" meetings_held value --unit B1)" 1
ok tributaryd -C township --json file list --unit B1
same 'the new file' "$(field 'files[name=二.txt].state')" away
ok tributaryd -C township file quota none
ok tributary -C laptop sync
ok tributaryd -C township --json file list --unit B1
same 'the new file' "$(field 'files[name=二.txt].state')" whole

step 'which evidence of an affair is missing, here, at the archive'
ok tributary -C laptop --json get affair 春耕
same 'before' "$(field 'evidence[field=before_files].state')" missing
ok tributary -C laptop get affair 春耕
says 'missing'
printf 'motion' >motion.txt
ok tributary -C laptop file add affair 春耕 before_files motion.txt
ok tributary -C laptop file add affair 春耕 during_files photo.jpg
ok tributary -C laptop --json get affair 春耕
same 'before' "$(field 'evidence[field=before_files].state')" here
same 'during' "$(field 'evidence[field=during_files].state')" archive
same 'after' "$(field 'evidence[field=after_files].state')" missing
ok tributary -C laptop list affair
says 'missing: Files from after'
ok tributary -C laptop file add affair 春耕 after_files paper.txt
ok tributary -C laptop sync
ok tributary -C laptop list affair
says 'all there, 3 of 3 at the archive'
ok tributaryd -C township --json list affair --unit B1
same 'there' "$(field 'records[label=春耕].evidence[field=before_files].state')" archive
ok tributary -C tablet sync
ok tributary -C tablet --json get affair 春耕
same 'on the tablet' "$(field 'evidence[field=before_files].here')" 1

step 'what no record names any more is swept; all the rest stands, also after everything is computed anew'
ok tributary -C laptop put affair --record 防火 'files[scan.pdf]='
ok tributary -C laptop sync
ok tributary -C laptop --json file sweep
same 'swept' "$(field swept)" 1
ok tributary -C laptop check --rebuild
ok tributary -C laptop --json file list affair
same 'still whole' "$(field 'files[name=photo.jpg].state')" whole
ok tributary -C laptop file get affair 春耕 'files[签到.txt]' again.txt
cmp paper.txt again.txt || fail 'another paper'

step 'a small picture of a photo is above before the photo is, upright and without the place; of a film there is none'
ok tributary -C laptop file link none
ok tributary -C laptop put affair "date=$month-03" sort=project topic=路灯
ok tributary -C laptop file add affair 路灯 'files[路灯.jpg]' "$source/tests/e2e/data/photo.jpg"
printf '\000\000\000\030ftypmp42film' >film.mp4
ok tributary -C laptop file add affair 路灯 files film.mp4
ok tributary -C laptop --json file list affair
same 'the photo has one' "$(field 'files[name=路灯.jpg].picture')" true
same 'the film has none' "$(field 'files[name=film.mp4].picture')" false
ok tributary -C laptop sync
ok tributaryd -C township --json file list --unit B1
same 'the photo is not there' "$(field 'files[name=路灯.jpg].state')" away
same 'its picture is' "$(field 'files[name=路灯.jpg].picture')" true
ok tributaryd -C township file picture --unit B1 affair 路灯 'files[路灯.jpg]' small.jpg
[ "$(wc -c <small.jpg)" -le 16384 ] || fail 'it is not small'
[ "$(od -An -tx1 -N2 small.jpg | tr -d ' ')" = ffd8 ] || fail 'no JPEG'
! grep -q Exif small.jpg || fail 'it tells more than it shows'
exits 1 tributaryd -C township file picture --unit B1 affair 路灯 'files[film.mp4]' film.jpg
one_line
exits 2 tributary -C laptop file picture affair 路灯 topic small.jpg
exits 1 tributary -C laptop file picture affair 路灯 'files[路灯.jpg]' nowhere/small.jpg
one_line
ok tributary -C laptop file link all

step 'files on a good link only: measured by the first piece, and not good enough for what was asked'
exits 2 tributary -C laptop file link good fast
one_line
exits 2 tributary -C laptop file link all 64K
ok tributary -C laptop file link good 1000G
says 'one piece goes first'
head -c 2000000 /dev/urandom >roof.jpg
ok tributary -C laptop file add affair 路灯 files roof.jpg
ok tributary -C laptop sync
ok tributary -C laptop --json file list affair
received=$(field 'files[name=roof.jpg].received')
[ "$received" -le 1 ] || fail "received $received pieces"
ok tributary -C laptop --json status
same 'the link' "$(field files.link.link)" bad
ok tributary -C laptop status
says 'files wait for a good link'
ok tributary -C laptop file list affair
says 'files wait for a good link'
ok tributary -C laptop file link good 1
ok tributary -C laptop sync
ok tributary -C laptop --json file list affair
same 'received' "$(field 'files[name=roof.jpg].received')" 31
ok tributary -C laptop file link all
