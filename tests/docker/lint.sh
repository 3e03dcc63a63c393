#!/bin/sh
# Lints docker/ and then itself over bad files: lint.sh ROOT YAML_LINES
# Where the docker client knows compose, it reads the compose file too.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
root=$1
yaml_lines=$2
bad=0

# lint DOCKERFILE COMPOSE: one line a fault
lint() {
	awk -f "$here/dockerfile.awk" "$1" | awk -v file="${1##*/}" -v context="$root" -f "$here/lint_dockerfile.awk"
	stages=$(awk -f "$here/dockerfile.awk" "$root/docker/Dockerfile" | cut -f 2 | sort -u | tr '\n' ' ')
	"$yaml_lines" "$2" >"$2.lines" 2>&1 || { cat "$2.lines"; return 0; }
	awk -v file="${2##*/}" -v stages="$stages" -f "$here/lint_compose.awk" "$2.lines"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$root/docker/Dockerfile" "$root/docker/compose.yaml" "$scratch"

lint "$scratch/Dockerfile" "$scratch/compose.yaml" >"$scratch/said"
cat "$scratch/said"
[ ! -s "$scratch/said" ] || bad=1
sh -n "$root/docker/entrypoint.sh"

if docker compose version >/dev/null 2>&1; then
	docker compose -f "$root/docker/compose.yaml" config -q
fi

# spoil NAME FILE SED WHAT: the fault that the edit makes must be found
spoil() {
	cp "$root/docker/Dockerfile" "$root/docker/compose.yaml" "$scratch"
	sed "$2" "$root/docker/$1" >"$scratch/$1"
	if cmp -s "$scratch/$1" "$root/docker/$1"; then
		echo "selftest: the edit does nothing: $2"
		bad=1
	fi
	lint "$scratch/Dockerfile" "$scratch/compose.yaml" >"$scratch/said"
	if ! grep -qF "$3" "$scratch/said"; then
		echo "selftest: not found after $2: $3"
		bad=1
	fi
}

spoil Dockerfile 's/^FROM debian:12-slim AS build/FROM debian AS build/' 'an image needs its tag'
spoil Dockerfile 's/^FROM debian:12-slim AS build/FROM debian:12-slim/' 'every stage has a name'
spoil Dockerfile 's/^WORKDIR/WORKDRI/' 'is not an instruction'
spoil Dockerfile 's,^COPY docker/entrypoint.sh,COPY docker/entry.sh,' 'COPY of what is not there'
spoil Dockerfile 's,--from=build /stage/usr/local/share,--from=built /stage/usr/local/share,' 'there is no stage built'
spoil Dockerfile 's,--run .*,--run,' 'package lists must go'
spoil Dockerfile 's/^USER.*/USER root/' 'runs as root'
spoil Dockerfile 's/^CMD \["server"\]/CMD server/' 'CMD takes a list'
spoil Dockerfile '/^HEALTHCHECK.*tributaryd/d' 'server is not watched'
spoil Dockerfile 's/^FROM base AS client/FROM base AS device/' 'there is no stage client'
spoil compose.yaml 's/image: tributary-client/imagine: x/' 'not a key that is used here'
spoil compose.yaml 's/target: client/target: clients/' 'has no stage clients'
spoil compose.yaml 's/- branch:/- brunch:/' 'the volume brunch is not declared'
spoil compose.yaml 's/^      township:$/      hamlet:/' 'there is no service hamlet'
spoil compose.yaml 's/^  branch:$/  township:/' 'a key is given twice'
spoil compose.yaml 's/^services:/services: [/' 'yaml:'
spoil compose.yaml 's,- county:/var/lib/tributary,- county:/var/lib/tributaryd,' 'nothing keeps'
spoil compose.yaml 's/service_healthy/service_happy/' 'depends_on takes condition'
exit $bad
