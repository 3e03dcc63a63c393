#!/bin/sh
# Carries out docker/Dockerfile in a bare Debian made by debootstrap, stage by stage, and then starts the services
# of docker/compose.yaml in what came of it: rehearsal.sh ROOT YAML_LINES PLACE
# Needs root, debootstrap and the Debian mirror that this machine is configured for. Takes minutes and, in PLACE,
# 4 GB. A long run, not part of ./check: ninja docker-rehearsal.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$1
yaml_lines=$2
place=$3

[ "$(id -u)" -eq 0 ] || { echo 'docker-rehearsal: needs root' >&2; exit 1; }
command -v debootstrap >/dev/null || { echo 'docker-rehearsal: needs the package debootstrap' >&2; exit 1; }

mkdir -p "$place"
scratch=$(mktemp -d)
. "$here/play.sh"
trap 'clean_up; rm -rf "$scratch"' EXIT
lines=$scratch/compose.lines
dockerfile_lines=$scratch/Dockerfile.lines
"$yaml_lines" "$root/docker/compose.yaml" >"$lines"
awk -f "$here/dockerfile.awk" "$root/docker/Dockerfile" >"$dockerfile_lines"

image_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
began=$(date +%s)
step() { printf '== %s (%s s)\n' "$*" "$(($(date +%s) - began))"; }

# ---- debian:12-slim ----

mirror() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | awk '
		/^#/ { next }
		/^URIs:/ && $2 ~ /debian\/?$/ { print $2; exit }
		/^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^http.*debian\/?$/) { print $i; exit } }'
}

bare_debian() {
	[ -e "$place/debian.tar" ] && return
	from=$(mirror)
	[ -n "$from" ] || fail 'no Debian mirror is configured'
	step 'debootstrap'
	rm -rf "$place/debian"
	debootstrap --variant=minbase bookworm "$place/debian" "$from" >"$scratch/debootstrap.log" 2>&1 ||
		fail 'debootstrap failed'
	tar -C "$place/debian" -cf "$place/debian.tar.new" .
	mv "$place/debian.tar.new" "$place/debian.tar"
	rm -rf "$place/debian"
}

# ---- the Dockerfile ----

inside_stage() {
	env -i PATH=$image_path HOME=/root chroot "$place/$stage" sh -c "cd '$workdir' && $1" </dev/null \
		>>"$scratch/$stage.log" 2>&1 || fail "$stage: $1"
}

begin_stage() {
	rm -rf "${place:?}/$stage"
	mkdir -p "$place/$stage"
	case "$1" in
		debian:12*) tar -C "$place/$stage" -xf "$place/debian.tar" ;;
		*) cp -a "$place/$1/." "$place/$stage" ;;
	esac
	# What the engine gives every container: the network's names. The mirror is this machine's.
	cp /etc/resolv.conf /etc/hosts "$place/$stage/etc/"
	workdir=/
}

# The sources that .dockerignore leaves; with --from those of another stage.
copy() {
	source_root=$root
	while [ "${1#--from=}" != "$1" ]; do
		source_root=$place/${1#--from=}
		shift
	done
	eval "to=\${$#}"
	case "$to" in /*) ;; *) to=$workdir/$to ;; esac
	case "$to" in */ | */.) mkdir -p "$place/$stage$to" ;; *) mkdir -p "$place/$stage$(dirname "$to")" ;; esac
	while [ $# -gt 1 ]; do
		if [ "$1" = . ]; then
			tar -C "$source_root" --exclude=./.git --exclude=./build --exclude=./out -cf - . |
				tar -C "$place/$stage$to" -xf - --no-same-owner
		elif [ -d "$source_root/$1" ]; then
			mkdir -p "$place/$stage$to"
			cp -R "$source_root/$1/." "$place/$stage$to"
		else
			cp "$source_root/$1" "$place/$stage$to"
		fi
		shift
	done
}

carry_out() {
	while IFS='	' read -r line stage instruction text; do
		case "$instruction" in
			FROM)
				step "stage $stage"
				begin_stage "${text%% *}"
				;;
			WORKDIR)
				workdir=$text
				mkdir -p "$place/$stage$workdir"
				;;
			COPY) copy $text ;;
			RUN)
				step "  line $line: $text"
				inside_stage "$text"
				;;
			USER) user=$text ;;
		esac
	done <"$dockerfile_lines"
}

# ---- the services: one root for each ----

inside() {
	service=$1
	shift
	cd /
	as "$service" $image_path chroot --userspec="$user:$user" "$place/service.$service" "$@"
}

translate() {
	cat
}

# Each root has its own /invitations; the line of text is carried by hand, as between real machines.
carry() {
	[ -s "$place/service.$2/invitations/$1" ] || return 1
	cp -a "$place/service.$2/invitations/$1" "$place/service.$3/invitations/$1"
}

bare_debian
carry_out
for service in $(services); do
	rm -rf "$place/service.$service"
	cp -a "$place/$(of "$service" build.target)" "$place/service.$service"
done
step 'services'
first_day
step 'done'
for name in build base server client $(services | sed 's/^/service./'); do
	rm -rf "${place:?}/$name"
done
