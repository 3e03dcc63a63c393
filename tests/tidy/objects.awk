# Rules for what was compiled, from `nm -A -f sysv` over the rooms: name|value|class|type|size|line|section.
# `allowed` is the file that lists what pure rooms may import, and the files with a second noun.

BEGIN {
	rooms = split("proto base log ledger org sync io cli web client server", order, " ")
	for (i = 1; i <= rooms; i++)
		rank[order[i]] = i
	last_pure = rank["sync"]
	while ((getline line < allowed) > 0) {
		words = split(line, word, " ")
		if (word[1] == "symbol")
			symbol_allowed[word[2]] = 1
		for (i = 3; word[1] == "noun" && i <= words; i++)
			nouns[word[2]] = nouns[word[2]] "|" word[i]
	}
}

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

NF < 7 || /Section$/ { next }

{
	parts = split(trim($1), place, ":")
	symbol = place[parts]
	source = source_of(place[1], parts > 2 ? place[parts - 1] : "")
	class = trim($3)
	section = trim($7)
}

source == "" { next }

class == "U" {
	used[++uses] = symbol
	user[uses] = source
	user_room[uses] = room
	next
}

class ~ /^[A-TV-Z]$/ {
	if (!(symbol in owner) || rank[room] < rank[owner[symbol]])
		owner[symbol] = room
	if (room != "proto")
		check_name()
}

section ~ /^\.?(data|bss|tdata|tbss|\*COM\*)/ && section !~ /^\.data\.rel\.ro/ && class ~ /^[dDbBC]$/ {
	if (rank[room] && rank[room] <= last_pure && room != "proto")
		fault(source, line_of(source, bare(symbol)), "state", bare(symbol) " is mutable state of the whole program")
}

# The source file that an object came from, and its room; "" when it is not of the tree's rooms.
function source_of(path, member,    name, part, n) {
	name = member
	if (path ~ /libtributary_[a-z_]+\.a$/) {
		room = path
		sub(/.*libtributary_/, "", room)
		sub(/\.a$/, "", room)
		if (!(room in rank))
			return ""
	} else {
		n = split(path, part, "/")
		name = part[n]
		room = path ~ /(^|\/)server\// ? "server" : "client"
	}
	sub(/\.o$/, "", name)
	if (room == "proto")
		return name
	path = (room == "client" || room == "server" ? room : "common/" room) "/" name
	return exists(path) ? path : ""
}

function exists(path,    line, got) {
	if (!(path in seen)) {
		got = (getline line < path)
		close(path)
		seen[path] = got >= 0
	}
	return seen[path]
}

# A static variable of a function is "name.7"; a call that was hardened is "__name_chk".
function bare(name) {
	sub(/\.[0-9]+$/, "", name)
	if (name ~ /^__.*_chk$/) {
		sub(/^__/, "", name)
		sub(/_chk$/, "", name)
	}
	return name
}

# Where a name is defined in a file, or else where it first stands; comments, strings and includes aside.
function line_of(path, name,    line, n, first, defined) {
	while (!defined && (getline line < path) > 0) {
		n++
		sub(/\/\/.*/, "", line)
		gsub(/"[^"]*"/, "", line)
		if (line ~ /^#/ || line !~ ("(^|[^A-Za-z0-9_])" name "([^A-Za-z0-9_]|$)"))
			continue
		if (!first)
			first = n
		if (line ~ /^[a-z]/ && line !~ /\)[ \t]*;[ \t]*$/)
			defined = n
	}
	close(path)
	return defined ? defined : first ? first : 1
}

function fault(path, line, rule, what) {
	print path ":" line ": " rule ": " what
}

# A symbol begins with its file's noun: put.c has put_run; charter_apply.c may have charter_ too.
function check_name(    noun, family) {
	noun = source
	sub(/.*\//, "", noun)
	sub(/\.c$/, "", noun)
	family = noun
	sub(/_.*/, "", family)
	if (symbol != "main" && symbol !~ ("^(" noun "|" family nouns[source] ")(_|$)"))
		fault(source, line_of(source, symbol), "symbol", symbol " must begin with " family "_")
}

# Imports are judged when every definition is known.
END {
	for (i = 1; i <= uses; i++) {
		room = user_room[i]
		name = used[i]
		if (!rank[room] || rank[room] > last_pure || room == "proto")
			continue
		if (name in owner) {
			if (rank[owner[name]] > rank[room])
				fault(user[i], line_of(user[i], name), "include", room " may not use " name " of " owner[name])
		} else if (!(bare(name) in symbol_allowed)) {
			fault(user[i], line_of(user[i], bare(name)), "purity", "a pure room may not import " bare(name))
		}
	}
}
