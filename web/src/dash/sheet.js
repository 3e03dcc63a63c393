// A table with what one can take from it: as CSV, as a workbook in the organisation's own layout, on paper.
import { html, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import { Table } from '../shared/table.js';
import { downloadTable } from '../shared/download.js';
import { say } from '../shared/message.js';
import { fetchFile } from '../shared/file.js';
import { usePlace } from './place.js';
import { periodText } from './picker.js';

const plain = (column, row) => {
	if (column.value)
		return column.value(row);
	if (column.text)
		return column.text(row);
	return row[column.key];
};

const kept = (columns) => columns.filter((column) => !column.screen);

// As a program wants it: numbers as numbers, percentages as parts of 1.
function typed(column, row) {
	const text = column.text && !column.value ? column.text(row) : plain(column, row);
	if (!column.number || typeof text !== 'string')
		return text ?? '';
	const bare = text.replace(/[,\s]/g, '').replace('−', '-');
	const percent = /^-?\d+(\.\d+)?%$/.test(bare);
	if (percent)
		return { percent: Number.parseFloat(bare) / 100 };
	return /^[+-]?\d+(\.\d+)?$/.test(bare) ? Number(bare) : text;
}

function matrix(columns, rows) {
	return rows.map((row) => kept(columns).map((column) => plain(column, row) ?? ''));
}

// Columns as of shared/table; `value(row)` is what a program gets instead of the text, `screen` is left out of files.
export function Sheet({ caption, columns, rows, id, none, heading = 2 }) {
	const place = usePlace();
	const [busy, set] = useState(false);
	const csv = () => downloadTable(`${caption}_${place.period}`, [kept(columns).map((column) => column.title), ...matrix(columns, rows)]);
	const workbook = async () => {
		set(true);
		const body = {
			title: caption, period: periodText(place.period), unit: place.unit,
			columns: kept(columns).map((column) => column.title), rows: rows.map((row) => kept(columns).map((column) => typed(column, row))),
		};
		await fetchFile('/sheets', `${caption}_${place.period}.xlsx`, body).catch((problem) => say(problem.what || problem.message, 'bad'));
		set(false);
	};
	const Heading = `h${heading}`;
	return html`<section class="sheet whole">
		<div class="row apart">
			<${Heading}>${caption}<//>
			<span class="row tools screen-only">
				<button type="button" onClick=${csv} aria-label=${t('PAGE_BOARD_CSV_OF', caption)}>CSV</button>
				<button type="button" onClick=${workbook} disabled=${busy} aria-label=${t('PAGE_BOARD_XLSX_OF', caption)}>Excel</button>
			</span>
		</div>
		<${Table} caption=${caption} columns=${columns} rows=${rows} id=${id} none=${none} />
	</section>`;
}
