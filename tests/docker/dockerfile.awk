# Prints a Dockerfile's instructions, one a line: line number, stage, INSTRUCTION, arguments; tabs between.
function flush() {
	if (text == "")
		return
	instruction = toupper(text)
	sub(/[ \t].*/, "", instruction)
	sub(/^[^ \t]+[ \t]*/, "", text)
	if (instruction == "FROM") {
		stage = text
		if (!sub(/.*[ \t][Aa][Ss][ \t]+/, "", stage))
			stage = "-"
	}
	print start "\t" (stage == "" ? "-" : stage) "\t" instruction "\t" text
	text = ""
}

/^[ \t]*#/ || /^[ \t]*$/ { next }

{
	if (!more)
		start = FNR
	more = sub(/[ \t]*\\[ \t]*$/, "")
	gsub(/^[ \t]+/, "")
	text = text (text == "" ? "" : " ") $0
	if (!more)
		flush()
}

END { flush() }
