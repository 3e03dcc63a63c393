#!/bin/sh
# Devices that find each other by mDNS: with an Avahi daemon of the test's own, in a network of its own. Where that cannot be
# had (no root, no avahi-daemon, no dbus-daemon) nothing is tried, and that is said.
if [ -z "${LAN_APART-}" ]; then
	if [ "$(id -u)" -ne 0 ] || ! command -v avahi-daemon >/dev/null || ! command -v dbus-daemon >/dev/null || ! unshare -n -m true 2>/dev/null; then
		echo 'not tried: this needs root, unshare, dbus-daemon and avahi-daemon'
		exit 77
	fi
	LAN_APART=1
	export LAN_APART
	exec unshare -n -m "$0" "$@"
fi
if [ -z "${E2E_LIMITED-}" ]; then # once: lib.sh begins the script again under its limit
	mount --make-rprivate /
	mount -t tmpfs tmpfs /run
	mkdir -p /run/dbus /run/avahi-daemon
	ip link set lo up
	ip link add lan0 type veth peer name lan1
	ip addr add 10.77.0.1/24 dev lan0
	ip link set lan0 up
	ip link set lan1 up
fi
. "${0%/*}/lib.sh"

dbus-daemon --system --nofork --nopidfile >"$work/.e2e/dbus.log" 2>&1 &
echo $! >"$work/.e2e/dbus.pid"
soon 10 test -S /run/dbus/system_bus_socket
avahi-daemon --no-drop-root --no-chroot --no-proc-title >"$work/.e2e/avahi.log" 2>&1 &
echo $! >"$work/.e2e/avahi.pid"
soon 10 grep -q 'Server startup complete' "$work/.e2e/avahi.log"

side_by_side
stop township
stop county

step 'nobody is there'
ok tributary -C laptop --json neighbours --wait 1
same 'a daemon' "$(field avahi)" true
same 'nobody' "$(field 'neighbours[#]')" 0

step 'they are found; whose they are says the charter'
for dir in tablet passer; do stay "$dir" '"avahi":true' 'tcp://0.0.0.0:*'; done
soon 20 tells 'neighbours[#]' 2 tributary -C laptop --json neighbours --wait 2
same 'its own' "$(field 'neighbours[name=平板].kind')" own
same 'here' "$(field 'neighbours[name=平板].state')" here
same 'a passer-by' "$(field 'neighbours[name=路过].kind')" courier

step 'sync takes that road by itself, the own unit first'
ok tributary -C laptop put affair "date=$month-01" sort=project topic=春耕
ok tributary -C laptop --json sync
same 'the road' "$(field road)" neighbour
same 'through' "$(field through)" 平板
same 'here alone' "$(field alone)" 0
stop tablet
stop passer
