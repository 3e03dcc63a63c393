// The pack's titles for everyone below: read once for each language, and again when the pack changes.
import { createContext, useContext } from '../shared/view.js';

export const Titles = createContext({});

const pick = (list, name) => (list && list[name]) || null;

export function useTitles() {
	const all = useContext(Titles);
	const title = (list) => (name) => {
		const found = pick(all[list], name);
		return !found ? name : typeof found === 'string' ? found : found.title;
	};
	return {
		all,
		kind: title('kinds'),
		metric: title('metrics'),
		cadence: title('cadences'),
		scorecard: title('scorecards'),
		report: title('reports'),
		check: title('checks'),
		persons: all.persons || {}, // kind, left: the field that says who is gone; mark: what tells those of one name apart
		present: (kind) => pick(all.present, kind), // of a kind that is voted at: the field that says who came
		unitOf: (metric) => (pick(all.metrics, metric) || { unit: 'count' }).unit,
	};
}
