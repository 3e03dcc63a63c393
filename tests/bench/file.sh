#!/bin/sh
# How long a large file takes from a device to its server on this machine, beside writing a copy of it to the disk and hashing it once:
# tests/bench/file.sh BUILD [MIB]
mib=${2-256}
E2E_LIMIT=${E2E_LIMIT-1200} COMMAND_LIMIT=600
export E2E_LIMIT COMMAND_LIMIT
. "${0%/*}/../e2e/lib.sh"
small_tree
device township laptop B1 电脑
ok tributary -C laptop put affair "date=$(date +%Y-%m)-01" sort=project topic=春耕
ok tributary -C laptop sync
head -c $((mib * 1024 * 1024)) /dev/urandom >video
ok tributary -C laptop file add affair 春耕 files video

seconds() {
	begin=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - begin) / 1000000))
}
copy() { cp video copy && sync copy && b2sum copy; }
limit=$(seconds copy)
took=$(seconds ok tributary -C laptop sync)
again=$(seconds copy)
[ "$again" -lt "$limit" ] && limit=$again
ok tributary -C laptop --json file list affair
same 'received' "$(field 'files[name=video].received')" $((mib * 16))
memory=$(awk '/VmHWM/ { print $2 }' "/proc/$(pgrep -f "^$build/server/tributaryd -C township .*run" | head -n 1)/status")
awk -v mib="$mib" -v took="$took" -v limit="$limit" -v memory="$memory" 'BEGIN {
	printf "%d MiB: synchronised in %.2f s (%.0f MiB/s); copied to the disk and hashed in %.2f s; share %.2f; the server held %d MiB at most (its map of the store included)\n",
	       mib, took / 1000, mib * 1000 / took, limit / 1000, limit / took, memory / 1024 }'
