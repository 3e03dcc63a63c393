// The ledger: which kinds of records there are, and those of one kind as a list or as a grid.
import { html, useMemo, useState } from '../shared/view.js';
import { Reading } from '../shared/failure.js';
import { downloadTable } from '../shared/download.js';
import { compare, number, period as periodText } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { link, refine } from '../shared/route.js';
import { Table } from '../shared/table.js';
import { t } from '../shared/text.js';
import { CarryOver } from './carryover.js';
import { GridView } from './gridview.js';
import { referred, useLabels } from './labels.js';
import { useRemarks } from './remarks.js';
import { monthOf, quarterOf, step, within } from './months.js';
import { matches } from './search.js';
import { today } from './hints.js';
import { dated, isPersons, plain, receiptOf, shown } from './values.js';

const SHOWN_AT_ONCE = 200;

export function Kinds() {
	const of = useResource('/form');
	const [asked, search] = useState('');
	return html`<div class="row apart"><h1>${t('PAGE_LEDGER')}</h1>
			<input type="search" value=${asked} onInput=${(event) => search(event.target.value)} placeholder=${t('PAGE_SEARCH_KIND')} aria-label=${t('PAGE_SEARCH_KIND')} /></div>
		<${Reading} of=${of}>${(data) => html`<ul class="plain boxes kinds">
			${data.kinds.filter((kind) => matches({ label: kind.title }, asked)).map((kind) => html`<li key=${kind.kind}>
				<a class="box link" href=${link(['ledger', kind.kind])}>${kind.title}</a></li>`)}
		</ul>`}<//>`;
}

function Periods({ field, query, kind, months }) {
	const now = monthOf(today());
	const choices = [['', t('PAGE_ALL_TIME')], [now, t('PAGE_THIS_MONTH')], [step(now, -1), t('PAGE_LAST_MONTH')], [quarterOf(now), t('PAGE_THIS_QUARTER')], [now.slice(0, 4), t('PAGE_THIS_YEAR')]];
	const given = query.period || '';
	const others = [...new Set([given, ...months])].filter((one) => one && !choices.some(([value]) => value === one)).sort().reverse();
	if (!field)
		return null;
	return html`<label class="inline"><span>${t('PAGE_PERIOD')}</span>
		<select value=${given} onChange=${(event) => refine(['ledger', kind], { ...query, period: event.target.value })}>
			${choices.map(([value, title]) => html`<option key=${value} value=${value}>${title}</option>`)}
			${others.map((value) => html`<option key=${value} value=${value}>${periodText(value)}</option>`)}
		</select></label>`;
}

function exportRows(fields, rows, labels) {
	return [fields.map((field) => field.title), ...rows.map((row) => fields.map((field) => {
		const value = row.fields[field.field];
		return field.about.type === 'money' && !field.about.keyed && value !== undefined ? (value / 100).toFixed(2) : field.about.type === 'date' || field.about.type === 'month' || field.about.type === 'integer' ? value ?? '' : shown(field, value, labels);
	}))];
}

// The columns of a list: what is in a line, and how many of a set.
function columnsOf(of, fields, labels, kind) {
	const label = fields.find((field) => field.field === of.label) || fields[0];
	const others = fields.filter((field) => field !== label && (plain(field) || field.about.set) && field.field !== of.label);
	const cell = (field) => (row) => (field.about.type === 'date' || field.about.type === 'month' ? row.fields[field.field] || '' : field.about.set ? number((row.fields[field.field] || []).length) : shown(field, row.fields[field.field], labels));
	return [
		{ key: label.field, title: label.title, whole: true, text: (row) => row.label,
			cell: (row) => html`<a href=${link(['ledger', kind, row.record])}>${row.label || t('PAGE_UNNAMED')}</a>` },
		...others.map((field) => ({
			key: field.field, title: field.title, whole: field.about.type !== 'text' || (field.about.maximum || 100) <= 60, number: field.about.type === 'money' || field.about.type === 'integer' || field.about.set,
			text: cell(field), order: (row) => (field.about.set ? (row.fields[field.field] || []).length : row.fields[field.field] ?? ''),
		})),
	];
}

function Twice({ twice, kind }) {
	if (!twice.length)
		return null;
	return html`<div class="say warn"><ul class="plain">${twice.map((one) => html`<li key=${one.field + one.value}>
		${t('PAGE_TWICE', one.title, one.value)} ${one.records.map((record) => html`<a key=${record.record} href=${link(['ledger', kind, record.record])}>${record.label}</a> `)}</li>`)}</ul></div>`;
}

// What the township said of this kind's fields in months that came back.
function Remarks({ kind, fields }) {
	const remarks = useRemarks().filter((remark) => remark.on.startsWith(`${kind}.`));
	if (!remarks.length)
		return null;
	const title = (remark) => (fields.find((field) => `${kind}.${field.field}` === remark.on) || { title: remark.on }).title;
	return html`<div class="say warn"><strong>${t('PAGE_REMARKS_HERE')}</strong><ul class="plain">${remarks.map((remark) => html`<li key=${remark.on + remark.month}>
		${periodText(remark.month)} · ${title(remark)}${t('PAGE_COLON')}${remark.text} <span class="soft small">${remark.by}</span></li>`)}</ul></div>`;
}

function Found({ kind, form, data, labels, query }) {
	const { of, fields } = form;
	const [most, setMost] = useState(SHOWN_AT_ONCE);
	const field = dated(fields, of);
	const asked = query.search || '';
	const view = query.view === 'grid' && !of.from_above ? 'grid' : 'list';
	const months = useMemo(() => (field ? [...new Set(data.records.map((row) => monthOf(row.fields[field.field])).filter(Boolean))] : []), [data, field]);
	const rows = useMemo(() => {
		const hay = (row) => ({ label: row.label, fields: Object.fromEntries(fields.filter(plain).map((one) => [one.field, shown(one, row.fields[one.field], labels)])) });
		return data.records.filter((row) => (!query.period || !field || within(monthOf(row.fields[field.field]), query.period)) && (!asked || matches(hay(row), asked)));
	}, [data, query.period, asked, labels, field]);
	const newest = field ? [...rows].sort((a, b) => String(b.fields[field.field] ?? '').localeCompare(String(a.fields[field.field] ?? ''))) : [...rows].sort((a, b) => compare(a.label, b.label));
	const set = (next) => refine(['ledger', kind], { ...query, ...next });
	const tab = (name, title) => html`<button type="button" aria-pressed=${view === name} onClick=${() => set({ view: name === 'list' ? '' : name })}>${title}</button>`;
	return html`
		<div class="row tools screen-only">
			<input type="search" class="grow" value=${asked} onInput=${(event) => set({ search: event.target.value })} placeholder=${t('PAGE_SEARCH_HINT')} aria-label=${t('PAGE_SEARCH')} />
			<${Periods} field=${field} query=${query} kind=${kind} months=${months} />
			${!of.from_above && html`<span class="row joined" role="group" aria-label=${t('PAGE_VIEW')}>${tab('list', t('PAGE_VIEW_LIST'))}${tab('grid', t('PAGE_VIEW_GRID'))}</span>`}
		</div>
		<div class="row tools screen-only">
			${!of.from_above && html`<a class="button main" href=${link(['ledger', kind, 'new'])}>${t('PAGE_NEW')}</a>
				<${CarryOver} form=${form} data=${data} labels=${labels} period=${query.period} />
				<a class="button" href=${link(['import', kind])}>${t('PAGE_IMPORT')}</a>`}
			<button type="button" onClick=${() => downloadTable(of.title, exportRows(fields, newest, labels))}>${t('PAGE_EXPORT')}</button>
			${isPersons(of) && html`<a class="button" href=${link(['print', 'roster'])}>${t('PAGE_PRINT_ROSTER')}</a>`}
			${receiptOf(fields) && html`<a class="button" href=${link(['print', 'receipts', kind, /^\d{4}-\d{2}$/.test(query.period || '') ? query.period : monthOf(today())])}>${t('PAGE_PRINT_RECEIPTS')}</a>`}
			<span class="soft" role="status">${t('PAGE_ROWS', number(newest.length))}</span>
		</div>
		<${Remarks} kind=${kind} fields=${fields} />
		<${Twice} twice=${data.twice || []} kind=${kind} />
		${view === 'grid' // what is pasted into it is looked up in the names
			? html`<${Reading} of=${{ data: labels.ready }}>${() => html`<${GridView} key=${kind} form=${form} rows=${newest.slice(0, most)} labels=${labels} period=${query.period} />`}<//>`
			: html`<${Table} caption=${of.title} columns=${columnsOf(of, fields, labels, kind)} rows=${newest.slice(0, most)} id="record" none=${asked ? t('PAGE_NOT_FOUND') : t('PAGE_NONE')} />`}
		${newest.length > most && html`<p><button type="button" onClick=${() => setMost(most + SHOWN_AT_ONCE)}>${t('PAGE_MORE', number(newest.length - most))}</button></p>`}
	`;
}

export function Ledger({ kind, query }) {
	const form = useResource(`/form/${kind}`);
	const data = useResource(`/records/${kind}`);
	const labels = useLabels(form.data ? referred(form.data.fields) : []);
	return html`<${Reading} of=${form}>${(known) => html`
		<div class="row apart"><h1>${known.of.title}</h1><a class="button" href=${link(['ledger'])}>${t('PAGE_OTHER_KINDS')}</a></div>
		<${Reading} of=${data}>${(one) => html`<${Found} key=${kind} kind=${kind} form=${known} data=${one} labels=${labels} query=${query} />`}<//>
	`}<//>`;
}
