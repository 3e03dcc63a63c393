// Who may open this page: the one-time token behind the # of the address is exchanged for a cookie and forgotten.
import { send } from '../shared/api.js';

export async function enter() {
	const match = /^#token=(.+)$/.exec(location.hash);
	if (match) {
		history.replaceState(null, '', location.pathname);
		await send('POST', '/session', { token: decodeURIComponent(match[1]) });
	}
	const answer = await fetch('/api/v1/session', { credentials: 'same-origin' });
	return answer.ok;
}
