# The monthly report of every level, counted from exported tables alone: no cells, no tallies, no roll-ups. What the
# rows mean is written here once more, by hand, from packs/party-branch.yaml. How the months stand, and by how much they
# differ from what was approved, follows from what people did (acts.csv) and from the tables as they were when the months
# were submitted.
#	awk -f oracle.awk UNITS.csv ACTS.csv EXPORT/*/*/*.csv >COUNTED
# Prints, as tests/oracle/play.c and months.h do: UNIT MONTH ROW COLUMN VALUE[/DENOMINATOR]

BEGIN {
	FS = "\n"
	rows = split("members members_meeting committee group lecture meetings attendance activity_days activity_attendance " \
		"dues_due dues_paid dues_rate receipts affairs contacts", row, " ")
	above["attendance"] = "attended"; below["attendance"] = "should_attend"
	above["activity_attendance"] = "activity_attended"; below["activity_attendance"] = "activity_should_attend"
	above["dues_rate"] = "dues_paid"; below["dues_rate"] = "dues_due"
	type["Members' meeting"] = "members_meeting"; type["Committee"] = "committee"
	type["Group meeting"] = "group"; type["Lecture"] = "lecture"
	for (t in type)
		is_type[type[t]] = 1
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

# Of the branch at hand and everything above it: into the sums what it holds in the end, into the differences that less
# what it held when the month was submitted as it was approved first. `last` is what it submitted last.
function add(what, month, value,   unit, now) {
	if (month < SINCE)
		return
	now = tag == "final"
	for (unit = branch; unit != ""; unit = parent[unit]) {
		if (now)
			sum[unit, what, month] += value
		if ((branch, month) in base)
			differ[unit, what, month] += (now - (tag == base[branch, month])) * value
	}
	if ((branch, month) in base)
		again[branch, what, month] += ((tag == last[branch, month]) - (tag == base[branch, month])) * value
}

# What people did, in the order they did it.
function act(unit, month, did, as) {
	if (did == "submit") {
		last[unit, month] = as
		shown[unit, month] = "submitted"
	} else if (did == "approve") {
		if (!((unit, month) in base))
			base[unit, month] = last[unit, month]
		shown[unit, month] = "approved"
	} else {
		shown[unit, month] = did == "close" ? "closed" : did == "return" ? "returned" : "open"
	}
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

FILENAME ~ /acts\.csv$/ {
	split_line($0)
	if (FNR > 1)
		act(cell[1], month_of(cell[2]), cell[3], cell[4])
	if (cell[3] == "submit")
		submitted_for[cell[1], cell[4]] = cell[2]
	next
}

FNR == 1 {
	parts = split(FILENAME, path, "/")
	branch = path[parts - 2]
	tag = path[parts - 1]
	table = path[parts]
	only = tag == "final" || table == "members.csv" ? "" : submitted_for[branch, tag]
	sub(/^\357\273\277/, "")
	n = split_line($0)
	split("", column)
	for (i = 1; i <= n; i++)
		column[cell[i]] = i
	next
}

# What was submitted speaks of one month, by a date that lies in it.
only != "" && !index($0, only) {
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

function total(of, unit, what, first, last_month,   m, value) {
	value = 0
	for (m = what == "members" || first < SINCE ? SINCE : first; m <= last_month; m++)
		value += of == "sum" ? sum[unit, what, m] : differ[unit, what, m]
	return value
}

function tell(of, unit, month, name, span, first, last_month) {
	printf "%s %04d-%02d %s %s ", unit, int(month / 12), month % 12 + 1, name, span
	if (name in above)
		printf "%d/%d\n", total(of, unit, above[name], first, last_month), total(of, unit, below[name], first, last_month)
	else
		printf "%d\n", total(of, unit, name, first, last_month)
}

# Restated: submitted after it was approved, and with other figures than then.
function state(unit, month,   c) {
	if (!((unit, month) in shown))
		return "open"
	if (!((unit, month) in base))
		return shown[unit, month]
	for (c = 1; c <= counted; c++)
		if (again[unit, count_of[c], month] != 0)
			return "restated"
	return "approved"
}

function tell_state(unit, month,   at, of) {
	of = state(unit, month)
	for (at = unit; at != ""; at = parent[at]) {
		printf "%s %04d-%02d state %s %s\n", unit, int(month / 12), month % 12 + 1, kind_of[at], of
		expected[at, month]++
		submitted[at, month] += (unit, month) in last
		approved[at, month] += (unit, month) in base
	}
}

function tell_counts(unit, month,   head) {
	head = sprintf("%s %04d-%02d", unit, int(month / 12), month % 12 + 1)
	printf "%s submitted %s %d/%d\n", head, kind_of[unit], submitted[unit, month], expected[unit, month]
	printf "%s approved %s %d/%d\n", head, kind_of[unit], approved[unit, month], expected[unit, month]
}

END {
	counted = split("members members_meeting committee group lecture should_attend attended activity_days " \
		"activity_should_attend activity_attended dues_due dues_paid receipts", count_of, " ")
	for (u = 1; u <= unit_count; u++)
		for (month = SINCE; month < SINCE + 12; month++)
			if (kind_of[units[u]] == "branch")
				tell_state(units[u], month)
	for (u = 1; u <= unit_count; u++)
		for (month = SINCE; month < SINCE + 12; month++) {
			if (kind_of[units[u]] != "branch")
				tell_counts(units[u], month)
			for (r = 1; r <= rows; r++) {
				if (!(row[r] in is_type))
					tell("differ", units[u], month, row[r], "restated", month, month)
				if (kind_of[units[u]] == "branch" && (month - SINCE) % 4 != 3)
					continue
				tell("sum", units[u], month, row[r], "month", month, month)
				tell("sum", units[u], month, row[r], "year", SINCE, month)
				tell("sum", units[u], month, row[r], "last_year", month - 12, month - 12)
			}
		}
}
