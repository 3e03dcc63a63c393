// Months and quarters as text, and how far apart they are.
export function monthOf(text) {
	return /^\d{4}-\d{2}/.test(text || '') ? text.slice(0, 7) : '';
}

export function step(month, by) {
	const [year, at] = month.split('-').map(Number);
	const count = year * 12 + at - 1 + by;
	return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}

export function quarterOf(month) {
	const [year, at] = month.split('-').map(Number);
	return `${year}Q${Math.ceil(at / 3)}`;
}

// The period of so many months that holds the month, as the programs write it.
export function periodOf(month, months) {
	if (months === 1)
		return month;
	if (months === 3)
		return quarterOf(month);
	const [year, at] = month.split('-').map(Number);
	return months === 6 ? `${year}H${at <= 6 ? 1 : 2}` : String(year);
}

// Does the month lie within "2026-10", "2026Q4" or "2026"?
export function within(month, period) {
	if (!month)
		return false;
	return period === month || period === quarterOf(month) || period === month.slice(0, 4);
}
