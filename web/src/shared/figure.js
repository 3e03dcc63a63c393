// Numbers of the pack for people, by what they are: the one place that says how each is written.
//	count       a whole number
//	money       fen
//	points      hundredths, of scorecards
//	ratio       a part of a whole
//	money_part  the same of money
//	money_ratio money of each
import * as format from './format.js';

const SHOWN = { money: format.money, points: (value) => format.number(value / 100) };
const HUNDREDTHS = ['money', 'points']; // of 1, where a program wants a plain number

export const isRatio = (unit) => ['ratio', 'money_part', 'money_ratio'].includes(unit);

// A plain number, such as by how much something changed.
export const amountText = (value, unit) => (SHOWN[unit] || format.number)(value);

// { value, denominator }: what a verb tells of a figure; no denominator where it is no ratio.
export function figureText(row, unit) {
	if (!row || row.value === null || row.value === undefined)
		return '–';
	if (row.denominator === null || row.denominator === undefined)
		return amountText(row.value, unit);
	if (unit === 'money_ratio')
		return format.money(row.denominator ? row.value / row.denominator : 0);
	return format.percent(row.value, row.denominator);
}

// What a ratio is made of.
export const parts = (row, unit) => [
	amountText(row.value, unit === 'ratio' ? 'count' : 'money'), amountText(row.denominator, unit === 'money_part' ? 'money' : 'count'),
];

// What can be drawn and sorted.
export function figureNumber(row) {
	if (!row || row.value === null || row.value === undefined)
		return null;
	if (row.denominator === null || row.denominator === undefined)
		return row.value;
	return row.denominator ? row.value / row.denominator : null;
}

// The same on an axis, for people.
export const drawnText = (unit) => (value) => figureText(isRatio(unit) ? { value: value * 1000, denominator: 1000 } : { value, denominator: null }, unit);

// For a program that reads a table: yuan and points as such, ratios as their parts.
export function figureValue(row, unit) {
	if (!row || row.value === null || row.value === undefined)
		return '';
	if (row.denominator !== null && row.denominator !== undefined)
		return `${row.value}/${row.denominator}`;
	return HUNDREDTHS.includes(unit) ? row.value / 100 : row.value;
}
