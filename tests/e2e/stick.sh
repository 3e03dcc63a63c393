#!/bin/sh
# No network at all: everything goes by two sticks, one on its way up and one on its way down. A county and its township, two branches
# that join by a code and a stick, a month of work handed in, reviewed and approved, and a member who moves from one branch to the
# other; then what a stick does when it is too small, cut, damaged, lost, full or somebody else's.
. "${0%/*}/lib.sh"

mkdir stick back old
# What is for the server above, and what comes back from it; a stick is emptied behind its way.
up() { # PROGRAM DIR SERVER
	ok "$1" -C "$2" bundle out stick
	ok tributaryd -C "$3" bundle in stick
	rm -f stick/*
}
down() { # SERVER UNIT PROGRAM DIR
	ok tributaryd -C "$1" bundle out --for "$2" back
	ok "$3" -C "$4" bundle in back
	rm -f back/*
}

step 'a county is founded; nothing listens anywhere'
ok tributaryd -C county init --top --name 伊旗 --kind county --pack "$source/packs/party-branch.yaml"
ok tributaryd -C county unit add --kind township --name 阿镇 --code T1
ok tributaryd -C county invite --unit T1 --server --stick
code=$(cat "$out")

step 'the township joins by stick: its request there, the answer and the whole charter back'
ok tributaryd -C township init --join "$code" --bundle stick/request.tbundle --label 阿镇服务器
says 'the request is written'
exits 1 tributaryd -C township unit list
ok tributaryd -C county bundle in stick
says 'asked to join and are enrolled'
says 'the way back'
rm stick/*
ok tributaryd -C county bundle out --for T1 stick
ok tributaryd -C township bundle in stick
rm stick/*
ok tributaryd -C township --json unit list
same 'its name there' "$(field 'units[0].name')" 阿镇
ok tributaryd -C township unit add --kind branch --name 东村支部 --code B1
ok tributaryd -C township unit add --kind branch --name 西村支部 --code B2

step 'two branches join the same way; a stranger with the same file gets nothing'
for n in 1 2; do
	ok tributaryd -C township invite --unit B$n --stick --label 电脑$n
	code=$(cat "$out")
	exits 2 tributary -C nowhere join "$code"
	says 'use --bundle FILE'
	ok tributary -C laptop$n join "$code" --bundle stick/join.tbundle
	ok tributaryd -C township bundle in stick/join.tbundle
	ok tributaryd -C township bundle in stick/join.tbundle
	rm stick/*
	down township B$n tributary laptop$n
	ok tributary -C laptop$n --json status
	same 'unit' "$(field unit_name)" "伊旗/阿镇/$([ $n = 1 ] && echo 东村支部 || echo 西村支部)"
done

step 'a month: members, meetings; nothing is safe before the receipt is here'
month=$(date +%Y-%m)
for n in 1 2 3; do
	member laptop1 "党员$n"
	member laptop2 "群众$n"
done
ok tributary -C laptop1 put meeting "date=$month-01" type=党小组会 topic=春耕 minutes=不外传的话
ok tributary -C laptop1 submit "$month"
ok tributary -C laptop1 bundle out stick
says '阿镇'
ok tributary -C laptop1 status
says 'went out by stick'
ok tributary -C laptop1 --json status
same 'received yet' "$(field received)" 0
same 'by stick, not acknowledged' "$(field stick.entries | awk '{ print ($1 > 4) }')" 1
ok tributaryd -C township --json bundle in stick
same 'whole' "$(field 'parts[0].state')" taken
same 'whose' "$(field 'parts[0].holder_name')" 电脑1
same 'refused' "$(field refused)" 0
ok tributaryd -C township --json bundle in stick
same 'the same again' "$(field entries)" 0
same 'members there' "$(figure tributaryd township "$month" members value --unit B1)" 3
rm stick/*
down township B1 tributary laptop1
ok tributary -C laptop1 --json status
same 'received' "$(field received)" 4
same 'by stick' "$(field stick.entries)" 0
# When it was received is told in the next figures, and that goes with the next stick; then nothing is left to be told.
rm -f stick/*
up tributary laptop1 township
down township B1 tributary laptop1
ok tributary -C laptop1 --json status
same 'waiting' "$(field waiting)" 0
up tributary laptop2 township
down township B2 tributary laptop2

step 'the township reviews, and hands its own figures up, all by stick'
ok tributaryd -C township --json review list "$month"
same 'state' "$(field 'periods[0].state')" submitted
ok tributaryd -C township review approve "$month" --unit B1
up tributaryd township county
down county T1 tributaryd township
same 'members in the county' "$(figure tributaryd county "$month" members)" 6
down township B1 tributary laptop1
ok tributary -C laptop1 --json period "$month"
same 'the month' "$(field 'periods[0].state')" approved

step 'in the same month one moves to the other branch: her offer, letter, acceptance, record and its confirmation go by the same two sticks'
round() { # from the desks to the county, and back
	for n in 1 2; do up tributary laptop$n township; done
	up tributaryd township county
	down county T1 tributaryd township
	for n in 1 2; do down township B$n tributary laptop$n; done
}
round
ok tributary -C laptop1 --json transfer show 党员1
same 'where she is' "$(field 'homes[epoch=1].final')" true
ok tributary -C laptop1 transfer offer 党员1 --to B2 --reason 工作调动
round
ok tributary -C laptop2 --json transfer list --open
same 'who comes' "$(field 'transfers[0].name')" 党员1
ok tributary -C laptop2 transfer accept 党员1
round
ok tributaryd -C township --json transfer list --open
ok tributaryd -C township transfer approve "$(field 'transfers[0].member')"
round
round
ok tributary -C laptop2 --json transfer show 党员1
same 'her home' "$(field 'homes[epoch=2].final')" true
same 'members of the first' "$(figure tributary laptop1 "$month" members)" 2
same 'of the second' "$(figure tributary laptop2 "$month" members)" 4
same 'in the county' "$(figure tributaryd county "$month" members)" 6
for server in county township; do
	ok tributaryd -C $server --json status
	same "members conserved at $server" "$(field members_conserved)" true
done

step 'a large bundle in parts; they come in the wrong order, one is missing for a while'
for n in $(seq 1 100); do
	head -c 45000 /dev/urandom | base64 -w 0 >noise
	tributary -C laptop1 put --reason 补记 meeting "date=$month-01" type=党小组会 "topic=会议$n" "minutes=$(cat noise)" >/dev/null
done
exits 2 tributary -C laptop1 bundle out stick --max-size 1M
ok tributary -C laptop1 bundle out big.tbundle --max-size 4M
[ -s big.tbundle.2 ] || fail 'one part alone'
exits 1 tributary -C laptop1 bundle out big.tbundle
one_line
ok tributaryd -C township --json bundle in big.tbundle.2
same 'waits for the first part' "$(field waiting | awk '{ print ($1 > 0) }')" 1
ok tributaryd -C township bundle show big.tbundle
says '电脑1'
says 'another follows'
ok tributary -C /nonexistent --json bundle show big.tbundle
same 'anybody can check it' "$(field 'parts[0].state')" whole

step 'cut short, damaged, for another, no bundle at all: what is wrong is said, and what is whole is taken in'
mkdir bad
head -c 2500000 big.tbundle >bad/cut.tbundle
exits 1 tributaryd -C township bundle in bad/cut.tbundle
says 'part 1, offset'
says 'only what is whole'
exits 1 tributaryd -C township bundle show bad/cut.tbundle
says 'the bundle is not whole'
says 'cut short'
says 'copy the file again'
cp big.tbundle bad/damaged.tbundle
printf 'spoilt' | dd of=bad/damaged.tbundle bs=1 seek=1500000 conv=notrunc 2>/dev/null
exits 1 tributaryd -C township --json bundle in bad/damaged.tbundle
jsoncheck error.name <"$err" >/dev/null || fail 'the failure is not JSON'
same 'damaged pieces' "$(field 'parts[0].damaged')" 1
same 'its state' "$(field 'parts[0].state')" damaged
exits 1 tributaryd -C county bundle in big.tbundle
says 'cannot be opened here'
says 'nothing of the bundle was taken in'
cp big.tbundle bad/bomb.tbundle
truncate -s 3G bad/bomb.tbundle # zeros without end behind a good part
exits 1 tributaryd -C township bundle in bad/bomb.tbundle
says 'something follows its end'
says_not 'was here already'
rm bad/bomb.tbundle
truncate -s 3G bad/zeros.tbundle
exits 1 tributaryd -C township bundle in bad/zeros.tbundle
one_line
echo 'no bundle' >bad/no.tbundle
exits 1 tributaryd -C township bundle in bad/no.tbundle
one_line
exits 1 tributaryd -C township bundle show bad/no.tbundle
: >bad/empty.tbundle
exits 1 tributaryd -C township bundle in bad/empty.tbundle
exits 1 tributaryd -C township bundle in bad/nowhere.tbundle
exits 1 tributary -C laptop2 bundle in big.tbundle

step 'the first part as it was: all is there'
ok tributaryd -C township --json bundle in big.tbundle
same 'nothing waits' "$(field waiting)" 0
same 'meetings there' "$(figure tributaryd township "$month" meetings_held value --unit B1)" 101
down township B1 tributary laptop1
ok tributary -C laptop1 --json status
same 'received' "$(field received)" 104

if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
	step 'a stick that is full: a plain sentence, 75, and no half a file'
	for n in $(seq 1 40); do
		head -c 45000 /dev/urandom | base64 -w 0 >noise
		tributary -C laptop2 put meeting "date=$month-01" type=党小组会 "topic=会议$n" "minutes=$(cat noise)" >/dev/null
	done
	exits 75 tributary -C laptop2 bundle out small
	one_line
	says 'it is full'
	same 'files there' "$(ls small | wc -l)" 0
	ok tributary -C laptop2 --json status
	same 'by stick' "$(field stick.entries)" 0
	umount small
fi

step 'the stick was lost: the next bundle has all of it again; an old return bundle changes nothing'
ok tributary -C laptop2 bundle out stick
rm stick/*
up tributary laptop2 township
ok tributaryd -C township bundle out --for B2 old
ok tributary -C laptop2 bundle in old
ok tributary -C laptop2 bundle in old
says 'nothing new'
