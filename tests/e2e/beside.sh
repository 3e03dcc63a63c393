#!/bin/sh
# With no server in reach: two devices of one unit beside each other, a passer-by who carries what he cannot read and brings
# the receipts back, the county in the place of its township, and what is still here alone.
. "${0%/*}/lib.sh"
side_by_side

affair() { ok tributary -C "$1" put affair "date=$month-01" sort=project "topic=$2"; }

# stays NAME: lets others call it; its address, as one types it, is in $address.
stays() {
	stay "$1"
	address=$(jsoncheck address <"$work/.e2e/$1.ready")
	address=${address#tcp://}/$(jsoncheck device <"$work/.e2e/$1.ready" | cut -c 1-12)
}

doors=$(cut -d ' ' -f 1 "$work/.e2e/county.doors")

# So many affairs of the branch at the township; and nothing more without a receipt on the laptop, by whatever road.
arrived() { [ "$(tributaryd -C township --json list affair --unit B1 | jsoncheck 'records[#]')" = "$1" ]; }
acknowledged() { [ "$(tributary -C laptop --json sync --with "$doors/伊金霍洛旗委" | jsoncheck open)" = 0 ]; }

step 'the township goes down: the county above it takes what is sealed for it, and gives it on when it is back'
affair laptop 赵一
stop township
ok tributary -C laptop --json sync
same 'the road' "$(field road)" line
same 'here alone' "$(field alone)" 0
[ "$(field open)" -gt 0 ] || fail 'what the county carries is not received'
ok tributaryd -C county --json cargo
same 'whose' "$(field 'cargo[0].holder_name')" 电脑
serve township
soon 20 arrived 1
stop township
soon 20 acknowledged
stop county

step 'neither is there; nothing is lost, and it is said what is here alone'
affair laptop 张三
exits 4 tributary -C laptop sync
says 'on this machine alone'
says 'bundle out'
ok tributary -C laptop --json status
[ "$(field alone)" -gt 0 ] || fail 'nothing is here alone'
ok tributary -C laptop status
says "$(tributary -C laptop --json status | jsoncheck alone) entries are on this machine alone"

step 'the other device of the unit: everything, both ways'
stays tablet
affair tablet 李四
ok tributary -C laptop --json sync --with "$address"
same 'what it was' "$(field road)" neighbour
[ "$(field entries_sent)" -gt 0 ] || fail 'nothing was sent'
[ "$(field entries_received)" -gt 0 ] || fail 'nothing came'
ok tributary -C laptop --json list affair
same 'affairs here' "$(field 'records[#]')" 3
ok tributary -C tablet --json list affair
same 'affairs there' "$(field 'records[#]')" 3
ok tributary -C laptop --json status
same 'here alone' "$(field alone)" 0
same 'also there' "$(field 'handed[own_unit=true].name')" 平板
[ "$(field waiting)" -gt 0 ] || fail 'held by a neighbour is not received'
ok tributary -C laptop sync # the road is found again without being told
says 'beside this device was the road'
stop tablet

step 'a passer-by of another unit carries it; he can read nothing of it'
stays passer
affair laptop 王五
ok tributary -C laptop sync --with "$address"
says 'sealed'
ok tributary -C laptop status
says 'were handed to 路过'
ok tributary -C passer --json cargo
same 'whose' "$(field 'cargo[0].holder_name')" 电脑
! grep -rqa 王五 passer || fail 'the carrier can read it'
stop passer
ok tributary -C passer status
says 'bundles of others are carried here'

step 'a stranger is let in nowhere'
ok tributaryd -C elsewhere init --top --name 别处 --kind county --pack "$source/packs/party-branch.yaml"
ok tributaryd -C elsewhere unit add --kind branch --name 别村 --code X1
serve elsewhere
device elsewhere stranger X1 外人
stays laptop
exits 1 tributary -C stranger sync --with "$address"
stop laptop

step 'the township is back: the carrier brings it, and what answers it goes back with him'
serve township
ok tributary -C passer sync
says 'of others were handed on'
ok tributaryd -C township --json list affair --unit B1
same 'affairs at the township' "$(field 'records[#]')" 4
stop township
stays passer
ok tributary -C laptop sync --with "$address"
ok tributary -C laptop --json status
same 'nothing waits' "$(field 'handed[name=路过].entries')" 'nothing at handed[name=路过].entries'
stop passer

step 'an address that is none, and one where nobody is'
exits 1 tributary -C laptop sync --with nonsense
one_line
exits 4 tributary -C laptop sync --with 127.0.0.1:9/路过
one_line
ok tributary -C laptop --json neighbours --wait 1
same 'met' "$(field 'neighbours[name=路过].kind')" courier
