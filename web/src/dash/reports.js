// The pack's reports as tables, for the unit or unit by unit; as a workbook in the layout that the pack gives them.
import { html, useState } from '../shared/view.js';
import { address } from '../shared/api.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading, sentence } from '../shared/failure.js';
import { say } from '../shared/message.js';
import { downloadTable } from '../shared/download.js';
import { Table } from '../shared/table.js';
import { fetchFile } from '../shared/file.js';
import { figureText, usePack } from './pack.js';
import { ofLength } from './period.js';
import { periodText } from './picker.js';
import { goTo, usePlace } from './place.js';
import { Reporting } from './standing.js';
import { Unfollowed } from './unfollowed.js';

const asRow = (cell) => (cell !== null && typeof cell === 'object' ? cell : { value: cell, denominator: null });

function columnsOf(about, byChild) {
	const unit = (row, name) => about.columns[name].unit || (about.rows[row.row] || {}).unit;
	return [
		...(byChild ? [{ key: 'unit', title: t('HEAD_UNIT') }] : []),
		{ key: 'row', title: t('HEAD_ROW'), text: (row) => (about.rows[row.row] ? about.rows[row.row].title : row.row) },
		...Object.entries(about.columns).map(([name, column]) => ({
			key: name, title: column.title, number: true, order: (row) => asRow(row[name]).value,
			text: (row) => figureText(asRow(row[name]), unit(row, name)),
		})),
	];
}

function Report({ name, byChild }) {
	const place = usePlace();
	const pack = usePack();
	const about = pack.all.reports[name];
	const period = ofLength(place.period, about.months);
	const query = { unit: place.unit, period, tree: place.tree, 'by-child': byChild || undefined };
	const found = useResource(`/reports/${encodeURIComponent(name)}`, query);
	const [busy, set] = useState(false);
	const columns = columnsOf(about, byChild);
	const csv = (rows) => downloadTable(`${about.title}_${period}`, [columns.map((one) => one.title), ...rows.map((row) => columns.map((one) => (one.text ? one.text(row) : row[one.key])))]);
	const workbook = async () => {
		set(true);
		await fetchFile(address(`/units/${place.unit}/reports/${encodeURIComponent(name)}/sheet`, { period, tree: place.tree, 'by-child': byChild || undefined }), `${about.title}_${period}.xlsx`).catch((problem) => say(sentence(problem), 'bad'));
		set(false);
	};
	return html`<${Reading} of=${found}>${(data) => html`<section class="stack whole">
		<div class="row apart"><h2>${data.title} ${periodText(period)}</h2>
			<span class="row screen-only">
				<button type="button" onClick=${() => csv(data.rows)} aria-label=${t('PAGE_BOARD_CSV_OF', data.title)}>CSV</button>
				<button type="button" onClick=${workbook} disabled=${busy} aria-label=${t('PAGE_BOARD_XLSX_OF', data.title)}>Excel</button>
				<button type="button" onClick=${() => print()}>${t('PAGE_BOARD_PRINT')}</button>
			</span></div>
		<p class="soft row"><span>${data.path}</span> <${Reporting} row=${data} /> <span>${t('PAGE_BOARD_REVISION', format.number(data.revision))}</span></p>
		<${Unfollowed} data=${data} />
		<${Table} caption=${data.title} columns=${columns} rows=${data.rows} />
		<p class="paper-only signs">${t('PAGE_BOARD_SIGNS')}</p>
	</section>`}<//>`;
}

export function Reports({ unit }) {
	const place = usePlace();
	const pack = usePack();
	const names = pack.names('reports');
	const name = names.includes(place.what[0]) ? place.what[0] : names[0];
	const byChild = place.query.below === '1';
	if (!name)
		return html`<p class="say">${t('PAGE_BOARD_NO_REPORTS')}</p>`;
	return html`<div class="stack">
		<div class="row screen-only">
			<label class="field grow"><span>${t('HEAD_REPORT')}</span>
				<select value=${name} onChange=${(event) => goTo(place, { what: [event.target.value], query: place.query })}>
					${names.map((one) => html`<option key=${one} value=${one}>${pack.title('reports', one)}</option>`)}
				</select></label>
			${unit.below && unit.below.length > 0 && html`<label class="tick"><input type="checkbox" checked=${byChild} onChange=${(event) => goTo(place, { query: { below: event.target.checked ? '1' : undefined } })} />${t('PAGE_BOARD_EACH_BELOW')}</label>`}
		</div>
		<${Report} key=${name} name=${name} byChild=${byChild} />
	</div>`;
}
