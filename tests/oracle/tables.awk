# The exported tables, read behind those on the command line.
BEGIN {
	while ((getline table < tables) > 0)
		ARGV[ARGC++] = table
}
