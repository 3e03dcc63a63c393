// Where the reader is: unit, view, period and tree, all in the address, so that a link can be handed on.
//	#/u/UNIT/VIEW/WHAT?period=2026-10&tree=today
import { createContext, useContext } from '../shared/view.js';
import { go, link, parse } from '../shared/route.js';

const HERE = '.'; // the unit of the account, `home`

export function lastMonth(today = new Date()) {
	const date = new Date(Date.UTC(today.getFullYear(), today.getMonth() - 1, 1));
	return date.toISOString().slice(0, 7);
}

export function placeOf(route, home) {
	const [kind, unit, view, ...what] = route.path;
	const known = kind === 'u';
	return {
		unit: known && unit && unit !== HERE ? unit : home,
		view: known && view ? view : 'overview',
		what,
		query: route.query,
		period: route.query.period || lastMonth(),
		tree: route.query.tree || 'then',
	};
}

// The address of a change to a place; what is not named stays, but for the view's own questions.
export function linkTo(place, change = {}) {
	const { unit = place.unit, view = place.view, what = view === place.view ? place.what : [], query = {}, ...rest } = change;
	const period = rest.period || place.query.period;
	const tree = rest.tree || place.query.tree;
	const kept = view === place.view && !change.query ? place.query : {};
	return link(['u', unit, view, ...what], { ...kept, ...query, period, tree: tree === 'then' ? undefined : tree });
}

export function goTo(place, change) {
	const { path, query } = parse(linkTo(place, change));
	go(path, query);
}

export const Place = createContext(null);
export const usePlace = () => useContext(Place);
