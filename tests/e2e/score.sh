#!/bin/sh
# Scorecards on the command line: a township assesses and ranks its branches; a branch keeps its members' points.
. "${0%/*}/lib.sh"

ok tributaryd -C county init --top --name 县委 --kind county --pack "$source/tests/data/score.yaml"
serve county
ok tributaryd -C county unit add --kind township --code T1 --name 镇
ok tributaryd -C township init --join "$(invited county T1 --server)" --label 服务器
serve township
for branch in B1 B2 B3; do
	ok tributaryd -C township unit add --kind branch --code $branch --name "支部$branch"
	device township $branch $branch 电脑
done

year=$(date +%Y) month=$(date +%Y-%m)
quarter=${year}Q$((($(date +%-m) + 2) / 3))

step 'two branches meet and report; the third is silent'
for branch in B1 B2; do
	ok tributary -C $branch put meeting date="$month-01" type=lecture topic=党课 due=10 came=9
	for n in 1 2 3; do
		ok tributary -C $branch put meeting date="$month-01" type=group topic=会$n due=10 came=9
	done
	ok tributary -C $branch assess flag site=10
	ok tributary -C $branch sync
done

step 'before the township has assessed them nobody is ranked, and it says why'
ok tributaryd -C township --json rank flag --period "$quarter"
same 'units' "$(field 'ranks[#]')" 3
same 'silent' "$(field 'ranks[note=silent][#]')" 1
same 'waiting' "$(field 'ranks[note=waiting][#]')" 2

step 'the township assesses: no more than there is, nothing that is not its own to give'
ok tributaryd -C township assess flag order=30 extra=3 --unit B1 --period "$quarter"
ok tributaryd -C township assess flag order=25.5 extra=0 --unit B2 --period "$quarter"
exits 1 tributaryd -C township assess flag order=30.5 --unit B2 --period "$quarter"
one_line
exits 3 tributaryd -C township assess flag site=1 --unit B2 --period "$quarter"
one_line
exits 3 tributary -C B2 assess flag order=30
exits 2 tributaryd -C township assess flag meetings=3 --unit B2
exits 2 tributaryd -C township assess flag order=viele --unit B2
exits 2 tributaryd -C township assess flag order=3 --unit T1

step 'the ranking: points, bands, awards; who has not reported stands apart'
ok tributaryd -C township --json rank flag --period "$quarter"
same 'rank of B1' "$(field 'ranks[name=支部B1].rank')" 1
same 'points of B1' "$(field 'ranks[name=支部B1].points')" 10300
same 'award of B1' "$(field 'ranks[name=支部B1].award')" 60000
same 'rank of B2' "$(field 'ranks[name=支部B2].rank')" 2
same 'points of B2' "$(field 'ranks[name=支部B2].points')" 9550
same 'note of B3' "$(field 'ranks[name=支部B3].note')" silent
ok tributaryd -C township rank 流动红旗 --period "$quarter"
says 95.5
says 600.00
exits 2 tributaryd -C township rank nothing --period "$quarter"
exits 2 tributaryd -C township rank flag --period never
exits 2 tributaryd -C township rank members --period "$year"

step 'the branch sees its own points item by item, and what of it is confirmed'
ok tributary -C B2 sync
ok tributary -C B2 --json score flag
same 'total' "$(field total)" 9550
same 'confirmed' "$(field confirmed)" 9550
same 'band' "$(field band)" red
same 'items' "$(field 'items[#]')" 7
same 'points of the lecture' "$(field 'items[item=lecture].points')" 1000
same 'figure of the rate' "$(field 'items[item=rate].value')" 36
same 'of' "$(field 'items[item=rate].of')" 40
same 'who gives order' "$(field 'items[item=order].source')" parent
ok tributary -C B2 put meeting date="$month-01" type=group topic=会4 due=60 came=0
ok tributary -C B2 --json score flag
same 'total now' "$(field total)" 8350
same 'still confirmed' "$(field confirmed)" 9550
ok tributary -C B2 score
says 'Red flag'
ok tributary -C B2 --json score flag --period "$year"
same 'quarters' "$(field 'periods[#]')" 4
same 'weights' "$(field denominator)" 5
exits 2 tributary -C B2 score quiet --period "$year"
exits 2 tributary -C B2 score flag --unit B1
exits 2 tributaryd -C township score flag
ok tributaryd -C township --json score flag --unit B1 --period "$quarter"
same 'as the township has it' "$(field total)" 10300

step 'an unranked scorecard ranks nobody'
ok tributaryd -C township --json rank quiet --period "$month"
same 'ranked' "$(field ranked)" false
same 'points' "$(field 'ranks[name=支部B1].points')" 150
same 'ranks' "$(field 'ranks[rank=1][#]')" 0

step "members' points stay in the branch; counts by band go up"
ok tributary -C B1 put member name=赵 standard=working
ok tributary -C B1 put member name=钱 standard=retired
ok tributary -C B1 put member name=孙 standard=working
ok tributary -C B1 put points member=赵 date="$month-01" points=30 sort=study state=confirmed
ok tributary -C B1 put points member=赵 date="$month-01" points=45 sort=work state=confirmed
ok tributary -C B1 put points member=钱 date="$month-01" points=12.5 sort=work state=confirmed
ok tributary -C B1 put points member=钱 date="$month-01" points=50 sort=work state=declared
ok tributary -C B1 --json score members --period "$year"
same 'total of 赵' "$(field 'members[label=赵].points')" 9000
same 'band of 赵' "$(field 'members[label=赵].band')" excellent
same 'total of 钱' "$(field 'members[label=钱].points')" 3250
same 'note of 孙' "$(field 'members[label=孙].note')" no_records
ok tributary -C B1 sync
exits 2 tributaryd -C township score members --unit B1
says_not 赵
stands() {
	[ "$(tributaryd -C "$1" --json figures --period "$year" --metric members | jsoncheck 'figures[bucket=excellent].value')" = 1 ]
}
for dir in township county; do
	soon 10 stands $dir
	ok tributaryd -C $dir --json figures --period "$year" --metric members
	same "not qualified in $dir" "$(field 'figures[bucket=unqualified].value')" 1
done
ok tributaryd -C township figures --period "$year" --metric 党员积分 --by band
says Excellent
exits 2 tributaryd -C township figures --period "$year" --metric members --by sex
