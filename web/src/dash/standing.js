// How a figure stands: as of when, of how many units, which revision, and what is particular about it.
import { html } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { State } from '../shared/state.js';

export const complete = (row) => row.expected !== null && row.reporting >= row.expected;

export function Reporting({ row }) {
	const n = row.expected === null || row.expected === undefined ? '?' : format.number(row.expected);
	const tone = complete(row) ? 'good' : row.reporting > 0 ? 'warn' : 'bad';
	return html`<${State} tone=${tone}>${t('PAGE_BOARD_UNITS_OF', format.number(row.reporting), n)}<//>`;
}

export function Marks({ row, changed }) {
	const spread = row.pack && row.pack[0] !== row.pack[1];
	return html`
		${row.provisional && html`<${State} tone="warn">${t('HEAD_PROVISIONAL')}<//>`}
		${changed && row.restated ? html`<${State} tone="note">${t('PAGE_BOARD_RESTATED_BY', changed)}<//>` : null}
		${spread && html`<${State} tone="note">${t('PAGE_BOARD_PACKS', String(row.pack[0]), String(row.pack[1]))}<//>`}`;
}

// One line under a number.
export function Standing({ row, changed }) {
	return html`<p class="standing small soft">
		<${Reporting} row=${row} />
		<span>${row.as_of ? t('PAGE_BOARD_AS_OF', format.moment(row.as_of)) : t('PAGE_BOARD_NOTHING_YET')}</span>
		<span>${t('PAGE_BOARD_REVISION', format.number(row.revision))}</span>
		<${Marks} row=${row} changed=${changed} />
	</p>`;
}
