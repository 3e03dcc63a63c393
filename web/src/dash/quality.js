// What keeps figures from being right: what was set aside, conflicts, what was changed afterwards, warnings.
import { html } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { State } from '../shared/state.js';
import { amountText, usePack } from './pack.js';
import { yearOf } from './period.js';
import { periodText } from './picker.js';
import { linkTo, usePlace } from './place.js';
import { totals } from './overview.js';
import { Sheet } from './sheet.js';

function Counts({ status }) {
	const counts = [
		['STATE_NOT_ACCEPTED', status.quarantined], ['HEAD_CONFLICTS', status.conflicts],
		['PAGE_BOARD_SILENT_MONTH', status.silent], ['HEAD_WAITING_LOGS', status.logs_waiting],
	];
	return html`<div class="cards">${counts.map(([name, count]) => html`<article class="box card" key=${name}>
		<h3>${t(name)}</h3><p class="big">${format.number(count)}</p>
		<${State} tone=${count ? 'warn' : 'good'}>${t(count ? 'PAGE_BOARD_TO_LOOK_AT' : 'PAGE_BOARD_NOTHING')}<//>
	</article>`)}</div>`;
}

function Restatements() {
	const place = usePlace();
	const pack = usePack();
	const found = useResource('/figures', { unit: place.unit, period: yearOf(place.period) });
	const reasons = [
		{ key: 'month', title: t('HEAD_MONTH'), order: (row) => row.month, text: (row) => periodText(row.month) },
		{ key: 'name', title: t('HEAD_UNIT'), cell: (row) => html`<a href=${linkTo(place, { unit: row.unit, period: row.month })}>${row.name}</a>`, text: (row) => row.name },
		{ key: 'revision', title: t('HEAD_REVISION'), number: true, text: (row) => (row.revision === null ? t('PAGE_BOARD_NOT_SUBMITTED_YET') : String(row.revision)) },
		{ key: 'reason', title: t('HEAD_REASON') },
		{ key: 'time', title: t('HEAD_TIME'), order: (row) => row.time, text: (row) => format.moment(row.time) },
	];
	const figures = [
		{ key: 'metric', title: t('HEAD_METRIC'), text: (row) => pack.figure(row.metric), cell: (row) => html`<a href=${linkTo(place, { view: 'figure', what: [row.metric] })}>${pack.figure(row.metric)}</a>` },
		{ key: 'value', title: t('HEAD_NOW'), number: true, order: (row) => row.value, text: (row) => amountText(row.value, pack.unitOf(row.metric)) },
		{ key: 'restated', title: t('HEAD_RESTATED_BY'), number: true, order: (row) => row.restated, text: (row) => (row.restated > 0 ? '+' : '') + amountText(row.restated, pack.unitOf(row.metric)) },
	];
	return html`<${Reading} of=${found}>${(data) => html`<div class="stack">
		<${Sheet} caption=${t('PAGE_BOARD_RESTATED_FIGURES', periodText(yearOf(place.period)))} id="metric" columns=${figures} rows=${[...totals(data).values()].filter((row) => row.restated)} none=${t('PAGE_BOARD_NONE_RESTATED')} />
		<${Sheet} caption=${t('PAGE_BOARD_REASONS')} columns=${reasons} rows=${data.reasons} />
	</div>`}<//>`;
}

function Warnings() {
	const place = usePlace();
	const found = useResource('/warnings', { unit: place.unit, tree: place.tree, limit: 200 });
	const columns = [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit })}>${row.unit_name}</a>` },
		{ key: 'warning', title: t('HEAD_WARNING') },
		{ key: 'hint', title: t('HEAD_HINT'), text: (row) => row.hint || '' },
	];
	const counts = [
		{ key: 'title', title: t('HEAD_CHECK') },
		{ key: 'units', title: t('HEAD_UNITS'), number: true },
	];
	return html`<${Reading} of=${found}>${(data) => html`<div class="stack">
		<${Sheet} caption=${t('PAGE_BOARD_WARNINGS')} columns=${columns} rows=${data.warnings} />
		<${Sheet} caption=${t('PAGE_BOARD_WARNED_UNITS')} id="check" columns=${counts} rows=${data.counts.filter((row) => row.units)} />
	</div>`}<//>`;
}

export function Quality() {
	const status = useResource('/status');
	return html`<div class="stack">
		<${Reading} of=${status}>${(data) => html`<${Counts} status=${data} />`}<//>
		<${Restatements} />
		<${Warnings} />
	</div>`;
}
