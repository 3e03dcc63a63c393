// Finding records by what people remember: a part of any text, the initials of the name, the end of a number.
import { initials } from './pinyin.js';

function texts(row) {
	return [row.label, ...Object.values(row.fields || {}).filter((value) => typeof value === 'string' && !/^[0-9a-f]{32}$/.test(value))];
}

export function matches(row, asked) {
	const query = asked.trim().toLowerCase();
	if (!query)
		return true;
	const all = texts(row).map((text) => String(text).toLowerCase());
	if (all.some((text) => text.includes(query)))
		return true;
	if (/^[a-z]+$/.test(query))
		return all.some((text) => initials(text).includes(query));
	return /^[\dx]{2,}$/.test(query) && all.some((text) => text.endsWith(query));
}
