# Lists the links of a Markdown file that point into the project: line, tab, target.
/^```/ { code = !code }
code { next }
{
	rest = $0
	while (match(rest, /\]\([^) ]+\)/)) {
		target = substr(rest, RSTART + 2, RLENGTH - 3)
		rest = substr(rest, RSTART + RLENGTH)
		sub(/#.*/, "", target)
		if (target != "" && target !~ /^[a-z]+:/)
			print FNR "\t" target
	}
}
