// Who did what is asked: a map by unit and period, and who missed it several times in a row.
import { html, useMemo } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { State } from '../shared/state.js';
import { Chart } from './chart.js';
import { heat } from './draw.js';
import { yearOf } from './period.js';
import { periodText } from './picker.js';
import { goTo, linkTo, usePlace } from './place.js';
import { usePack } from './pack.js';
import { Sheet } from './sheet.js';

const cellText = (cell) => (!cell ? '' : cell.expected === 1 ? (cell.met >= 1 ? '✓' : '✕') : `${cell.met}/${cell.expected}`);

// Rows of units with a cell for each period.
function arranged(cells) {
	const periods = [...new Set(cells.map((cell) => cell.period))].sort();
	const rows = new Map();
	for (const cell of cells) {
		const row = rows.get(cell.unit) || { unit: cell.unit, unit_name: cell.unit_name, by: {} };
		row.by[cell.period] = cell;
		rows.set(cell.unit, row);
	}
	return { periods, rows: [...rows.values()] };
}

function Map_({ cadence, title }) {
	const place = usePlace();
	const found = useResource(`/compliance/${encodeURIComponent(cadence)}`, { unit: place.unit, period: yearOf(place.period), tree: place.tree });
	const { periods, rows } = useMemo(() => arranged((found.data && found.data.cells) || []), [found.data]);
	const option = useMemo(() => heat({
		columns: periods, rows: rows.map((row) => row.unit_name),
		cells: rows.flatMap((row, y) => periods.map((period, x) => {
			const cell = row.by[period];
			return [x, y, cell && cell.expected > 0 ? Math.min(1, cell.met / cell.expected) : '-', cellText(cell)];
		})),
	}), [periods, rows]);
	const columns = [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit, query: { cadence } })}>${row.unit_name}</a>` },
		...periods.map((period) => ({
			key: period, title: periodText(period), number: true, order: (row) => (row.by[period] ? row.by[period].met / row.by[period].expected : -1),
			text: (row) => cellText(row.by[period]), value: (row) => (row.by[period] ? `${row.by[period].met}/${row.by[period].expected}` : ''),
		})),
	];
	return html`<${Reading} of=${found}>${() => (rows.length === 0 ? html`<p class="say">${t('PAGE_BOARD_NOT_ASKED')}</p>`
		: html`<${Chart} title=${title} option=${option} columns=${columns} rows=${rows} height=${Math.min(60, 7 + rows.length * 1.9)}
			summary=${rows.map((row) => `${row.unit_name}: ${periods.map((period) => cellText(row.by[period])).join(' ')}`).join('; ')} />`)}<//>`;
}

function Missed({ cadence }) {
	const place = usePlace();
	const pack = usePack();
	const found = useResource('/missed', { unit: place.unit, tree: place.tree, cadence, limit: 200 });
	const columns = [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit })}>${row.unit_name}</a>` },
		{ key: 'cadence', title: t('HEAD_CADENCE'), text: (row) => pack.title('cadences', row.cadence) },
		{ key: 'period', title: t('HEAD_DUE_PERIOD'), text: (row) => periodText(row.period), order: (row) => row.period },
		{ key: 'done', title: t('HEAD_DONE'), number: true, text: (row) => `${format.number(row.done)}/${format.number(row.at_least)}`, order: (row) => row.done },
		{ key: 'in_a_row', title: t('HEAD_IN_A_ROW'), number: true, cell: (row) => (row.in_a_row >= 2 ? html`<${State} tone="bad">${format.number(row.in_a_row)}<//>` : format.number(row.in_a_row)) },
		{ key: 'reported', title: t('HEAD_REPORTED'), text: (row) => t(row.reported ? 'PAGE_BOARD_YES' : 'PAGE_BOARD_NO') },
	];
	return html`<${Reading} of=${found}>${(data) => html`<${Sheet} caption=${t('PAGE_BOARD_MISSED')} columns=${columns} rows=${[...data.missed].sort((a, b) => b.in_a_row - a.in_a_row)} none=${t('PAGE_BOARD_NONE_MISSED')} />`}<//>`;
}

export function Duties() {
	const place = usePlace();
	const pack = usePack();
	const names = pack.names('cadences');
	const cadence = names.includes(place.query.cadence) ? place.query.cadence : names[0];
	if (!cadence)
		return html`<p class="say">${t('PAGE_BOARD_NO_CADENCES')}</p>`;
	return html`<div class="stack">
		<label class="field screen-only"><span>${t('HEAD_CADENCE')}</span>
			<select value=${cadence} onChange=${(event) => goTo(place, { query: { cadence: event.target.value } })}>
				${names.map((name) => html`<option key=${name} value=${name}>${pack.title('cadences', name)}</option>`)}
			</select></label>
		<${Map_} key=${cadence} cadence=${cadence} title=${pack.title('cadences', cadence)} />
		<${Missed} cadence=${cadence} />
	</div>`;
}
