# table.awk profiles figures: the tables of docs/performance.md.
# A link's rate is what it carries while it is there: the relay says for how long it was, neither stalled nor cut either way.
FNR == NR {
	if ($1 ~ /^#/) next
	for (i = 2; i <= NF; i++)
		if ($i ~ /^rate=/) rate[$1] = substr($i, 6)
	next
}
{
	if (!($1 in seen)) order[++n] = $1
	seen[$1] = 1
	seconds[$1, $2] = $3; tries[$1, $2] = $4; up[$1, $2] = $5; down[$1, $2] = $6; again[$1, $2] = $7 + $8
	wire[$1, $2] = $9 + $10
	there[$1, $2] = $12 / 1000
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
	print "\n| link | photos: goodput of the rate | while the link is there | our bytes for the photos | sent again by TCP | longest delay of a small entry behind photos, of 8 | the same while the link is there |"
	print "|---|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= n; i++) {
		p = order[i]
		t = (p, "bulk") in seconds ? "bulk" : "photos"
		bytes = t == "bulk" ? 6000000 : 2000000
		good = seconds[p, t] ? bytes * 8 / seconds[p, t] / rate[p] : 0
		while_there = there[p, t] ? bytes * 8 / there[p, t] / rate[p] : 0
		printf "| %s | %.2f | %.2f | %d for %d (+%.1f %%) | %d | %.1f s | %.1f s |\n", p, good, while_there, up[p, t], bytes,
			(up[p, t] / bytes - 1) * 100, again[p, t], seconds[p, "behind"], seconds[p, "behind_there"]
	}
}
