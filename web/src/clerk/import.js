// A spreadsheet into the ledger: chosen, its headings mapped, tried without writing, then written. What is wrong is
// told by row and column, and the rows that failed can be taken away to be mended.
import { html, useState } from '../shared/view.js';
import { cell } from '../shared/csv.js';
import { downloadTable } from '../shared/download.js';
import { Failure, Reading } from '../shared/failure.js';
import { number } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { link } from '../shared/route.js';
import { Table } from '../shared/table.js';
import { t } from '../shared/text.js';
import { choose, guess, missing } from './mapping.js';
import { readSheet } from './sheet.js';
import { writable } from './values.js';
import { writeRaw } from './write.js';

const PREVIEW = 10;

// What is sent: the mapped columns alone, headed by the fields' names..
function text(sheet, mapping) {
	const columns = mapping.map((name, at) => ({ name, at })).filter((column) => column.name);
	const lines = [columns.map((column) => column.name).join(',')];
	for (const row of sheet.rows)
		lines.push(columns.map((column) => cell((row.cells[column.at] || '').replace(/\r?\n/g, ' ').trim())).join(','));
	return '\uFEFF' + lines.join('\r\n') + '\r\n';
}

// Faults speak of lines of what was sent: heading is line 1, so line n is row n-2.
function placed(faults, sheet, mapping, fields) {
	return faults.map((fault) => {
		const row = sheet.rows[fault.line - 2];
		const field = fields.find((one) => one.field === fault.column || one.title === fault.column);
		const at = field ? mapping.indexOf(field.field) : -1;
		return { ...fault, row: row ? row.line : fault.line, index: fault.line - 2, heading: at >= 0 ? sheet.headings[at] : fault.column, at };
	});
}

function Mapping({ sheet, mapping, fields, change }) {
	return html`<section class="box stack"><h2>${t('PAGE_IMPORT_MAP')}</h2>
		<p class="soft">${t('PAGE_IMPORT_MAP_HINT')}</p>
		<div class="scroll" tabindex="0" role="region" aria-label=${t('PAGE_IMPORT_MAP')}><table><thead><tr>${sheet.headings.map((heading, i) => html`<th key=${i} scope="col">
				<label>${heading || t('PAGE_UNNAMED')}<br />
				<select value=${mapping[i]} onChange=${(event) => change(choose(mapping, i, event.target.value))}>
					<option value="">${t('PAGE_IMPORT_SKIP')}</option>
					${fields.map((field) => html`<option key=${field.field} value=${field.field}>${field.title}${field.required ? ' *' : ''}</option>`)}
				</select></label></th>`)}</tr></thead>
			<tbody>${sheet.rows.slice(0, PREVIEW).map((row) => html`<tr key=${row.line}>${sheet.headings.map((_, i) => html`<td key=${i}>${row.cells[i]}</td>`)}</tr>`)}</tbody></table></div>
		<p class="soft small">${t('PAGE_IMPORT_PREVIEW', number(Math.min(PREVIEW, sheet.rows.length)), number(sheet.rows.length))}</p>
	</section>`;
}

function Outcome({ result, sheet, mapping, fields, title }) {
	const faults = placed(result.faults, sheet, mapping, fields);
	const failed = [...new Set(faults.map((fault) => fault.index))];
	const take = () => downloadTable(`${title}-${t('PAGE_IMPORT_FAILED')}`, [[...sheet.headings, t('PAGE_IMPORT_FAULT')],
		...failed.filter((i) => sheet.rows[i]).map((i) => [...sheet.headings.map((_, at) => sheet.rows[i].cells[at] || ''),
			faults.filter((fault) => fault.index === i).map((fault) => `${fault.heading}: ${fault.expected}`).join('; ')])]);
	const columns = [
		{ key: 'row', title: t('PAGE_IMPORT_ROW'), number: true, order: (fault) => fault.row },
		{ key: 'heading', title: t('PAGE_IMPORT_COLUMN') },
		{ key: 'value', title: t('PAGE_VALUE') },
		{ key: 'expected', title: t('PAGE_IMPORT_EXPECTED') },
	];
	return html`<div class="stack">
		<div class="say ${result.bad ? 'warn' : 'good'}" role="status">${t(result.written ? 'PAGE_IMPORT_DONE' : 'PAGE_IMPORT_TRIED', number(result.created), number(result.updated), number(result.same), number(result.bad))}</div>
		${faults.length > 0 && html`<${Table} caption=${t('PAGE_IMPORT_FAULTS')} columns=${columns} rows=${faults} />
			<p><button type="button" onClick=${take}>${t('PAGE_IMPORT_TAKE_FAILED', number(failed.length))}</button></p>`}
	</div>`;
}

function Steps({ form }) {
	const { of } = form;
	const fields = form.fields.filter((field) => writable(field, of));
	const [sheet, setSheet] = useState(null);
	const [mapping, map] = useState([]);
	const [result, setResult] = useState(null);
	const [problem, fail] = useState(null);
	const [busy, work] = useState(false);
	const [key, setKey] = useState('');
	const pick = async (event) => {
		const file = event.target.files[0];
		setResult(null);
		fail(null);
		if (!file)
			return;
		try {
			const read = await readSheet(file);
			setSheet(read);
			map(guess(read.headings, fields));
		} catch (cause) {
			setSheet(null);
			fail({ what: t('PAGE_FILE_UNREADABLE'), why: cause.message });
		}
	};
	const run = async (query) => {
		work(true);
		fail(null);
		try {
			setResult(await writeRaw(`/records/${of.kind}/import`, { ...query, key }, 'text/csv', text(sheet, mapping)));
		} catch (cause) {
			fail(cause);
		} finally {
			work(false);
		}
	};
	const lacking = sheet ? missing(mapping, fields) : [];
	const change = (next) => {
		map(next);
		setResult(null);
	};
	return html`<div class="stack">
		<section class="box"><label class="field"><span>${t('PAGE_IMPORT_FILE')}</span>
			<input type="file" accept=".csv,.txt,.tsv,.xlsx" onChange=${pick} /></label>
			<p class="soft small">${t('PAGE_IMPORT_FILE_HINT')}</p></section>
		${sheet && html`<${Mapping} sheet=${sheet} mapping=${mapping} fields=${fields} change=${change} />
			<section class="box stack">
				${lacking.length > 0 && html`<div class="say warn">${t('PAGE_STILL_MISSING', lacking.map((field) => field.title).join(t('PAGE_COMMA')))}</div>`}
				<label class="inline"><span>${t('PAGE_IMPORT_KEY')}</span>
					<select value=${key} onChange=${(event) => setKey(event.target.value)}><option value="">${t('PAGE_IMPORT_KEY_NONE')}</option>
						${fields.filter((field) => mapping.includes(field.field)).map((field) => html`<option key=${field.field} value=${field.field}>${field.title}</option>`)}</select></label>
				<div class="row">
					<button type="button" class=${result ? '' : 'main'} disabled=${busy} onClick=${() => run({ 'dry-run': 1 })}>${t('PAGE_IMPORT_TRY')}</button>
					${result && !result.written && html`<button type="button" class="main" disabled=${busy || result.created + result.updated === 0} onClick=${() => run({ 'skip-bad': 1 })}>
						${result.bad ? t('PAGE_IMPORT_GOOD_ONES', number(result.created + result.updated)) : t('PAGE_IMPORT_ALL', number(result.created + result.updated))}</button>`}
					${result && result.written && html`<a class="button main" href=${link(['ledger', of.kind])}>${t('PAGE_BACK_TO_LIST')}</a>`}
				</div>
				${result && html`<${Outcome} result=${result} sheet=${sheet} mapping=${mapping} fields=${fields} title=${of.title} />`}
			</section>`}
		<${Failure} problem=${problem} />
	</div>`;
}

export function Import({ kind }) {
	const form = useResource(`/form/${kind}`);
	return html`<${Reading} of=${form}>${(known) => html`
		<div class="row apart"><h1>${t('PAGE_IMPORT')}${t('PAGE_COLON')}${known.of.title}</h1><a class="button" href=${link(['ledger', kind])}>${t('PAGE_BACK_TO_LIST')}</a></div>
		<${Steps} form=${known} />`}<//>`;
}
