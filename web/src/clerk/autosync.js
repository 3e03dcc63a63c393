// Synchronises by itself: a while after the last change, and now and then; longer apart while the server is away.
import { useEffect } from '../shared/view.js';
import { send } from '../shared/api.js';
import { listen } from '../shared/events.js';

const AFTER_CHANGE_MS = 4000;
const EVERY_MS = 5 * 60 * 1000;
const LONGEST_MS = 10 * 60 * 1000;

export function useAutoSync(sync) {
	const due = sync.waiting > 0 && !sync.running && !sync.revoked;
	useEffect(() => {
		let wait = AFTER_CHANGE_MS;
		let timer = null;
		const go = () => send('POST', '/sync', {}).catch(() => null);
		const plan = (ms) => {
			clearTimeout(timer);
			timer = setTimeout(go, ms);
		};
		const end = listen((kind, data) => {
			if (kind !== 'sync' || data.running)
				return;
			wait = data.exit ? Math.min(wait * 2, LONGEST_MS) : AFTER_CHANGE_MS;
			plan(data.exit ? wait : EVERY_MS);
		});
		plan(due ? wait : EVERY_MS);
		return () => {
			clearTimeout(timer);
			end();
		};
	}, [due]);
}
