// Files from the server, handed to the browser under a name.
import { language } from '../shared/text.js';
import { Problem } from '../shared/api.js';

export function hand(name, blob) {
	const address = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = address;
	link.download = name.replace(/[\\/:*?"<>|\s]+/g, '_');
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// Without a body it is read, with one it is made.
export async function fetchFile(path, name, body) {
	const headers = { 'Accept-Language': language() };
	const options = { credentials: 'same-origin', cache: 'no-store', headers };
	if (body) {
		headers['Content-Type'] = 'application/json';
		headers['Tributary-Page'] = '1';
		Object.assign(options, { method: 'POST', body: JSON.stringify(body) });
	}
	const answer = await fetch('/api/v1' + path, options).catch(() => {
		throw new Problem(0, { name: 'UNREACHABLE' });
	});
	if (!answer.ok)
		throw new Problem(answer.status, await answer.json().catch(() => ({})));
	hand(name, await answer.blob());
}
