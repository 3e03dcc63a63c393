// A table that is read: columns { key, title, number, whole, text(row), cell(row) }, sorted by a click or Enter on a heading.
// On a narrow screen each row stands as a block, its values behind the headings' names (base.css); the roles keep it a table
// for who hears it, whatever its parts are displayed as.
import { html, useMemo, useState } from './view.js';
import { compare } from './format.js';
import { t } from './text.js';

const STACKED = 3; // columns that a narrow screen can show beside each other

function ordered(rows, column, down) {
	if (!column)
		return rows;
	const key = column.order || column.text || ((row) => row[column.key]);
	const by = (a, b) => {
		const x = key(a);
		const y = key(b);
		return typeof x === 'number' && typeof y === 'number' ? x - y : compare(String(x ?? ''), String(y ?? ''));
	};
	return [...rows].sort((a, b) => (down ? -by(a, b) : by(a, b)));
}

export function Table({ caption, columns, rows, id, none }) {
	const [sort, set] = useState({ key: null, down: false });
	const column = columns.find((one) => one.key === sort.key);
	const shown = useMemo(() => ordered(rows, column, sort.down), [rows, column, sort.down]);
	const turn = (key) => set((before) => ({ key, down: before.key === key && !before.down }));
	const direction = (one) => (one.key !== sort.key ? 'none' : sort.down ? 'descending' : 'ascending');
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
		<table class=${columns.length > STACKED ? 'stacked' : ''} role="table">
			<caption class="unseen">${caption}</caption>
			<thead role="rowgroup"><tr role="row">${columns.map((one) => html`<th key=${one.key} scope="col" role="columnheader" class=${one.number ? 'number' : ''} aria-sort=${one.fixed ? undefined : direction(one)}>
				${one.fixed ? one.title : html`<button type="button" class="quiet heading" onClick=${() => turn(one.key)}>${one.title}
					<span aria-hidden="true">${one.key === sort.key ? (sort.down ? '↓' : '↑') : ''}</span></button>`}
			</th>`)}</tr></thead>
			<tbody role="rowgroup">
				${shown.map((row, i) => html`<tr key=${id ? row[id] : i} role="row">${columns.map((one) => html`<td key=${one.key} role="cell" data-title=${one.title} class=${`${one.number ? 'number' : ''} ${one.whole ? 'whole-line' : ''}`}>
					<div>${one.cell ? one.cell(row) : one.text ? one.text(row) : row[one.key]}</div></td>`)}</tr>`)}
				${shown.length === 0 && html`<tr role="row"><td role="cell" colspan=${columns.length} class="soft">${none || t('PAGE_NONE')}</td></tr>`}
			</tbody>
		</table>
	</div>`;
}
