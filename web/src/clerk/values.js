// Values of fields between the API, what people read and what they type. A value is sent as the text that
// somebody typed; the program reads it by the pack, so that no rule stands here twice.
import { day, money, number, period } from '../shared/format.js';
import { t } from '../shared/text.js';

export function fen(value) {
	return (value / 100).toFixed(2).replace(/\.00$/, '');
}

function option(about, name) {
	const found = (about.options || []).find((one) => one.name === name);
	return found ? found.title : name;
}

const SHOWN = {
	integer: (about, value) => number(value),
	money: (about, value) => money(value),
	date: (about, value) => day(value),
	month: (about, value) => period(value),
	option,
	bool: (about, value) => t(value ? 'PAGE_YES' : 'PAGE_NO'),
	record: (about, value, labels) => labels.of(about.refers, value),
	member: (about, value, labels) => labels.of(about.refers, value),
};

function single(about, value, labels) {
	if (value === null || value === undefined || value === '')
		return '';
	const show = SHOWN[about.type];
	return show ? show(about, value, labels) : String(value);
}

// For people. Sets and maps become one line.
export function shown(field, value, labels) {
	const { about } = field;
	if (about.set)
		return (value || []).map((key) => labels.of(about.refers, key)).join(t('PAGE_COMMA'));
	if (about.keyed)
		return Object.entries(value || {}).map(([key, one]) => labels.of(about.refers, key) + t('PAGE_COLON') + single(about, one, labels)).join(t('PAGE_SEMICOLON'));
	return single(about, value, labels);
}

const TYPED = {
	money: (about, value) => fen(value),
	option,
	bool: (about, value) => t(value ? 'PAGE_YES' : 'PAGE_NO'),
	record: (about, value, labels) => labels.of(about.refers, value),
	member: (about, value, labels) => labels.of(about.refers, value),
};

// What an input shows for it.
export function typed(field, value, labels) {
	if (value === null || value === undefined)
		return '';
	const show = TYPED[field.about.type];
	return show ? show(field.about, value, labels) : String(value);
}

// What is sent for what was typed: the id of the record that the label means; nothing takes the value away.
export function sent(field, text, labels) {
	const trimmed = text.trim();
	if (!trimmed)
		return null;
	const refers = field.about.type === 'record' || field.about.type === 'member';
	return refers ? labels.find(field.about.refers, trimmed) || trimmed : trimmed;
}

// May the clerk write it? The rest is written above, or by the program itself.
export function owned(field, of) {
	const { about } = field;
	return (about.authority === 'own' || about.authority === 'both') && !about.series && !of.from_above && of.workflow !== field.field;
}

// The same, and as text: files are chosen, not typed.
export function writable(field, of) {
	return owned(field, of) && field.about.type !== 'attachment';
}

export function plain(field) {
	return !field.about.keyed && field.about.type !== 'long_text' && field.about.type !== 'attachment';
}

// The field that says to which month a record belongs: the first that is a month or a date. Of persons there is none.
export function dated(fields, of) {
	if (isPersons(of))
		return null;
	const required = fields.filter((field) => !field.about.keyed && field.required);
	const first = (type) => required.find((field) => field.about.type === type);
	return first('month') || first('date') || null;
}

// The roster: the kind whose records are persons.
export function isPersons(of) {
	return Boolean(of.persons);
}

// What a receipt is made of, where a kind numbers what is paid: the fields that stand with the number in the form say
// how much and when, those before it who and for which month. null: such a kind it is not.
export function receiptOf(fields) {
	const number = fields.find((field) => field.about.series);
	const beside = (type) => number && fields.find((field) => field.group === number.group && field.about.type === type);
	const who = fields.find((field) => field.required && field.about.refers && !field.about.keyed);
	const month = fields.find((field) => field.about.type === 'month');
	return number && who && month && beside('money') && beside('date') ? { number, amount: beside('money'), paid: beside('date'), who, month } : null;
}
