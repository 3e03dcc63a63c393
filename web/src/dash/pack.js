// What the pack calls things, for everyone below; read once for each language.
import { createContext, useContext } from '../shared/view.js';
import { language } from '../shared/text.js';
import * as format from '../shared/format.js';
import { amountText, figureNumber } from '../shared/figure.js';

export { amountText, drawnText, figureNumber, figureText, figureValue, isRatio, parts } from '../shared/figure.js';

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
		// What a number under this name is: a metric's own unit; a cadence is met by a part of the units.
		unitOf: (name) => of('metrics', name)?.unit || (of('cadences', name) ? 'ratio' : 'count'),
		bucket: (metric, dimension, name) => of('metrics', metric)?.dimensions?.[dimension]?.buckets?.[name],
		band: (card, name) => of('scorecards', card)?.bands?.[name] || name,
		unitKind: (name) => title('unit_kinds', name),
	};
}

// "+12", "−3", "+1.5 个百分点"
export function changeText(now, then, unit, points) {
	const a = figureNumber(now);
	const b = figureNumber(then);
	if (a === null || b === null)
		return '–';
	const signed = (value, text) => (value > 0 ? '+' : value < 0 ? '−' : '±') + text;
	if (unit === 'ratio' || unit === 'money_part')
		return signed(a - b, points(format.number(Math.round(Math.abs(a - b) * 1000) / 10)));
	const size = Math.abs(a - b);
	return signed(a - b, amountText(size, unit === 'money_ratio' ? 'money' : unit));
}

export const tag = () => language();
