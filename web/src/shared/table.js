// A table that is read: columns { key, title, number, whole, text(row), cell(row) }, sorted by a click or Enter on a heading.
import { html, useMemo, useState } from './view.js';
import { compare } from './format.js';
import { t } from './text.js';

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
		<table>
			<caption class="unseen">${caption}</caption>
			<thead><tr>${columns.map((one) => html`<th key=${one.key} scope="col" class=${one.number ? 'number' : ''} aria-sort=${one.fixed ? undefined : direction(one)}>
				${one.fixed ? one.title : html`<button type="button" class="quiet heading" onClick=${() => turn(one.key)}>${one.title}
					<span aria-hidden="true">${one.key === sort.key ? (sort.down ? '↓' : '↑') : ''}</span></button>`}
			</th>`)}</tr></thead>
			<tbody>
				${shown.map((row, i) => html`<tr key=${id ? row[id] : i}>${columns.map((one) => html`<td key=${one.key} class=${`${one.number ? 'number' : ''} ${one.whole ? 'whole-line' : ''}`}>
					${one.cell ? one.cell(row) : one.text ? one.text(row) : row[one.key]}</td>`)}</tr>`)}
				${shown.length === 0 && html`<tr><td colspan=${columns.length} class="soft">${none || t('PAGE_NONE')}</td></tr>`}
			</tbody>
		</table>
	</div>`;
}
