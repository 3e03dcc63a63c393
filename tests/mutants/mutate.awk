# A copy of one source with its mutants in: awk -v path=common/sync/driver.c -f mutate.awk mutants.txt SOURCE
# With path empty: the table of all, for mutant.c. Exit 1: a line is not there, or more than once (the rest is written).
FNR == NR && /^mutant / { number++; name[number] = $2; file[number] = $3; said = 0; next }
FNR == NR && /^where / { where[number] = substr($0, 7); next }
FNR == NR && /^-/ { old[number] = substr($0, 2); next }
FNR == NR && /^\+/ { new[number] = new[number] substr($0, 2) "\n"; next }
FNR == NR && !/^#/ && NF && number && !(number in text) { text[number] = $0; next }
FNR == NR { next }

FNR == 1 { printf "#include \"mutant.h\"\n#line 1 \"%s\"\n", path }
{
	for (i = 1; i <= number; i++)
		if (file[i] == path && $0 == old[i]) {
			seen[i]++
			line = new[i]
			gsub(/MUTANT/, "mutant_is(" i ")", line)
			printf "%s#line %d\n", line, FNR + 1
			next
		}
	print
}

END {
	if (path == "")
		for (i = 1; i <= number; i++)
			printf "\t{ \"%s\", \"%s\", \"%s\" },\n", name[i], text[i], where[i]
	for (i = 1; i <= number && path != ""; i++)
		if (file[i] == path && seen[i] != 1) {
			printf "mutants.txt: the line of %s stands %d times in %s\n", name[i], seen[i], path > "/dev/stderr"
			failed = 1
		}
	exit failed
}
