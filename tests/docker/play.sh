# What the composed services do on their first day; read by start.sh and rehearsal.sh, which define
#
#	inside SERVICE COMMAND…      becomes that command (exec), as the image's user with the service's environment
#	translate SERVICE            a filter: the places of the image become places on this machine
#	carry FILE FROM TO           what the shared volume of invitations does between two services
#
# and set $lines (the compose file as yaml_lines prints it), $dockerfile_lines (the Dockerfile as dockerfile.awk
# prints it) and $scratch. Each service listens on a loopback address of its own, so that all keep the ports of
# the Dockerfile.

pids=

# Addresses that another run on this machine does not use.
net=127.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1))

services() {
	awk -F'\t' '{ split($1, step, ".") } step[1] == "services" && !seen[step[2]]++ { print step[2] }' "$lines"
}

address() {
	services | awk -v service="$1" -v net="$net" '$0 == service { print net "." NR + 10 }'
}

# of SERVICE KEY: what the compose file says
of() {
	awk -F'\t' -v path="services.$1.$2" '$1 == path { print $2; exit }' "$lines"
}

# instruction SERVICE NAME: the words of a list, like CMD ["a", "b"], of the service's image or what it stands on
instruction() {
	awk -F'\t' -v stage="$(of "$1" build.target)" -v name="$2" '
		$3 == "FROM" { split($4, word, " "); parent[$2] = word[1] }
		$3 == name { text[$2] = $4 }
		END {
			while (stage in parent && !(stage in text))
				stage = parent[stage]
			found = text[stage]
			sub(/.*\[/, "", found)
			gsub(/[],"]/, " ", found)
			print found
		}' "$dockerfile_lines"
}

# Lines NAME=value: the image's, the service's, and where it is on this machine.
environment() {
	awk -F'\t' '$3 == "ENV" { print $4 }' "$dockerfile_lines"
	sed -n "s/^services\.$1\.environment\.\([A-Z_]*\)	/\1=/p" "$lines" | grep -v '^TRIBUTARY_HOST='
	echo "TRIBUTARY_HOST=$(address "$1")"
	echo "TRIBUTARY_LISTEN=$(address "$1")"
	echo 'TRIBUTARY_PATIENCE=30'
}

# as SERVICE PATH COMMAND…: becomes the command, with the service's environment and no other
as() {
	file=$scratch/environment.$1.$(sh -c 'echo $PPID')
	environment "$1" | translate "$1" | sed "s/=/='/; s/\$/'/; s/^/export /" >"$file"
	path=$2
	shift 2
	exec env -i PATH="$path" LC_ALL=C.UTF-8 sh -c '. "$0"; rm -f "$0"; exec "$@"' "$file" "$@"
}

start() {
	inside "$1" $(instruction "$1" ENTRYPOINT) $(instruction "$1" CMD) >>"$scratch/$1.log" 2>&1 &
	eval "pid_$1=$!"
	pids="$pids $!"
}

stop() {
	eval "kill -TERM \$pid_$1"
	eval "wait \$pid_$1" || [ $? -eq 143 ] || fail "$1 did not stop in order"
}

fail() {
	echo "docker: $*"
	for log in "$scratch"/*.log; do
		echo "---- ${log##*/}"
		tail -n 30 "$log"
	done
	exit 1
}

healthy() {
	(inside "$1" $(instruction "$1" HEALTHCHECK)) >"$scratch/$1.health" 2>&1
}

wait_for() {
	what=$1
	shift
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 1500 ] || fail "$what: not within five minutes"
		sleep 0.2
	done
}

says() {
	(inside "$@") 2>>"$scratch/$1.log"
}

knows() {
	says "$1" tributaryd unit list | grep -q "$2"
}

has_devices() {
	[ "$(says "$1" tributaryd device list --json | grep -c '"device"')" -ge "$2" ]
}

caught_up() {
	says "$1" tributaryd status --json | grep -q '"parent_caught_up": *true'
}

# The health check opens the store; that the doors are open, and the way up, is said by the status itself.
serves() {
	case $(of "$1" build.target) in
		server) says "$1" tributaryd status --json | grep -q '"running": *true' ;;
		*) says "$1" tributary status >/dev/null && kill -0 "$(eval "echo \$pid_$1")" ;;
	esac
}

# In the order and under the conditions of the compose file.
start_all() {
	for service in $(services); do
		for needed in $(sed -n "s/^services\.$service\.depends_on\.\([a-z]*\)\.condition	service_healthy$/\1/p" "$lines"); do
			wait_for "$needed is healthy" healthy "$needed"
			file=$(basename "$(of "$service" environment.TRIBUTARY_INVITATION)")
			wait_for "an invitation for $service" carry "$file" "$needed" "$service"
		done
		start "$service"
	done
	for service in $(services); do
		wait_for "$service is healthy" healthy "$service"
		wait_for "$service serves" serves "$service"
	done
}

first_day() {
	start_all
	wait_for 'the county sees the branch below its township' knows county 上游村
	wait_for 'the township knows the device of the branch' has_devices township 2
	wait_for 'the township has caught up with the county' caught_up township
	for service in $(services); do
		stop "$service"
	done
	pids=
	start_all # a second day finds everything there
	for service in $(services); do
		stop "$service"
	done
	pids=
	echo "docker: $(services | wc -l) services started twice, joined once, stopped in order"
}

clean_up() {
	for pid in $pids; do
		kill -KILL "$pid" 2>/dev/null || :
	done
	wait
}
