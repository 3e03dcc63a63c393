// All figures of a unit beside those of the last period and of a year ago; each opens its way down.
import { html, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { amountText, changeText, figureNumber, figureText, figureValue, usePack } from './pack.js';
import { before, yearBefore } from './period.js';
import { points, totals } from './overview.js';
import { linkTo, usePlace } from './place.js';
import { Sheet } from './sheet.js';
import { Marks, Reporting } from './standing.js';
import { Unfollowed } from './unfollowed.js';

function columnsOf(place, pack) {
	const unit = (row) => pack.unitOf(row.metric);
	return [
		{ key: 'metric', title: t('HEAD_METRIC'), text: (row) => pack.figure(row.metric), cell: (row) => html`<a href=${linkTo(place, { view: 'figure', what: [row.metric] })}>${pack.figure(row.metric)}</a>` },
		{ key: 'value', title: t('HEAD_VALUE'), number: true, order: figureNumber, value: (row) => figureValue(row, unit(row)), text: (row) => figureText(row, unit(row)) },
		{ key: 'of', title: t('PAGE_BOARD_PARTS'), number: true, text: (row) => (row.denominator === null ? '' : `${format.number(row.value)}/${format.number(row.denominator)}`) },
		{ key: 'last', title: t('PAGE_BOARD_LAST'), number: true, order: (row) => figureNumber(row.last) ?? -1, value: (row) => figureValue(row.last, unit(row)), text: (row) => figureText(row.last, unit(row)) },
		{ key: 'change', title: t('HEAD_CHANGE'), number: true, fixed: true, text: (row) => changeText(row, row.last, unit(row), points) },
		{ key: 'year', title: t('PAGE_BOARD_YEAR_AGO'), number: true, order: (row) => figureNumber(row.year) ?? -1, value: (row) => figureValue(row.year, unit(row)), text: (row) => figureText(row.year, unit(row)) },
		{ key: 'over', title: t('PAGE_BOARD_AGAINST_YEAR'), number: true, fixed: true, text: (row) => changeText(row, row.year, unit(row), points) },
		{ key: 'reporting', title: t('HEAD_REPORTING'), order: (row) => row.reporting, text: (row) => `${row.reporting}/${row.expected ?? '?'}`, cell: (row) => html`<${Reporting} row=${row} />` },
		{ key: 'revision', title: t('HEAD_REVISION'), number: true },
		{ key: 'note', title: t('HEAD_NOTE'), fixed: true, text: (row) => (row.restated ? t('PAGE_BOARD_RESTATED_BY', amountText(row.restated, unit(row))) : ''),
			cell: (row) => html`<${Marks} row=${row} changed=${row.restated ? amountText(row.restated, unit(row)) : ''} />` },
	];
}

export function Figures() {
	const place = usePlace();
	const pack = usePack();
	const [search, look] = useState('');
	const ask = (period) => ({ unit: place.unit, period, tree: place.tree });
	const now = useResource('/figures', ask(place.period));
	const last = totals(useResource('/figures', ask(before(place.period))).data);
	const year = totals(useResource('/figures', ask(yearBefore(place.period))).data);
	const wanted = search.trim().toLowerCase();
	return html`<div class="stack">
		<label class="field screen-only"><span>${t('PAGE_BOARD_SEARCH')}</span>
			<input type="search" value=${search} onInput=${(event) => look(event.target.value)} /></label>
		<${Reading} of=${now}>${(data) => html`<${Unfollowed} data=${data} /><${Sheet} caption=${t('PAGE_BOARD_FIGURES')} id="metric" columns=${columnsOf(place, pack)}
			rows=${[...totals(data).values()].filter((row) => !wanted || pack.figure(row.metric).toLowerCase().includes(wanted))
				.map((row) => ({ ...row, last: last.get(row.metric), year: year.get(row.metric) }))} />`}<//>
	</div>`;
}
