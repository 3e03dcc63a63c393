# table.awk profiles figures: the tables of docs/performance.md.
# A link's rate is what it carries while it is there: stalls and cuts are taken off.
function spell(word, at, part) {
	split(word, at, "=")
	split(at[2], part, "/")
	return part[1] ? part[2] / part[1] : 0
}
FNR == NR {
	if ($1 ~ /^#/) next
	there[$1] = 1
	for (i = 2; i <= NF; i++) {
		if ($i ~ /^rate=/) rate[$1] = substr($i, 6)
		if ($i ~ /^(up\.|down\.)?(stall|cut)=/) there[$1] -= spell($i)
	}
	next
}
{
	if (!($1 in seen)) order[++n] = $1
	seen[$1] = 1
	seconds[$1, $2] = $3; tries[$1, $2] = $4; up[$1, $2] = $5; down[$1, $2] = $6; again[$1, $2] = $7 + $8
	wire[$1, $2] = $9 + $10
}
function cell(p, task) {
	if (!((p, task) in seconds)) return "–"
	return sprintf("%.1f s, %d B%s", seconds[p, task], wire[p, task], tries[p, task] > 1 ? ", " tries[p, task] " tries" : "")
}
END {
	print "\n| link | nothing to do | 10 changes | a month, 300 entries | a new device, 5,000 entries | 20 photos of 100,000 B |"
	print "|---|---:|---:|---:|---:|---:|"
	for (i = 1; i <= n; i++) {
		p = order[i]
		printf "| %s | %s | %s | %s | %s | %s |\n", p, cell(p, "idle"), cell(p, "ten"), cell(p, "month"), cell(p, "new"), cell(p, "photos")
	}
	print "\n| link | photos: goodput of the rate | while the link is there | our bytes for 2,000,000 | sent again by TCP | longest delay of a small entry behind photos |"
	print "|---|---:|---:|---:|---:|---:|"
	for (i = 1; i <= n; i++) {
		p = order[i]
		good = seconds[p, "photos"] ? 2000000 * 8 / seconds[p, "photos"] / rate[p] : 0
		printf "| %s | %.2f | %.2f | %d (+%.1f %%) | %d | %.1f s |\n", p, good, good / there[p], up[p, "photos"],
			(up[p, "photos"] / 2000000 - 1) * 100, again[p, "photos"], seconds[p, "behind"]
	}
}
