# Rules for C: rooms and their arrows, header guards, openings, lengths, indentation.
# `allowed` is the file that lists what pure rooms may include, and which headers are tables.
# A test's own header is that of what it tests.

BEGIN {
	rooms = split("base log ledger org sync io cli web client server", order, " ")
	for (i = 1; i <= rooms; i++)
		rank[order[i]] = i
	rank["server"] = rank["client"]
	while ((getline line < allowed) > 0)
		if (split(line, word, " ") >= 2) {
			if (word[1] == "header")
				header_allowed[word[2]] = 1
			if (word[1] == "table")
				table[word[2]] = 1
		}
	last_pure = rank["sync"]
	SOURCE_MAX = 600
	HEADER_MAX = 250
	FUNCTION_MAX = 70
	MEDIAN_MAX = 20
}

function fault(line, rule, what) {
	print file ":" line ": " rule ": " what
}

# ---- one file ----

function room_of(path,    part) {
	split(path, part, "/")
	return part[1] == "common" ? part[2] : part[1]
}

function begin_file(    part, n) {
	file = FILENAME
	header = file ~ /\.h$/
	room = room_of(file)
	n = split(file, part, "/")
	base = part[n]
	noun = base
	sub(/\.[ch]$/, "", noun)
	if (room == "tests")
		sub(/^test_/, "", noun)
	guard = ""
	guard_line = 0
	opened = 0
	last = ""
	lines = 0
}

function end_file(    most) {
	if (file == "")
		return
	if (header && !guard_line)
		fault(1, "guard", "no header guard")
	if (header && guard_line && last !~ /^#endif/)
		fault(lines, "guard", "the guard does not end the header")
	most = header && !(file in table) ? HEADER_MAX : SOURCE_MAX
	if (lines > most)
		fault(most + 1, "file-length", lines " lines; at most " most)
	if (opened)
		fault(opened, "function", "the function does not end")
}

FNR == 1 {
	end_file()
	begin_file()
	if ($0 !~ /^\/[\/*]/ && !own_header($0))
		fault(1, "opening", "a file opens with what it is for, or with its own header")
}

{ lines = FNR; if ($0 != "") last = $0 }

function own_header(line) {
	return !header && line ~ ("^#include \"([a-z0-9_]+/)*" noun "\\.h\"")
}

# ---- guards ----

function guard_expected(    upper) {
	upper = toupper(noun) "_H"
	if (rank[room])
		return "TRIBUTARY_" toupper(room) "_" upper
	return "TRIBUTARY_" toupper(room) "_([A-Z0-9]+_)*" upper
}

header && !guard_line && /^#/ {
	guard_line = FNR
	if ($1 != "#ifndef" || $2 !~ ("^" guard_expected() "$"))
		fault(FNR, "guard", "the guard must be #ifndef " guard_expected())
	guard = $2
	next
}

header && guard_line && FNR == guard_line + 1 && ($1 != "#define" || $2 != guard) {
	fault(FNR, "guard", "#define " guard " must follow #ifndef")
}

# ---- arrows ----

/^#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	arrow(part[2])
}

/^#[ \t]*include[ \t]*</ {
	split($0, part, /[<>]/)
	if (rank[room] && rank[room] <= last_pure && !header_allowed[part[2]])
		fault(FNR, "include", "a pure room may not include <" part[2] ">")
}

function arrow(target,    to) {
	if (target ~ /(^|\/)\.\.?\//) {
		fault(FNR, "include", "written \"room/file.h\", never by a relative path")
		return
	}
	if (!rank[room] || target ~ /^[a-z]+\.pb-c\.h$/)
		return
	if (target !~ /\//) {
		fault(FNR, "include", "written \"room/file.h\"")
		return
	}
	to = target
	sub(/\/.*/, "", to)
	if (!rank[to] || rank[to] > rank[room] || (rank[to] == rank[room] && to != room))
		fault(FNR, "include", room " may not include " to)
}

# ---- functions and indentation ----

/^\{/ { opened = FNR }

/^\}/ && opened {
	length_of[++functions] = FNR - opened
	if (FNR - opened > FUNCTION_MAX)
		fault(opened, "function-length", (FNR - opened) " lines; at most " FUNCTION_MAX)
	opened = 0
}

/^\t* +\t/ { fault(FNR, "indent", "a tab behind a blank") }
opened && /^ +[^ \t]/ { fault(FNR, "indent", "indented with blanks") }

# ---- the whole ----

function median(    i, j, n, sum) {
	for (i = 1; i <= functions; i++)
		count[length_of[i]]++
	for (j = 0; sum * 2 < functions; j++)
		sum += count[j]
	return j - 1
}

END {
	end_file()
	if (functions && median() >= MEDIAN_MAX)
		print "sources:1: function-length: the median function has " median() " lines; it must stay below " MEDIAN_MAX
}
