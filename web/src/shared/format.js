// Numbers, days, times and order, as the reader's language has them.
import { language } from './text.js';

const made = new Map();

function once(kind, options, make) {
	const key = `${language()} ${kind} ${JSON.stringify(options)}`;
	if (!made.has(key))
		made.set(key, make(language(), options));
	return made.get(key);
}

const numberFormat = (options) => once('number', options, (tag, o) => new Intl.NumberFormat(tag, o));
const dateFormat = (options) => once('date', options, (tag, o) => new Intl.DateTimeFormat(tag, o));

export function number(value) {
	return value === null || value === undefined ? '' : numberFormat({}).format(value);
}

export function percent(numerator, denominator) {
	if (!denominator)
		return '–';
	return numberFormat({ style: 'percent', maximumFractionDigits: 1 }).format(numerator / denominator);
}

// Money is fen wherever it is a number.
export function money(fen) {
	return fen === null || fen === undefined ? '' : numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(fen / 100);
}

// "2026-03-05"; read as a day, never as a moment, so that no time zone moves it.
export function day(text) {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || '');
	if (!match)
		return text || '';
	const date = new Date(Date.UTC(+match[1], match[2] - 1, +match[3]));
	return dateFormat({ year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(date);
}

// "2026-03", "2026Q1", "2026"
export function period(text) {
	const month = /^(\d{4})-(\d{2})$/.exec(text || '');
	if (month)
		return dateFormat({ year: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(+month[1], month[2] - 1, 1)));
	const quarter = /^(\d{4})-?Q([1-4])$/.exec(text || '');
	if (quarter)
		return language() === 'en' ? `Q${quarter[2]} ${quarter[1]}` : `${quarter[1]}年第${'一二三四'[quarter[2] - 1]}季度`;
	if (/^\d{4}$/.test(text || '') && language() !== 'en')
		return `${text}年`;
	return text || '';
}

export function moment(ms) {
	return ms ? dateFormat({ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(ms)) : '';
}

// Chinese names by pinyin, and numbers within texts by their size.
export function compare(a, b) {
	return once('collator', {}, (tag) => new Intl.Collator(tag, { numeric: true })).compare(a, b);
}
