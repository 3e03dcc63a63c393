// Writing into the ledger. A month that is closed asks why; the clerk is asked, and the write goes on.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { Question } from '../shared/dialog.js';
import { t } from '../shared/text.js';
import { period } from '../shared/format.js';

let ask = null;

function needsReason(problem) {
	return problem.name === 'CONFLICT' && /^\d{4}-\d{2}$/.test(problem.where);
}

async function reasoned(method, path, body) {
	try {
		return await send(method, path, body);
	} catch (problem) {
		if (!needsReason(problem) || body.reason || !ask)
			throw problem;
		const reason = await ask(problem.where);
		if (!reason)
			throw problem;
		return send(method, path, { ...body, reason });
	}
}

export function create(kind, fields) {
	return reasoned('POST', `/records/${kind}`, { fields });
}

export function change(kind, record, fields) {
	return reasoned('PUT', `/records/${kind}/${record}`, { fields });
}

export function remove(kind, record) {
	return reasoned('DELETE', `/records/${kind}/${record}`, {});
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
