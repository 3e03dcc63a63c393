// What the pack calls things, for everyone below; read once for each language.
import { createContext, useContext } from '../shared/view.js';
import { language } from '../shared/text.js';
import * as format from '../shared/format.js';

export const Pack = createContext(null);

export function usePack() {
	const all = useContext(Pack) || {};
	const of = (list, name) => (all[list] || {})[name];
	const title = (list, name) => {
		const found = of(list, name);
		return !found ? name : typeof found === 'string' ? found : found.title;
	};
	return {
		all,
		metric: (name) => of('metrics', name),
		names: (list) => Object.keys(all[list] || {}),
		title,
		// A metric, a cadence or a scorecard: figures stand under the names of all three.
		figure: (name) => ['metrics', 'cadences', 'scorecards'].map((list) => of(list, name)).find(Boolean)?.title || name,
		bucket: (metric, dimension, name) => of('metrics', metric)?.dimensions?.[dimension]?.buckets?.[name],
		band: (card, name) => of('scorecards', card)?.bands?.[name] || name,
		unitKind: (name) => title('unit_kinds', name),
	};
}

// A number of a metric for people: money, a percentage, or a count.
export function figureText(row, unit) {
	if (!row || row.value === null || row.value === undefined)
		return '–';
	if (row.denominator !== null && row.denominator !== undefined)
		return unit === 'money_ratio' ? format.money(row.denominator ? row.value / row.denominator : 0) : format.percent(row.value, row.denominator);
	return unit === 'money' ? format.money(row.value) : format.number(row.value);
}

// A plain number of a metric, such as by how much it changed: money is fen.
export const amountText = (value, unit) => (unit === 'money' ? format.money(value) : format.number(value));

// What can be drawn and sorted.
export function figureNumber(row) {
	if (!row || row.value === null || row.value === undefined)
		return null;
	if (row.denominator === null || row.denominator === undefined)
		return row.value;
	return row.denominator ? row.value / row.denominator : null;
}

export const isRatio = (unit) => unit === 'ratio' || unit === 'money_ratio';

// "+12", "−3", "+1.5 个百分点"
export function changeText(now, then, unit, points) {
	const a = figureNumber(now);
	const b = figureNumber(then);
	if (a === null || b === null)
		return '–';
	const signed = (value, text) => (value > 0 ? '+' : value < 0 ? '−' : '±') + text;
	if (unit === 'ratio')
		return signed(a - b, points(format.number(Math.round(Math.abs(a - b) * 1000) / 10)));
	const size = Math.abs(a - b);
	return signed(a - b, unit === 'money' || unit === 'money_ratio' ? format.money(size) : format.number(size));
}

export const tag = () => language();
