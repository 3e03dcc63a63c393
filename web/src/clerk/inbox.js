// Smaller lists that the first screen leads to: what was not accepted, what warns, and what a superior asked for.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { Reading, sentence } from '../shared/failure.js';
import { moment } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { Table } from '../shared/table.js';
import { has, t } from '../shared/text.js';

export function Refused() {
	const of = useResource('/status');
	const columns = [
		{ key: 'time', title: t('PAGE_WHEN'), text: (row) => moment(row.time), order: (row) => row.time },
		{ key: 'reason', title: t('PAGE_WHY'), text: (row) => (has(`REASON_${row.reason}`) ? t(`REASON_${row.reason}`) : row.reason) },
	];
	return html`<h1>${t('PAGE_NOT_ACCEPTED')}</h1><p class="soft">${t('PAGE_NOT_ACCEPTED_HINT')}</p>
		<${Reading} of=${of}>${(data) => html`<${Table} caption=${t('PAGE_NOT_ACCEPTED')} columns=${columns} rows=${data.refused} />
			${data.notices.length > 0 && html`<h2>${t('PAGE_NOTICES')}</h2><ul>${data.notices.map((one) => html`<li key=${one.time}>${moment(one.time)}${t('PAGE_COLON')}${one.text}</li>`)}</ul>`}`}<//>`;
}

export function Warnings() {
	const of = useResource('/warnings');
	return html`<h1>${t('PAGE_WARNINGS')}</h1><p class="soft">${t('PAGE_WARNINGS_HINT')}</p>
		<${Reading} of=${of}>${(data) => (data.warnings.length + data.twice.length === 0 ? html`<p><${State} tone="good">${t('PAGE_NO_WARNINGS')}<//></p>`
			: html`<ul class="plain stack">${data.warnings.map((one) => html`<li class="say warn" key=${one.check + one.value}>! ${one.warning}${one.hint && html`<div class="soft small">${one.hint}</div>`}</li>`)}
				${data.twice.map((one) => html`<li class="say warn" key=${one.kind + one.field + one.value}>! ${t('PAGE_TWICE', one.title, one.value)}
					${one.records.map((record) => html` <a key=${record.record} href=${link(['ledger', one.kind, record.record])}>${record.label}</a>`)}</li>`)}</ul>`)}<//>`;
}

function Request({ one }) {
	const [busy, work] = useState(false);
	const answer = async (decision) => {
		work(true);
		try {
			await send('POST', `/asked/${one.request}`, { answer: decision });
			say(t('PAGE_ANSWERED'));
		} catch (problem) {
			say(sentence(problem), 'bad');
		} finally {
			work(false);
		}
	};
	return html`<li class="box stack"><div class="row apart"><h3>${one.by}</h3><${State} tone=${one.answer === 'open' ? 'warn' : one.answer === 'granted' ? 'good' : 'note'}>${t(`PAGE_ASKED_${one.answer.toUpperCase()}`)}<//></div>
		<p>${one.why}</p><p class="soft small">${moment(one.time)} · ${one.record}</p>
		${one.answer === 'open' && html`<div class="row"><button type="button" class="main" disabled=${busy} onClick=${() => answer('grant')}>${t('PAGE_GRANT')}</button>
			<button type="button" disabled=${busy} onClick=${() => answer('refuse')}>${t('PAGE_REFUSE')}</button></div>`}</li>`;
}

export function Asked() {
	const of = useResource('/asked');
	return html`<h1>${t('PAGE_ASKED')}</h1><p class="soft">${t('PAGE_ASKED_HINT')}</p>
		<${Reading} of=${of}>${(data) => (data.requests.length === 0 ? html`<p class="soft">${t('PAGE_NONE')}</p>`
			: html`<ul class="plain stack">${data.requests.map((one) => html`<${Request} key=${one.request} one=${one} />`)}</ul>`)}<//>`;
}
