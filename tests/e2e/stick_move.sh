#!/bin/sh
# A member moves from a branch of one township to a branch of another, and no program ever listens anywhere:
# offer, letter, acceptance, record, the witness's word and the record's way back, all by stick.
. "${0%/*}/lib.sh"
each_step=conserved
pack=$source/tests/data/custody.yaml
month=$(date +%Y-%m)
mkdir stick

up() { # PROGRAM DIR SERVER: what DIR has for the server above it
	ok "$1" -C "$2" bundle out stick
	ok tributaryd -C "$3" bundle in stick
	rm -f stick/*
}
down() { # SERVER UNIT PROGRAM DIR: the way back
	ok tributaryd -C "$1" bundle out --for "$2" stick
	ok "$3" -C "$4" bundle in stick
	rm -f stick/*
}
joins() { # SERVER UNIT DIR LABEL
	code=$(tributaryd -C "$1" invite --unit "$2" --stick 2>>"$err")
	ok tributary -C "$3" join "$code" --label "$4" --bundle stick/join.tbundle
	ok tributaryd -C "$1" bundle in stick
	rm stick/*
	down "$1" "$2" tributary "$3"
}

step 'a county, two townships and a branch in each'
ok tributaryd -C county init --top --name 伊旗 --kind county --pack "$pack"
for t in east west; do
	ok tributaryd -C county unit add --kind township --name $t --code $t
	code=$(tributaryd -C county invite --unit $t --server --stick 2>>"$err")
	ok tributaryd -C $t init --join "$code" --bundle stick/request.tbundle
	ok tributaryd -C county bundle in stick
	rm stick/*
	down county $t tributaryd $t
done
ok tributaryd -C east unit add --kind branch --name 一支部 --code B1
ok tributaryd -C west unit add --kind branch --name 二支部 --code B2
joins east B1 one 电脑一
joins west B2 two 电脑二

round() { # everything that anybody has goes up to the county, and everything comes down
	up tributary one east
	up tributary two west
	for t in east west; do up tributaryd $t county; done
	for t in east west; do down county $t tributaryd $t; done
	down east B1 tributary one
	down west B2 tributary two
}

step 'three members; each is recorded by the township and confirmed by the county'
for name in 甲 乙 丙; do
	ok tributary -C one put member "name=$name" phone=111 stage=activist points=7
done
round
round
ok tributary -C one --json transfer show 甲
same 'confirmed' "$(field 'homes[epoch=1].final')" true

step 'one is offered to the branch in the other township, which takes her'
ok tributary -C one transfer offer 甲 --to B2 --reason 工作调动
round
round
ok tributary -C two --json transfer list --open
same 'who comes' "$(field 'transfers[0].name')" 甲
ok tributary -C two transfer accept 甲
round # her acceptance is handed on to the township that records
round # its record is confirmed by the county
round # and both townships and both branches have it
ok tributary -C two --json transfer show 甲
same 'her home' "$(field 'homes[epoch=2].final')" true
ok tributary -C two --json get member 甲
same 'what came with her' "$(field fields.points)" 7
round # who left and who came is counted where they are now
same 'members of the first' "$(figure tributary one "$month" members)" 2
same 'of the second' "$(figure tributary two "$month" members)" 1
same 'in the county' "$(figure tributaryd county "$month" members)" 3
for server in county east west; do
	ok tributaryd -C $server --json status
	same "members conserved at $server" "$(field members_conserved)" true
done
