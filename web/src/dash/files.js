// Photos and papers of one unit's records, as far as this server has them: small pictures first, the original where it came or is asked for.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { Failure, Reading } from '../shared/failure.js';
import { fetchFile } from '../shared/file.js';
import { number } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { State } from '../shared/state.js';
import { Table } from '../shared/table.js';
import { t } from '../shared/text.js';
import { usePack } from './pack.js';

const STATES = {
	whole: () => ['good', t('PAGE_BOARD_FILE_HERE')],
	part: (row) => ['note', t('PAGE_FILE_PART', number(row.here), number(row.pieces))],
	away: () => ['warn', t('PAGE_BOARD_FILE_AWAY')],
};

function place(unit, row, of = '') {
	return `/units/${unit}/records/${row.kind}/${row.record_id}/files/${row.field}${of}${row.name ? `?key=${encodeURIComponent(row.name)}` : ''}`;
}

function Standing({ row, ask }) {
	const [tone, text] = STATES[row.state](row);
	return html`<span class="row"><${State} tone=${tone}>${text}<//>
		${row.wanted && html`<${State} tone="note">${t('PAGE_FILE_WANTED')}<//>`}
		${row.state !== 'whole' && html`<button type="button" onClick=${() => ask(row, row.wanted)}
			aria-label=${t(row.wanted ? 'PAGE_FILE_WANT_BACK_OF' : 'PAGE_FILE_WANT_OF', row.name || row.record)}>${t(row.wanted ? 'PAGE_FILE_WANT_BACK' : 'PAGE_FILE_WANT')}</button>`}</span>`;
}

function Picture({ unit, row }) {
	return html`<span class="small-picture">${row.picture && html`<img src=${`/api/v1${place(unit, row, '/picture')}`} width="96" height="72" loading="lazy"
		alt=${t('PAGE_FILE_PICTURE_OF', row.name || row.record)} />`}</span>`;
}

export function UnitFiles({ unit }) {
	const pack = usePack();
	const of = useResource('/files', { unit });
	const [problem, fail] = useState(null);
	const ask = async (row, back) => {
		fail(null);
		try {
			await send('POST', '/files/want', { unit, kind: row.kind, record: row.record_id, field: row.field, withdraw: back });
			of.reload();
		} catch (why) {
			fail(why);
		}
	};
	const open = (row) => fetchFile(place(unit, row), row.name || row.record).catch(fail);
	const fieldTitle = (row) => ((pack.all.fields || {})[row.kind] || {})[row.field] || row.field;
	const columns = [
		{ key: 'picture', title: t('HEAD_FILE_PICTURE'), fixed: true, cell: (row) => html`<${Picture} unit=${unit} row=${row} />` },
		{ key: 'record', title: t('HEAD_RECORD_LABEL'), text: (row) => `${pack.title('kinds', row.kind)} · ${row.record}` },
		{ key: 'field', title: t('HEAD_FIELD'), text: fieldTitle },
		{ key: 'name', title: t('HEAD_FILE_NAME'), text: (row) => row.name || '' },
		{ key: 'state', title: t('HEAD_STATE'), fixed: true, cell: (row) => html`<${Standing} row=${row} ask=${ask} />` },
		{ key: 'open', title: '', fixed: true, cell: (row) => html`<button type="button" disabled=${row.state !== 'whole'} aria-label=${t('PAGE_FILE_OPEN_OF', row.name || row.record)}
			onClick=${() => open(row)}>${t('PAGE_FILE_OPEN')}</button>` },
	];
	return html`<${Reading} of=${of}>${(data) => {
		const rows = data.files.filter((row) => row.file);
		return rows.length > 0 && html`<details class="box screen-only" id="files"><summary>${t('PAGE_BOARD_FILES', String(rows.length))}</summary>
			<${Failure} problem=${problem} />
			<${Table} caption=${t('PAGE_BOARD_FILES', String(rows.length))} columns=${columns} rows=${rows} /></details>`;
	}}<//>`;
}
