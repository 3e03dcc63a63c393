#!/bin/sh
# ./demo does what it says, in both languages, and leaves nothing behind.
E2E_LIMIT=${E2E_LIMIT-900} # it plays the demo three times and a bit
export E2E_LIMIT
. "${0%/*}/lib.sh"

mkdir tmp
TMPDIR=$work/tmp
export TMPDIR
processes() {
	for cwd in /proc/[0-9]*/cwd; do
		case "$(readlink "$cwd" 2>/dev/null)" in "$TMPDIR"/*) echo "$cwd" ;; esac
	done
}

step 'in English'
COMMAND_LIMIT=400
ok timeout 400 "$source/demo" --build "$build" --lang en
says 'the proof holds'
says 'the proof does not hold'
says 'Where to look next'
same 'left in the temporary directory' "$(ls tmp)" ''
same 'processes left' "$(processes)" ''

step 'in Chinese'
ok timeout 400 "$source/demo" --build "$build" --lang zh
says '证明成立'
says '接下来可以看'
same 'left in the temporary directory' "$(ls tmp)" ''

step 'with pages, which answer until it is stopped; and kept, where that is asked'
timeout 600 "$source/demo" --build "$build" --lang en --keep --pages >"$work/told" 2>&1 &
shown=$!
pages_answer() { grep -q 'township1:' "$work/told" && curl -sf --compressed "$(grep -o 'http://[^ ]*' "$work/told" | tail -n 1)"; }
soon 90 pages_answer
kill -TERM "$shown"
wait "$shown" || :
kept=$(ls tmp)
ok tributaryd -C "tmp/$kept/county" check
same 'processes left' "$(processes)" ''
rm -rf "tmp/$kept"

step 'interrupted: nothing stays'
timeout --signal TERM 1 "$source/demo" --build "$build" >"$out" 2>&1 && fail 'it was not interrupted'
same 'left in the temporary directory' "$(ls tmp)" ''
same 'processes left' "$(processes)" ''

step 'wrong words'
exits 2 "$source/demo" --nonsense
