#!/bin/sh
# Starts one unit's server, or a client that stays connected: entrypoint.sh server|client|COMMAND…
# The first start founds or joins; later ones find what is there and go on. What it reads:
#
#	TRIBUTARY_DIR          the data directory
#	TRIBUTARY_INVITATION   to join: the line of text, or a file that holds it or soon will
#	TRIBUTARY_NAME, TRIBUTARY_KIND, TRIBUTARY_PACK
#	                       without an invitation a server founds a tree with these
#	TRIBUTARY_HOST         the name or address by which others reach this server (default: the host name)
#	TRIBUTARY_LISTEN       the address to listen at (default: all)
#	TRIBUTARY_INVITE       units to add below and to invite, one a line: FILE KIND NAME; the invitation is left in
#	                       FILE. KIND+server invites that unit's server instead of a device.
#	TRIBUTARY_PATIENCE     seconds to wait for an invitation or for the server above (default: 120)
set -eu
umask 077

say() { echo "entrypoint: $*" >&2; }

fail() {
	say "$*"
	exit 1
}

# Retries what may fail because another container is not up yet.
patiently() {
	deadline=$(($(date +%s) + ${TRIBUTARY_PATIENCE:-120}))
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 1
	done
}

# Joins or founds with the command given, unless that was done: become PROGRAM COMMAND…
become() {
	"$1" status >/dev/null 2>&1 || "$@"
}

read_invitation() {
	case "$TRIBUTARY_INVITATION" in
		/*)
			patiently test -s "$TRIBUTARY_INVITATION" || fail "no invitation in $TRIBUTARY_INVITATION"
			invitation=$(cat "$TRIBUTARY_INVITATION")
			;;
		*) invitation=$TRIBUTARY_INVITATION ;;
	esac
}

configure() {
	host=${TRIBUTARY_HOST:-$(hostname)}
	listen=${TRIBUTARY_LISTEN:-*}
	cat >"$TRIBUTARY_DIR/tributary.ini" <<END
[server]
sync = tcp://$listen:7420
porch = tcp://$listen:7421
public_sync = tcp://$host:7420
public_porch = tcp://$host:7421
END
}

# Each unit once, and each invitation once.
invite() {
	printf '%s\n' "${TRIBUTARY_INVITE-}" | while read -r file kind name; do
		[ -n "$file" ] && [ ! -e "$file" ] || continue
		tributaryd unit show "$name" >/dev/null 2>&1 ||
			patiently tributaryd unit add --kind "${kind%+server}" --name "$name"
		case "$kind" in
			*+server) tributaryd invite --unit "$name" --server >"$file.new" ;;
			*) tributaryd invite --unit "$name" >"$file.new" ;;
		esac
		mv "$file.new" "$file"
	done
}

server() {
	if [ -n "${TRIBUTARY_INVITATION-}" ]; then
		read_invitation
		patiently become tributaryd init --join "$invitation" || fail 'could not join'
	else
		become tributaryd init --top --name "${TRIBUTARY_NAME:?}" --kind "${TRIBUTARY_KIND:?}" --pack "${TRIBUTARY_PACK:?}"
	fi
	configure
	invite
	exec tributaryd run
}

client() {
	[ -n "${TRIBUTARY_INVITATION-}" ] || fail 'TRIBUTARY_INVITATION is needed to join'
	read_invitation
	patiently become tributary join "$invitation" || fail 'could not join'
	exec tributary sync --live
}

: "${TRIBUTARY_DIR:?}"
case "${1-}" in
	server | client) "$1" ;;
	'') fail 'usage: entrypoint.sh server|client|COMMAND…' ;;
	*) exec "$@" ;;
esac
