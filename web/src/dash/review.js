// The review desk: which months wait for a verdict, and what goes down to all.
import { html } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { State } from '../shared/state.js';
import { lastMonthOf } from './period.js';
import { periodText } from './picker.js';
import { goTo, linkTo, usePlace } from './place.js';
import { Sheet } from './sheet.js';
import { Circulars } from './circular.js';
import { ReviewMonth } from './reviewmonth.js';

export const TONES = { open: 'note', closed: 'note', submitted: 'warn', returned: 'bad', approved: 'good', restated: 'warn' };
export const stateText = (state) => t(`STATE_${state.toUpperCase()}`);
const FILTERS = ['submitted', 'returned', 'approved', 'restated', 'open', 'all'];

function columnsOf(place, month) {
	return [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { what: [row.unit, month] })}>${row.unit_name}</a>` },
		{ key: 'state', title: t('HEAD_STATE'), text: (row) => stateText(row.state), cell: (row) => html`<${State} tone=${TONES[row.state]}>${stateText(row.state)}<//>` },
		{ key: 'revision', title: t('HEAD_REVISION'), number: true },
		{ key: 'submitted', title: t('HEAD_SUBMITTED'), order: (row) => row.submitted || 0, text: (row) => format.moment(row.submitted) },
		{ key: 'reason', title: t('HEAD_REASON'), text: (row) => row.reason || '' },
		{ key: 'by', title: t('HEAD_BY'), text: (row) => row.by || '' },
		{ key: 'remarks', title: t('HEAD_REMARKS'), number: true, text: (row) => (row.remarks.length ? String(row.remarks.length) : '') },
	];
}

function Queue() {
	const place = usePlace();
	const month = lastMonthOf(place.period);
	const found = useResource('/reviews', { unit: place.unit, period: month, tree: place.tree });
	const filter = FILTERS.includes(place.query.state) ? place.query.state : 'submitted';
	const fits = (row) => filter === 'all' || row.state === filter || (filter === 'open' && row.state === 'closed');
	return html`<${Reading} of=${found}>${(data) => html`<section class="stack">
		<p>${t('PAGE_BOARD_QUEUE_COUNTS', format.number(data.submitted), format.number(data.expected), format.number(data.approved))}</p>
		<div class="row screen-only" role="group" aria-label=${t('HEAD_STATE')}>${FILTERS.map((name) => html`<button type="button" key=${name} aria-pressed=${name === filter}
			onClick=${() => goTo(place, { query: { state: name } })}>${name === 'all' ? t('PAGE_BOARD_ALL') : stateText(name)}
			<span class="small">${format.number(data.periods.filter((row) => name === 'all' || row.state === name || (name === 'open' && row.state === 'closed')).length)}</span></button>`)}</div>
		<${Sheet} caption=${t('PAGE_BOARD_QUEUE', periodText(month))} id="unit" columns=${columnsOf(place, month)} rows=${data.periods.filter(fits)} none=${t('PAGE_BOARD_QUEUE_EMPTY')} />
	</section>`}<//>`;
}

export function Review({ unit: here }) {
	const place = usePlace();
	const [unit, month] = place.what;
	if (unit && month)
		return html`<${ReviewMonth} unit=${unit} month=${month} />`;
	return html`<div class="stack"><${Queue} /><${Circulars} unit=${here} /></div>`;
}
