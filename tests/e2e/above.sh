#!/bin/sh
# A county asks for the original of a photo that a branch's record names for it: all files of a kind at once, through the township.
. "${0%/*}/lib.sh"

step 'a pack whose affairs name their files for the county, too'
sed 's/name: files, /name: files, lane: up, /' "$source/packs/party-branch.yaml" >files-up.yaml
ok tributaryd -C county init --top --name 县委 --kind county_committee --pack files-up.yaml
serve county
ok tributaryd -C county unit add --kind township_committee --code T1 --name 镇党委
ok tributaryd -C township init --join "$(invited county T1 --server)" --label 服务器
serve township
ok tributaryd -C township unit add --kind branch --code B1 --name 支部
device township laptop B1 电脑
month=$(date +%Y-%m)
