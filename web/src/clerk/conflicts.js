// The conflict inbox: what was written apart and differs. Both values, who wrote them and when; mine, theirs or another.
import { html, useState } from '../shared/view.js';
import { downloadTable } from '../shared/download.js';
import { Failure, Reading } from '../shared/failure.js';
import { moment } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { referred, useLabels } from './labels.js';
import { sent, shown } from './values.js';
import { useTitles } from './titles.js';
import { write } from './write.js';

function grouped(rows) {
	const all = new Map();
	for (const row of rows) {
		const key = [row.record, row.field, row.element].join(' ');
		if (!all.has(key))
			all.set(key, { ...row, key, values: [] });
		all.get(key).values.push(row);
	}
	return [...all.values()];
}

function Conflict({ conflict, own }) {
	const titles = useTitles();
	const form = useResource(`/form/${conflict.kind}`);
	const fields = form.data ? form.data.fields : [];
	const labels = useLabels(referred(fields));
	const found = fields.find((field) => field.field === conflict.field);
	const field = found ? { ...found, about: { ...found.about, keyed: false, set: false, type: found.about.type } } : null;
	const [another, type] = useState('');
	const [problem, fail] = useState(null);
	const [busy, work] = useState(false);
	const place = conflict.element ? `${conflict.field}[${conflict.element}]` : conflict.field;
	const resolve = async (value) => {
		work(true);
		fail(null);
		try {
			await write('POST', '/conflicts', { kind: conflict.kind, record: conflict.record, field: place, value });
			say(t('PAGE_RESOLVED'));
		} catch (cause) {
			fail(cause);
		} finally {
			work(false);
		}
	};
	const text = (value) => (field ? shown(field, value, labels) : String(value));
	// What neither of the two words names is sent as the value itself.
	const choice = (value) => (value.device === own ? 'mine' : conflict.values.filter((one) => one.device !== own).length === 1 ? 'theirs' : sent(field, text(value.value), labels));
	return html`<section class="box stack whole">
		<h2><a href=${link(['ledger', conflict.kind, conflict.record])}>${titles.kind(conflict.kind)} · ${conflict.label}</a></h2>
		<p>${found ? found.title : conflict.field}${conflict.element ? ` · ${conflict.element}` : ''}</p>
		<div class="boxes">${conflict.values.map((value, i) => html`<div class="box side" key=${i}>
			<div class="row"><${State} tone=${value.device === own ? 'note' : 'warn'}>${value.device === own ? t('PAGE_MINE') : t('PAGE_THEIRS')}<//>
				${value.shown && html`<span class="soft small">${t('PAGE_SHOWN_NOW')}</span>`}</div>
			<p class="value">${text(value.value) || t('PAGE_EMPTY')}</p>
			<p class="soft small">${value.device} · ${moment(value.time)}</p>
			<button type="button" class="main" disabled=${busy} onClick=${() => resolve(choice(value))}>${value.device === own ? t('PAGE_TAKE_MINE') : t('PAGE_TAKE_THEIRS')}</button>
		</div>`)}</div>
		<form class="row" onSubmit=${(event) => {
			event.preventDefault();
			if (another.trim() && field)
				resolve(sent(field, another, labels));
		}}>
			<label class="grow"><span class="unseen">${t('PAGE_ANOTHER')}</span><input value=${another} onInput=${(event) => type(event.target.value)} placeholder=${t('PAGE_ANOTHER')} /></label>
			<button type="submit" disabled=${busy || !another.trim()}>${t('PAGE_TAKE_ANOTHER')}</button>
		</form>
		<${Failure} problem=${problem} />
	</section>`;
}

export function Conflicts() {
	const of = useResource('/conflicts');
	const status = useResource('/status');
	const take = () => downloadTable(t('PAGE_CONFLICTS'), [[t('PAGE_KEY'), t('PAGE_FIELD'), t('PAGE_VALUE'), t('PAGE_WHO'), t('PAGE_WHEN')],
		...of.data.conflicts.map((one) => [one.label, one.field, String(one.value ?? ''), one.device, moment(one.time)])]);
	return html`<div class="row apart"><h1>${t('PAGE_CONFLICTS')}</h1><button type="button" disabled=${!of.data || of.data.conflicts.length === 0} onClick=${take}>${t('PAGE_EXPORT')}</button></div>
		<p class="soft">${t('PAGE_CONFLICTS_HINT')}</p>
		<${Reading} of=${of}>${(data) => {
			const all = grouped(data.conflicts);
			return all.length === 0 ? html`<p><${State} tone="good">${t('PAGE_NO_CONFLICTS')}<//></p>`
				: html`<${Reading} of=${status}>${({ label }) => html`<div class="stack">${all.map((one) => html`<${Conflict} key=${one.key} conflict=${one} own=${label} />`)}</div>`}<//>`; // before, one's own value would stand as theirs
		}}<//>`;
}
