// Periods as the programs write them: "2026-10", "2026Q3", "2026H1", "2026".
const pad = (number) => String(number).padStart(2, '0');

export function read(text) {
	const match = /^(\d{4})(?:-(\d{2})|Q([1-4])|H([12]))?$/.exec(text || '');
	if (!match)
		return null;
	const year = Number(match[1]);
	if (match[2])
		return { year, kind: 'month', part: Number(match[2]), months: 1, first: year * 12 + Number(match[2]) - 1 };
	if (match[3])
		return { year, kind: 'quarter', part: Number(match[3]), months: 3, first: year * 12 + (match[3] - 1) * 3 };
	if (match[4])
		return { year, kind: 'half', part: Number(match[4]), months: 6, first: year * 12 + (match[4] - 1) * 6 };
	return { year, kind: 'year', part: 0, months: 12, first: year * 12 };
}

// From its first month and its length.
export function write(first, months) {
	const year = Math.floor(first / 12);
	const month = first % 12;
	if (months === 12)
		return String(year);
	if (months === 6)
		return `${year}H${month / 6 + 1}`;
	if (months === 3)
		return `${year}Q${month / 3 + 1}`;
	return `${year}-${pad(month + 1)}`;
}

export function before(text) {
	const period = read(text);
	return period ? write(period.first - period.months, period.months) : text;
}

export function yearBefore(text) {
	const period = read(text);
	return period ? write(period.first - 12, period.months) : text;
}

// Its last month, as a month.
export function lastMonthOf(text) {
	const period = read(text);
	return period ? write(period.first + period.months - 1, 1) : text;
}

export function yearOf(text) {
	const period = read(text);
	return period ? String(period.year) : text;
}

// The period of so many months that holds the other's last month.
export function ofLength(text, months) {
	const period = read(text);
	if (!period)
		return text;
	const last = period.first + period.months - 1;
	return write(last - (last % months), months);
}
