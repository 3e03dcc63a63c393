// What a component reads from the API: asked for when it is shown, and again whenever something changed.
import { useCallback, useEffect, useRef, useState } from './view.js';
import { address, get } from './api.js';
import { listen } from './events.js';

const CALM_MS = 150; // changes that come in a row are one

// { data, problem, loading, reload }; path null: nothing is read.
export function useResource(path, query) {
	const where = path === null ? null : address(path, query);
	const [state, set] = useState({ where, data: null, problem: null });
	const asked = useRef(0);

	const reload = useCallback(async () => {
		if (where === null)
			return;
		const turn = ++asked.current;
		try {
			const data = await get(where);
			if (turn === asked.current)
				set((before) => (before.where === where && before.data === data && !before.problem ? before : { where, data, problem: null }));
		} catch (problem) {
			if (turn === asked.current)
				set((before) => ({ where, data: before.where === where ? before.data : null, problem }));
		}
	}, [where]);

	useEffect(() => {
		let timer = null;
		reload();
		const end = listen((kind) => {
			if (kind !== 'changed' && kind !== 'sync')
				return;
			clearTimeout(timer);
			timer = setTimeout(reload, CALM_MS);
		});
		return () => {
			asked.current++;
			clearTimeout(timer);
			end();
		};
	}, [reload]);

	const current = state.where === where ? state : { data: null, problem: null };
	return { data: current.data, problem: current.problem, loading: where !== null && !current.data && !current.problem, reload };
}
