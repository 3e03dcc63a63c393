# Judges the lines of dockerfile.awk. `file` names the Dockerfile in what is said, `context` is where COPY copies from.
BEGIN {
	FS = "\t"
	known = " FROM WORKDIR COPY RUN ENV VOLUME USER EXPOSE HEALTHCHECK ENTRYPOINT CMD "
}

function fault(what) {
	print file ":" $1 ": " what
}

function is_there(path) {
	return system("test -e '" path "'") == 0
}

function is_json_list(text) {
	return text ~ /^\["[^"]*"(, *"[^"]*")*\]$/
}

index(known, " " $3 " ") == 0 { fault($3 " is not an instruction that is used here") }
$2 == "-" { fault("every stage has a name: FROM image AS name") }

$3 == "FROM" {
	split($4, word, " ")
	if (!(word[1] in stages) && (word[1] !~ /:/ || word[1] ~ /:latest$/))
		fault("an image needs its tag: " word[1])
	if ($2 in stages)
		fault("the stage " $2 " is there twice")
	stages[$2] = 1
	parent[$2] = word[1]
	user[$2] = user[word[1]]
	entry[$2] = entry[word[1]]
}

$3 == "COPY" {
	words = split($4, word, " ")
	from = ""
	count = 0
	for (i = 1; i <= words; i++)
		if (word[i] ~ /^--from=/)
			from = substr(word[i], 8)
		else if (word[i] ~ /^--/)
			fault("COPY takes --from= alone here")
		else
			name[++count] = word[i]
	if (count < 2)
		fault("COPY needs a source and a destination")
	if (from != "" && (!(from in stages) || from == $2))
		fault("there is no stage " from " before this")
	for (i = 1; from == "" && i < count; i++)
		if (!is_there(context "/" name[i]))
			fault("COPY of what is not there: " name[i])
}

$3 == "RUN" && /(apt-get|install-packages)/ && !/rm -rf \/var\/lib\/apt\/lists/ {
	fault("package lists must go in the same RUN")
}

$3 == "ENV" && $4 !~ /^[A-Z][A-Z0-9_]*=[^ ]+( [A-Z][A-Z0-9_]*=[^ ]+)*$/ { fault("ENV takes NAME=value") }
$3 == "EXPOSE" && $4 !~ /^[0-9]+( [0-9]+)*$/ { fault("EXPOSE takes ports") }
$3 == "USER" { user[$2] = $4 }
$3 == "ENTRYPOINT" { entry[$2] = 1 }
$3 == "CMD" { command[$2] = 1 }
($3 == "ENTRYPOINT" || $3 == "CMD") && !is_json_list($4) { fault($3 " takes a list: [\"program\", \"argument\"]") }

$3 == "HEALTHCHECK" {
	health[$2] = $4
	sub(/.*CMD /, "", $4)
	if (!is_json_list($4))
		fault("HEALTHCHECK takes CMD and a list")
}

END {
	programs["server"] = "tributaryd"
	programs["client"] = "tributary"
	for (image in programs) {
		$1 = NR ? $1 : 1
		if (!(image in stages)) {
			fault("there is no stage " image)
			continue
		}
		if (user[image] == "" || user[image] == "root" || user[image] == "0")
			fault(image " runs as root")
		if (!entry[image] || !command[image])
			fault(image " has no ENTRYPOINT or no CMD")
		if (index(health[image], "\"" programs[image] "\", \"status\"") == 0)
			fault(image " is not watched by `" programs[image] " status`")
	}
}
