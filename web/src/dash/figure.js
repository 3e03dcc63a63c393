// One figure and the ways down from it: over time, by its parts, by units below, to the signed entries.
import { html, useMemo, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { Chart } from './chart.js';
import { ChainTable } from './chain.js';
import { bars, lines, ring } from './draw.js';
import { amountText, changeText, drawnText, figureNumber, figureText, figureValue, isRatio, parts, usePack } from './pack.js';
import { before, lastMonthOf, yearBefore } from './period.js';
import { periodText } from './picker.js';
import { points, totals } from './overview.js';
import { linkTo, usePlace } from './place.js';
import { Standing } from './standing.js';
import { Unfollowed } from './unfollowed.js';

const PERIODS = 24;
const RING_MOST = 7;

// ---- Over time ----

function Trend({ metric, unit, title }) {
	const place = usePlace();
	const pack = usePack();
	const cadence = pack.all.cadences && pack.all.cadences[metric];
	const every = { 3: 'quarter', 6: 'quarter', 12: 'year' }[cadence && cadence.every] || 'month';
	const trend = useResource(`/trend/${encodeURIComponent(metric)}`, { unit: place.unit, tree: place.tree, through: lastMonthOf(place.period), periods: every === 'month' ? PERIODS : 8, every });
	const rows = (trend.data && trend.data.points) || [];
	const option = useMemo(() => lines({
		names: rows.map((row) => row.period), series: [{ name: title, values: rows.map(figureNumber) }],
		format: drawnText(unit),
	}), [trend.data, title]);
	const columns = [
		{ key: 'period', title: t('HEAD_PERIOD'), order: (row) => row.period, text: (row) => periodText(row.period), value: (row) => row.period },
		{ key: 'value', title: t('HEAD_VALUE'), number: true, order: figureNumber, text: (row) => figureText(row, unit), value: (row) => figureValue(row, unit) },
	];
	return html`<${Reading} of=${trend}>${(data) => html`<${Unfollowed} data=${data} /><${Chart} title=${t('PAGE_BOARD_TREND_OF', title)} option=${option} columns=${columns} rows=${rows}
		summary=${t('PAGE_BOARD_TREND_SUMMARY', title, rows.length ? figureText(rows[0], unit) : '–', rows.length ? figureText(rows[rows.length - 1], unit) : '–')} />`}<//>`;
}

// ---- By its parts ----

function Parts({ metric, dimension, unit, title }) {
	const place = usePlace();
	const pack = usePack();
	const about = pack.metric(metric).dimensions[dimension];
	const found = useResource('/figures', { unit: place.unit, period: place.period, tree: place.tree, metric, by: dimension });
	const names = Object.keys(about.buckets);
	const rank = (row) => (names.indexOf(row.bucket) + 1 || names.length + 1);
	const rows = useMemo(() => ((found.data && found.data.figures) || []).filter((row) => row.bucket !== null).sort((a, b) => rank(a) - rank(b)), [found.data]);
	const name = (row) => about.buckets[row.bucket] || t('BUCKET_NONE');
	const sum = rows.reduce((all, row) => all + row.value, 0);
	const shape = { names: rows.map(name), values: rows.map(figureNumber), format: drawnText(unit) };
	const option = useMemo(() => (rows.length <= RING_MOST && !isRatio(unit) ? ring(shape) : bars(shape)), [rows, title]);
	const columns = [
		{ key: 'bucket', title: about.title, text: name, order: rank },
		{ key: 'value', title: t('HEAD_VALUE'), number: true, order: figureNumber, text: (row) => figureText(row, unit), value: (row) => figureValue({ value: row.value, denominator: null }, isRatio(unit) ? 'count' : unit) },
		{ key: 'share', title: t('PAGE_BOARD_SHARE'), number: true, order: (row) => row.value, text: (row) => (isRatio(unit) ? '' : format.percent(row.value, sum)) },
	];
	const heading = t('PAGE_BOARD_BY', title, about.title);
	return html`<${Reading} of=${found}>${() => (rows.length === 0 ? html`<p class="soft box">${heading}${t('PAGE_COLON')}${t('PAGE_NONE')}</p>`
		: html`<${Chart} title=${heading} option=${option} columns=${columns} rows=${rows} height=${rows.length > RING_MOST ? Math.min(40, 4 + rows.length * 2) : 18}
			summary=${rows.map((row) => `${name(row)} ${figureText(row, unit)}`).join(', ')} />`)}<//>`;
}

// ---- By units below ----

const SHOWN = 30;

function ByUnit({ metric, unit, title }) {
	const place = usePlace();
	const found = useResource('/figures', { unit: place.unit, period: place.period, tree: place.tree, metric, by: 'unit' });
	const rows = useMemo(() => ((found.data && found.data.figures) || []).filter((row) => row.bucket === null)
		.sort((a, b) => (figureNumber(b) ?? -1) - (figureNumber(a) ?? -1)), [found.data]);
	const shown = rows.slice(0, SHOWN);
	const option = useMemo(() => bars({
		names: shown.map((row) => row.unit), values: shown.map(figureNumber), marks: shown.map((row) => row.reporting < row.expected),
		format: drawnText(unit),
	}), [rows, title]);
	const columns = [
		{ key: 'unit', title: t('HEAD_UNIT'), cell: (row) => html`<a href=${linkTo(place, { unit: row.unit_id, view: 'figure', what: [metric] })}>${row.unit}</a>`, text: (row) => row.unit },
		{ key: 'value', title: t('HEAD_VALUE'), number: true, order: figureNumber, text: (row) => figureText(row, unit), value: (row) => figureValue(row, unit) },
		{ key: 'reporting', title: t('HEAD_REPORTING'), number: true, order: (row) => row.reporting, text: (row) => `${row.reporting}/${row.expected ?? '?'}` },
		{ key: 'as_of', title: t('HEAD_AS_OF'), order: (row) => row.as_of || 0, text: (row) => format.moment(row.as_of) },
		{ key: 'revision', title: t('HEAD_REVISION'), number: true },
	];
	return rows.length > 0 && html`<${Chart} title=${t('PAGE_BOARD_BY', title, t('HEAD_UNIT'))} option=${option} columns=${columns} rows=${rows} open
		height=${Math.min(44, 4 + shown.length * 2)} summary=${shown.map((row) => `${row.unit} ${figureText(row, unit)}`).join(', ')} />`;
}

// ---- The page ----

function Head({ row, unit, title, last, year }) {
	const changed = row.restated ? amountText(row.restated, unit) : '';
	return html`<section class="box">
		<h2>${title}</h2>
		<p class="big" data-figure=${row.metric}>${figureText(row, unit)}</p>
		${row.denominator !== null && html`<p class="soft">${t('PAGE_BOARD_K_OF_N', ...parts(row, unit))}</p>`}
		<${Standing} row=${row} changed=${changed} />
		<p>${last && html`<span class="change">${t('PAGE_BOARD_AGAINST_LAST')} ${figureText(last, unit)} (${changeText(row, last, unit, points)})</span>`}
			${year && html`<span class="change">${t('PAGE_BOARD_AGAINST_YEAR')} ${figureText(year, unit)} (${changeText(row, year, unit, points)})</span>`}</p>
	</section>`;
}

export function Figure({ unit: here }) {
	const place = usePlace();
	const pack = usePack();
	const metric = place.what[0];
	const about = pack.metric(metric);
	const ask = (period) => ({ unit: place.unit, period, tree: place.tree, metric });
	const now = useResource('/figures', ask(place.period));
	const last = totals(useResource('/figures', ask(before(place.period))).data).get(metric);
	const year = totals(useResource('/figures', ask(yearBefore(place.period))).data).get(metric);
	const [dimension, cut] = useState('');
	const dimensions = Object.entries((about && about.dimensions) || {});
	const shown = dimensions.some(([name]) => name === dimension) ? dimension : dimensions[0] && dimensions[0][0];
	const title = pack.figure(metric);
	return html`<${Reading} of=${now}>${(data) => {
		const row = totals(data).get(metric) || data.figures[0];
		const unit = pack.unitOf(metric);
		return html`<div class="stack">
			${row ? html`<${Head} row=${row} unit=${unit} title=${title} last=${last} year=${year} />` : html`<p class="say">${t('PAGE_BOARD_NO_FIGURES')}</p>`}
			${pack.all.scorecards && pack.all.scorecards[metric] ? null : html`<${Trend} metric=${metric} unit=${unit} title=${title} />`}
			${dimensions.length > 0 && html`<section class="stack">
				<label class="field screen-only"><span>${t('PAGE_BOARD_CUT')}</span>
					<select value=${shown} onChange=${(event) => cut(event.target.value)}>
						${dimensions.map(([name, one]) => html`<option key=${name} value=${name}>${one.title}</option>`)}
					</select></label>
				<${Parts} key=${shown} metric=${metric} dimension=${shown} unit=${unit} title=${title} />
			</section>`}
			${here.below && here.below.length > 0 && html`<${ByUnit} metric=${metric} unit=${unit} title=${title} />`}
			${about && html`<${ChainTable} metric=${metric} unit=${unit} title=${title} />`}
		</div>`;
	}}<//>`;
}
