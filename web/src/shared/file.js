// Files to and from the program: handed to the browser under a name, and sent with word of how far they are.
import { language } from './text.js';
import { Problem } from './api.js';

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
	const away = () => {
		throw new Problem(0, { name: 'UNREACHABLE' });
	};
	const answer = await fetch('/api/v1' + path, options).catch(away);
	if (!answer.ok)
		throw new Problem(answer.status, await answer.json().catch(() => ({})));
	hand(name, await answer.blob().catch(away)); // broken off half way: no file rather than a part of one
}

// Sends a chosen file; tell(part of 1) as it goes. fetch() says nothing of how much went up.
export function sendFile(path, file, tell) {
	return new Promise((done, fail) => {
		const request = new XMLHttpRequest();
		request.open('POST', '/api/v1' + path);
		request.responseType = 'json';
		request.setRequestHeader('Accept-Language', language());
		request.setRequestHeader('Content-Type', 'application/octet-stream');
		request.setRequestHeader('Tributary-Page', '1');
		request.upload.onprogress = (event) => tell && event.lengthComputable && tell(event.loaded / event.total);
		request.onerror = () => fail(new Problem(0, { name: 'UNREACHABLE' }));
		request.onload = () => (request.status < 300 ? done(request.response) : fail(new Problem(request.status, request.response || {})));
		request.send(file);
	});
}
