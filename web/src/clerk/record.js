// One record as a form: saved field by field as it is left; a new one as soon as what is required is there.
import { html, useState } from '../shared/view.js';
import { Question } from '../shared/dialog.js';
import { Failure, Reading, sentence } from '../shared/failure.js';
import { say } from '../shared/message.js';
import { number } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { go, link } from '../shared/route.js';
import { t } from '../shared/text.js';
import { Control, ReadOnly } from './control.js';
import { Files } from './files.js';
import { History } from './history.js';
import { Keyed } from './keyed.js';
import { referred, useLabels } from './labels.js';
import { Moves } from './moves.js';
import { remarksOn, useRemarks } from './remarks.js';
import { isPersons, owned, sent, shown, typed, writable } from './values.js';
import { change, create, remove } from './write.js';

// Fields by the groups of the form, in its order; the chosen ones of an absence stand with the ticks they belong to.
function groups(fields) {
	const all = [];
	for (const field of fields) {
		const last = all[all.length - 1];
		if (last && last.title === field.group)
			last.fields.push(field);
		else
			all.push({ title: field.group, fields: [field] });
	}
	return all;
}

const draftKey = (kind) => `tributary.draft.${kind}`;

// What was typed before, and over it what the address asks for (a type, a month).
function readDraft(kind, preset, fields, labels) {
	const given = Object.fromEntries(fields.filter((field) => preset[field.field]).map((field) => [field.field, typed(field, preset[field.field], labels)]));
	try {
		return { ...JSON.parse(sessionStorage.getItem(draftKey(kind)) || '{}'), ...given };
	} catch {
		return given;
	}
}

function authorityNote(field, of) {
	if (field.about.series)
		return t('PAGE_NUMBERED');
	if (of.workflow === field.field)
		return t('PAGE_BY_MOVE');
	return t('PAGE_FROM_ABOVE');
}

// A new one: what was typed is kept as a draft until every required field has something.
function Fresh({ form, labels, preset }) {
	const { of, fields } = form;
	const [draft, set] = useState(() => readDraft(of.kind, preset, fields, labels));
	const [problem, fail] = useState(null);
	const [busy, work] = useState(false);
	const offered = fields.filter((field) => writable(field, of) && !field.about.keyed);
	const missing = offered.filter((field) => field.required && !(draft[field.field] || '').trim());
	const keep = (field, text) => {
		const next = { ...draft, [field.field]: text };
		set(next);
		sessionStorage.setItem(draftKey(of.kind), JSON.stringify(next));
	};
	const drop = () => {
		sessionStorage.removeItem(draftKey(of.kind));
		go(['ledger', of.kind]);
	};
	const save = async (event) => {
		event.preventDefault();
		work(true);
		fail(null);
		const values = Object.fromEntries(offered.filter((field) => (draft[field.field] || '').trim())
			.map((field) => [field.field, sent(field, draft[field.field], labels)]));
		try {
			const made = await create(of.kind, values);
			sessionStorage.removeItem(draftKey(of.kind));
			say(t('PAGE_CREATED'));
			go(['ledger', of.kind, made.record]);
		} catch (cause) {
			fail(cause);
		} finally {
			work(false);
		}
	};
	return html`<form class="stack" onSubmit=${save}>
		${groups(offered).map((group) => html`<section class="box fields" key=${group.title}>
			${group.title && html`<h2>${group.title}</h2>`}
			${group.fields.map((field) => html`<${Control} key=${field.field} field=${field} labels=${labels} start=${draft[field.field] || ''}
				draft=${(text) => keep(field, text)} save=${(text) => keep(field, text)} />`)}
		</section>`)}
		<${Failure} problem=${problem} />
		<div class="row sticky">
			<button type="submit" class="main" disabled=${busy || missing.length > 0}>${t('PAGE_CREATE')}</button>
			<button type="button" onClick=${drop}>${t('PAGE_DISCARD')}</button>
			<span class="soft">${missing.length ? t('PAGE_STILL_MISSING', missing.map((field) => field.title).join(t('PAGE_COMMA'))) : t('PAGE_READY')}</span>
		</div>
	</form>`;
}

function Existing({ form, labels, data }) {
	const { of, fields } = form;
	const [standing, stand] = useState({});
	const [history, openHistory] = useState(null);
	const [deleting, askDelete] = useState(false);
	const remarks = useRemarks();
	const put = async (name, values) => {
		stand((all) => ({ ...all, [name]: { saving: true } }));
		try {
			await change(of.kind, data.record, values);
			stand((all) => ({ ...all, [name]: { saved: true } }));
		} catch (cause) {
			stand((all) => ({ ...all, [name]: { problem: sentence(cause) } }));
		}
	};
	const erase = async () => {
		askDelete(false);
		try {
			await remove(of.kind, data.record);
			say(t('PAGE_DELETED'));
			go(['ledger', of.kind]);
		} catch (cause) {
			say(sentence(cause), 'bad');
		}
	};
	const one = (field) => {
		const value = data.fields[field.field];
		const notes = remarksOn(remarks, of.kind, field.field);
		const common = { key: field.field, field, labels, history: openHistory, remarks: notes, standing: standing[field.field] };
		if (field.about.type === 'attachment')
			return html`<${Files} key=${field.field} kind=${of.kind} record=${data.record} field=${field} value=${value} writable=${owned(field, of)} />`;
		if (field.about.keyed)
			return html`<${Keyed} ...${common} fields=${fields} data=${data} of=${of} change=${(values) => put(field.field, values)} />`;
		if (!writable(field, of))
			return html`<${ReadOnly} ...${common} text=${shown(field, value, labels)} note=${authorityNote(field, of)} />`;
		return html`<${Control} ...${common} value=${value} save=${(text) => put(field.field, { [field.field]: sent(field, text, labels) })} />`;
	};
	return html`<div class="stack">
		${data.conflicts.length > 0 && html`<div class="say warn"><a href=${link(['conflicts'])}>${t('PAGE_IN_CONFLICT', data.conflicts.length)}</a></div>`}
		${of.workflow && html`<${Moves} kind=${of.kind} record=${data.record} fields=${fields} labels=${labels} />`}
		${data.evidence && html`<section class="box" id="evidence"><h2>${t('HEAD_EVIDENCE')}</h2><ul class="plain">${data.evidence.map((one) => html`<li key=${one.field}
			data-field=${one.field} data-state=${one.state} class=${one.state === 'archive' ? '' : 'warn'}>${one.title}${t('PAGE_COLON')}${t(`EVIDENCE_${one.state.toUpperCase()}`)}
			${one.files > 0 && html` <span class="soft small">${t('PAGE_EVIDENCE_COUNT', number(one.files), number(one.here), number(one.archive))}</span>`}</li>`)}</ul></section>`}
		${groups(fields).map((group) => html`<section class="box fields" key=${group.title}>
			${group.title && html`<h2>${group.title}</h2>`}
			${group.fields.map(one)}
		</section>`)}
		${data.vote && html`<p class="say note">${t('PAGE_VOTE', data.vote.yes, data.vote.no, data.vote.abstain, data.vote.expected)}</p>`}
		<div class="row">
			<button type="button" onClick=${() => openHistory({ all: true })}>${t('PAGE_HISTORY_ALL')}</button>
			${!of.from_above && html`<button type="button" onClick=${() => askDelete(true)}>${t('PAGE_DELETE')}</button>`}
			${isPersons(of) && html`<a class="button" href=${link(['transfers'], { offer: data.record })}>${t('PAGE_TRANSFER_OFFER')}</a>`}
		</div>
		${history && html`<${History} kind=${of.kind} record=${data.record} field=${history.all ? null : history} fields=${fields} labels=${labels} close=${() => openHistory(null)} />`}
		${deleting && html`<${Question} title=${t('PAGE_DELETE_TITLE', data.label)} hint=${t('PAGE_DELETE_HINT')} confirm=${t('PAGE_DELETE')} close=${() => askDelete(false)} done=${erase} />`}
	</div>`;
}

export function Record({ kind, record, query }) {
	const form = useResource(`/form/${kind}`);
	const labels = useLabels(form.data ? referred(form.data.fields) : []);
	const data = useResource(record === 'new' ? null : `/records/${kind}/${record}`);
	return html`<${Reading} of=${form}>${(known) => html`
		<div class="row apart">
			<h1>${known.of.title}${data.data ? t('PAGE_COLON') + data.data.label : record === 'new' ? t('PAGE_COLON') + t('PAGE_NEW') : ''}</h1>
			<a class="button" href=${link(['ledger', kind])}>${t('PAGE_BACK_TO_LIST')}</a>
		</div>
		${record === 'new' ? html`<${Fresh} form=${known} labels=${labels} preset=${query} />`
			: html`<${Reading} of=${data}>${(one) => html`<${Existing} key=${record} form=${known} labels=${labels} data=${one} />`}<//>`}
	`}<//>`;
}
