#!/bin/sh
# The services of docker/compose.yaml without containers: the programs are installed into an empty directory and
# started from there as the images start them, by an unprivileged user: start.sh ROOT BUILD YAML_LINES
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$1
build=$2
yaml_lines=$3

scratch=$(mktemp -d)
. "$here/play.sh"
trap 'clean_up; rm -rf "$scratch"' EXIT

lines=$scratch/compose.lines
dockerfile_lines=$scratch/Dockerfile.lines
"$yaml_lines" "$root/docker/compose.yaml" >"$lines"
awk -f "$here/dockerfile.awk" "$root/docker/Dockerfile" >"$dockerfile_lines"

local=$scratch/usr/local
cmake --install "$build" --prefix "$local" --strip >"$scratch/install.log"
install -m 0755 "$root/docker/entrypoint.sh" "$local/bin/tributary-entrypoint"
mkdir -m 0700 "$scratch/invitations" "$scratch/data"
for service in $(services); do
	mkdir -m 0700 "$scratch/data/$service"
done

user=
if [ "$(id -u)" -eq 0 ]; then
	user='setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs'
	chmod 0755 "$scratch"
	chown -R 65534:65534 "$scratch/invitations" "$scratch/data"
fi

translate() {
	sed "s,=/usr/local/,=$local/,; s,=/invitations/,=$scratch/invitations/,; s,=/var/lib/tributary\$,=$scratch/data/$1,"
}

inside() {
	service=$1
	shift
	cd "$scratch"
	as "$service" "$local/bin:/usr/bin:/bin" $user "$@"
}

carry() {
	test -s "$scratch/invitations/$1"
}

first_day
[ -z "$user" ] || [ -z "$(find "$scratch/data" "$scratch/invitations" -user 0)" ] || fail 'something ran as root'
