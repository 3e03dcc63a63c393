// Writing into the ledger. A month that is closed asks why; the clerk is asked, and the write goes on.
import { html, useState } from '../shared/view.js';
import { send, sendRaw } from '../shared/api.js';
import { Question } from '../shared/dialog.js';
import { sendFile } from '../shared/file.js';
import { t } from '../shared/text.js';
import { period } from '../shared/format.js';

let ask = null;

function needsReason(problem) {
	return problem.name === 'CONFLICT' && /^\d{4}-\d{2}$/.test(problem.where);
}

// What goes without a reason, and, where that is refused, with the one that is typed.
async function reasoned(go) {
	try {
		return await go('');
	} catch (problem) {
		const reason = needsReason(problem) && ask ? await ask(problem.where) : '';
		if (!reason)
			throw problem;
		return go(reason);
	}
}

// All that may reach back into a month: records, their steps, conflicts, those who come and go.
export function write(method, path, body) {
	return reasoned((reason) => send(method, path, reason && !body.reason ? { ...body, reason } : body));
}

const because = (path, reason) => (reason ? `${path}${path.includes('?') ? '&' : '?'}reason=${encodeURIComponent(reason)}` : path);

export function writeFile(path, file, tell) {
	return reasoned((reason) => sendFile(because(path, reason), file, tell));
}

export function writeRaw(path, query, type, text) {
	return reasoned((reason) => sendRaw(path, reason ? { ...query, reason } : query, type, text));
}

export function create(kind, fields) {
	return write('POST', `/records/${kind}`, { fields });
}

export function change(kind, record, fields) {
	return write('PUT', `/records/${kind}/${record}`, { fields });
}

export function remove(kind, record) {
	return write('DELETE', `/records/${kind}/${record}`, {});
}

// Stands once in the page: where the reason is asked for.
export function Reason() {
	const [asked, set] = useState(null);
	ask = (month) => new Promise((answer) => set({ month, answer }));
	if (!asked)
		return null;
	const end = (text) => {
		set(null);
		asked.answer(text);
	};
	return html`<${Question} title=${t('PAGE_REASON_TITLE')} hint=${t('PAGE_REASON_HINT', period(asked.month))} label=${t('PAGE_REASON')}
		required=${true} confirm=${t('PAGE_REASON_CONFIRM')} close=${() => end('')} done=${end} />`;
}
