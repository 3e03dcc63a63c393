# Rules for every text of the project, whatever its language.

# The words are put together here so that this file passes its own rule.
BEGIN {
	unfinished = "(^|[^A-Za-z0-9_])(TO" "DO|FIX" "ME|X" "XX|HA" "CK|[Uu]n" "implemented|[Nn]ot " "implemented)([^A-Za-z0-9_]|$)"
	machine = "(^|[^A-Za-z0-9_.})-])/(ho" "me|ro" "ot|wo" "rk|Us" "ers)/[A-Za-z0-9]"
}

function fault(rule, what) {
	print FILENAME ":" FNR ": " rule ": " what
}

/[ \t\r]$/ { fault("blank", "blanks at the end of the line") }
$0 ~ unfinished { fault("unfinished", "a mark of unfinished work") }
$0 ~ machine { fault("path", "a path of somebody's machine") }
