# The monthly report of every level, counted from exported tables alone: no cells, no tallies, no roll-ups. What the
# rows mean is written here once more, by hand, from packs/party-branch.yaml.
#	awk -f oracle.awk UNITS.csv EXPORT/*/*.csv >COUNTED
# Prints, as tests/oracle/play.c does: UNIT MONTH ROW COLUMN VALUE[/DENOMINATOR]

BEGIN {
	FS = "\n"
	rows = split("members members_meeting committee group lecture meetings attendance activity_days activity_attendance " \
		"dues_due dues_paid dues_rate receipts affairs contacts", row, " ")
	above["attendance"] = "attended"; below["attendance"] = "should_attend"
	above["activity_attendance"] = "activity_attended"; below["activity_attendance"] = "activity_should_attend"
	above["dues_rate"] = "dues_paid"; below["dues_rate"] = "dues_due"
	type["Members' meeting"] = "members_meeting"; type["Committee"] = "committee"
	type["Group meeting"] = "group"; type["Lecture"] = "lecture"
	SINCE = 2026 * 12
}

# One line of a spreadsheet into cell[1..n]; quoted cells may hold commas.
function split_line(line,   n, at, quoted) {
	sub(/\r$/, "", line)
	n = 0
	while (1) {
		n++
		if (substr(line, 1, 1) == "\"") {
			line = substr(line, 2)
			quoted = ""
			while ((at = index(line, "\"")) && substr(line, at + 1, 1) == "\"") {
				quoted = quoted substr(line, 1, at)
				line = substr(line, at + 2)
			}
			cell[n] = quoted substr(line, 1, at - 1)
			line = substr(line, at + 1)
		} else {
			at = index(line, ",")
			cell[n] = at ? substr(line, 1, at - 1) : line
			line = at ? substr(line, at) : ""
		}
		if (substr(line, 1, 1) != ",")
			return n
		line = substr(line, 2)
	}
}

function get(heading) {
	return (heading in column) ? cell[column[heading]] : ""
}

function month_of(date) {
	return substr(date, 1, 4) * 12 + substr(date, 6, 2) - 1
}

function fen(yuan) {
	return int(yuan * 100 + 0.5)
}

function people(list,   names) {
	return list == "" ? 0 : split(list, names, "; ")
}

# Of the branch at hand and everything above it.
function add(what, month, value,   unit) {
	if (month >= SINCE)
		for (unit = branch; unit != ""; unit = parent[unit])
			sum[unit, what, month] += value
}

# There from a month until another: a change at both ends, added up later.
function member(arrived, left,   from) {
	from = arrived == "" ? SINCE : month_of(arrived)
	add("members", from < SINCE ? SINCE : from, 1)
	if (left != "")
		add("members", month_of(left) < SINCE ? SINCE : month_of(left), -1)
}

function meeting(month, kind) {
	add(type[kind], month, 1)
	add("meetings", month, 1)
	add("should_attend", month, get("Should attend"))
	add("attended", month, people(get("Attended")))
}

function activity_day(month) {
	add("activity_days", month, 1)
	add("activity_should_attend", month, get("Should attend"))
	add("activity_attended", month, people(get("Attended")))
}

function dues(due_in, paid) {
	add("dues_due", due_in, fen(get("Amount due")))
	if (paid == "")
		return
	add("dues_paid", month_of(paid), fen(get("Amount paid")))
	if (fen(get("Amount paid")) > 0)
		add("receipts", month_of(paid), 1)
}

NR == FNR {
	split_line($0)
	if (FNR > 1) {
		units[++unit_count] = cell[1]
		kind_of[cell[1]] = cell[3]
		parent[cell[1]] = cell[4]
	}
	next
}

FNR == 1 {
	parts = split(FILENAME, path, "/")
	branch = path[parts - 1]
	table = path[parts]
	sub(/^\357\273\277/, "")
	n = split_line($0)
	split("", column)
	for (i = 1; i <= n; i++)
		column[cell[i]] = i
	next
}

{
	split_line($0)
	if (table == "members.csv")
		member(get("Arrived"), get("Left"))
	else if (table == "meetings.csv")
		meeting(month_of(get("Date")), get("Type"))
	else if (table == "activity_days.csv")
		activity_day(month_of(get("Date")))
	else if (table == "dues.csv")
		dues(month_of(get("Month due")), get("Paid on"))
}

function total(unit, what, first, last,   m, value) {
	value = 0
	for (m = what == "members" || first < SINCE ? SINCE : first; m <= last; m++)
		value += sum[unit, what, m]
	return value
}

function tell(unit, month, name, span, first, last) {
	printf "%s %04d-%02d %s %s ", unit, int(month / 12), month % 12 + 1, name, span
	if (name in above)
		printf "%d/%d\n", total(unit, above[name], first, last), total(unit, below[name], first, last)
	else
		printf "%d\n", total(unit, name, first, last)
}

END {
	for (u = 1; u <= unit_count; u++)
		for (month = SINCE; month < SINCE + 12; month++) {
			if (kind_of[units[u]] == "branch" && (month - SINCE) % 4 != 3)
				continue
			for (r = 1; r <= rows; r++) {
				tell(units[u], month, row[r], "month", month, month)
				tell(units[u], month, row[r], "year", SINCE, month)
				tell(units[u], month, row[r], "last_year", month - 12, month - 12)
			}
		}
}
