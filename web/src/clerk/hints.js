// Hints on what was typed. They warn and never stand in the way: what counts is what the program takes.
import { t } from '../shared/text.js';

const LONG_AGO_YEARS = 3;

function bound(about, value, show) {
	if (about.minimum !== null && value < about.minimum)
		return t('PAGE_HINT_LEAST', show(about.minimum));
	if (about.maximum !== null && value > about.maximum)
		return t('PAGE_HINT_MOST', show(about.maximum));
	return '';
}

function numeric(about, text, factor) {
	const value = Number(text.replace(/[,，￥¥\s]/g, '').replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)));
	if (Number.isNaN(value))
		return t('PAGE_HINT_NUMBER');
	return bound(about, Math.round(value * factor), (end) => String(end / factor));
}

function date(about, text, today) {
	const match = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$/.exec(text);
	if (!match)
		return t('PAGE_HINT_DATE');
	const value = `${match[1]}-${match[2].padStart(2, '0')}-${match[3].padStart(2, '0')}`;
	if (value > today)
		return t('PAGE_HINT_FUTURE');
	return bound(about, value, (end) => end);
}

function month(about, text, today) {
	const match = /^(\d{4})\D(\d{1,2})\D?$/.exec(text);
	if (!match || +match[2] < 1 || +match[2] > 12)
		return t('PAGE_HINT_MONTH');
	return +match[1] < +today.slice(0, 4) - LONG_AGO_YEARS ? t('PAGE_HINT_LONG_AGO') : '';
}

function option(about, text) {
	const words = about.options.flatMap((one) => [one.name, one.title, ...one.also]);
	return words.includes(text) ? '' : t('PAGE_HINT_OPTION', about.options.filter((one) => !one.retired).slice(0, 8).map((one) => one.title).join(t('PAGE_COMMA')));
}

function words(about, text) {
	const count = Array.from(text).length;
	return bound(about, count, (end) => t('PAGE_HINT_CHARACTERS', end));
}

function reference(about, text, labels) {
	return labels.ready && !labels.find(about.refers, text) && !labels.of(about.refers, text).startsWith(text.slice(0, 8)) ? t('PAGE_HINT_RECORD') : '';
}

const BY_TYPE = {
	integer: (about, text) => numeric(about, text, 1),
	money: (about, text) => numeric(about, text, 100),
	date: (about, text, labels, today) => date(about, text, today),
	month: (about, text, labels, today) => month(about, text, today),
	option: (about, text) => option(about, text),
	text: (about, text) => words(about, text),
	long_text: (about, text) => words(about, text),
	record: (about, text, labels) => reference(about, text, labels),
	member: (about, text, labels) => reference(about, text, labels),
};

// One sentence, or nothing. `again`: values of this field elsewhere, where they must be unique.
export function hint(field, text, labels, again = []) {
	const trimmed = text.trim();
	if (!trimmed)
		return field.required ? t('PAGE_HINT_REQUIRED') : '';
	if (field.about.unique && again.includes(trimmed))
		return t('PAGE_HINT_TWICE');
	const check = BY_TYPE[field.about.type];
	return check ? check(field.about, trimmed, labels, today()) : '';
}

export function today() {
	const now = new Date();
	return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}
