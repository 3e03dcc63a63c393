# Judges the lines of yaml_lines. `file` names the compose file in what is said; `stages` are the Dockerfile's.
BEGIN {
	FS = "\t"
	known = " image build.context build.dockerfile build.target environment.* volumes[] depends_on.* restart ports[] "
	split(stages, list, " ")
	for (i in list)
		stage[list[i]] = 1
}

function fault(what) {
	print file ": " $1 ": " what
}

{ split($1, step, ".") }

step[1] == "name" { next }

step[1] == "volumes" && $1 ~ /^volumes\.[a-z]+$/ {
	volume[step[2]] = 1
	next
}

step[1] == "services" && step[2] != "" {
	service[step[2]] = 1
	key = substr($1, length("services." step[2] ".") + 1)
	general = key
	if (key ~ /^(environment|depends_on)\./)
		sub(/\..*/, ".*", general)
	if (index(known, " " general " ") == 0)
		fault("not a key that is used here")
	judge(step[2], key)
	next
}

{ fault("not a key that is used here") }

function judge(name, key,    part) {
	if (key == "build.target") {
		target[name] = $2
		if (!stage[$2])
			fault("the Dockerfile has no stage " $2)
	} else if (key == "image") {
		image[name] = $2
	} else if (key ~ /^environment\./) {
		if (key !~ /^environment\.TRIBUTARY_[A-Z]+$/ || $2 == "")
			fault("a variable is TRIBUTARY_NAME with a value")
	} else if (key == "volumes[]") {
		split($2, part, ":")
		mounted[part[1]] = $1
		if (part[2] !~ /^\//)
			fault("a volume is NAME:/PLACE")
		if (part[2] == "/var/lib/tributary")
			keeps[name] = 1
	} else if (key ~ /^depends_on\./) {
		split(key, part, ".")
		needed[part[2]] = $1
		if (part[3] != "condition" || $2 !~ /^service_(healthy|started)$/)
			fault("depends_on takes condition: service_healthy or service_started")
	} else if (key == "ports[]" && $2 !~ /^([0-9.]+:)?[0-9]+:[0-9]+$/) {
		fault("ports are HOST:CONTAINER")
	}
}

END {
	for (name in mounted) {
		$1 = mounted[name]
		if (!(name in volume))
			fault("the volume " name " is not declared")
	}
	for (name in needed) {
		$1 = needed[name]
		if (!(name in service))
			fault("there is no service " name)
	}
	for (name in service) {
		$1 = "services." name
		if (!target[name] || !image[name])
			fault("a service needs an image and a build.target")
		if (!keeps[name])
			fault("nothing keeps /var/lib/tributary")
	}
}
