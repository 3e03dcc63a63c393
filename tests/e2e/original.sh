#!/bin/sh
# Where the pack says that a server is no archive, entries go up and originals stay, until they are asked for; and a record says
# which evidence it has, here and at the archive.
. "${0%/*}/lib.sh"

step 'a region that keeps no originals, a wind farm on a ridge'
ok tributaryd -C hq init --top --name 总部 --kind headquarters --pack "$source/packs/wind-farm.yaml"
serve hq
ok tributaryd -C hq unit add --kind region --code R1 --name 北方区域
ok tributaryd -C region init --join "$(invited hq R1 --server)" --label 服务器
serve region
ok tributaryd -C region unit add --kind site --code S1 --name 白岭风电场
device region ridge S1 电脑
device region tablet S1 平板
month=$(date +%Y-%m)
ok tributary -C ridge put turbine code=A01 capacity=2000 commissioned=2020-05-01
ok tributary -C ridge --json put inspection "date=$month-01" turbine=A01
first=$(field record)
head -c 700000 /dev/urandom >photo.jpg
ok tributary -C ridge --json get inspection "$first"
same 'evidence' "$(field 'evidence[field=photo].state')" missing
ok tributary -C ridge file add inspection "$first" photo photo.jpg
ok tributary -C ridge --json sync
[ "$(field bytes_out)" -lt 50000 ] || fail "sent $(field bytes_out) bytes"
ok tributary -C ridge --json get inspection "$first"
same 'evidence' "$(field 'evidence[field=photo].state')" here
ok tributaryd -C region --json list inspection --unit S1
same 'the record is there' "$(field 'records[#]')" 1
same 'evidence there' "$(field 'records[0].evidence[field=photo].state')" away
exits 1 tributaryd -C region file get --unit S1 inspection "$first" photo there.jpg

step 'asked for, taken back, asked for again'
ok tributaryd -C region --json file want --unit S1 inspection "$first"
same 'wanted' "$(field wanted)" 1
ok tributaryd -C region file want --unit S1 inspection "$first" photo --withdraw
ok tributary -C ridge sync
ok tributaryd -C region --json file list --unit S1
same 'not there' "$(field 'files[0].state')" away
exits 2 tributaryd -C region file want --unit S1 inspection "$first" date
ok tributaryd -C region file want --unit S1 inspection "$first" photo
ok tributary -C ridge sync
ok tributaryd -C region file get --unit S1 inspection "$first" photo there.jpg
cmp photo.jpg there.jpg || fail 'another photo'
ok tributary -C ridge sync
ok tributary -C ridge --json get inspection "$first"
same 'evidence' "$(field 'evidence[field=photo].state')" archive
ok tributary -C ridge --json sync
[ "$(field bytes_out)" -lt 5000 ] || fail "sent $(field bytes_out) bytes again"

step 'a second device asks for one that only the first one has'
head -c 300000 /dev/urandom >second.jpg
ok tributary -C ridge --json put inspection "date=$month-02" turbine=A01
second=$(field record)
ok tributary -C ridge file add inspection "$second" photo second.jpg
ok tributary -C ridge sync
ok tributary -C tablet sync
exits 1 tributary -C tablet file get inspection "$second" photo tablet.jpg
ok tributary -C tablet file want inspection "$second"
says '1'
ok tributary -C tablet sync
ok tributary -C ridge sync
ok tributary -C tablet sync
ok tributary -C tablet file get inspection "$second" photo tablet.jpg
cmp second.jpg tablet.jpg || fail 'another photo'
ok tributary -C tablet check --rebuild
ok tributary -C tablet file get inspection "$second" photo tablet.jpg
