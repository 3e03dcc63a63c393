// A unit at a glance: its chief figures against the last period and a year ago, and the units below.
import { html } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { State } from '../shared/state.js';
import { changeText, figureText, usePack } from './pack.js';
import { before, yearBefore } from './period.js';
import { periodText } from './picker.js';
import { linkTo, usePlace } from './place.js';
import { Sheet } from './sheet.js';
import { complete, Reporting, Standing } from './standing.js';
import { Unfollowed } from './unfollowed.js';

const CARDS = 8;

export const totals = (data) => new Map(((data && data.figures) || []).filter((row) => row.bucket === null).map((row) => [row.metric, row]));

export const points = (number) => t('PAGE_BOARD_POINTS', number);

function Change({ row, other, unit, text }) {
	return other && other.reporting > 0 && html`<span class="change"><span class="soft">${text}</span> ${changeText(row, other, unit, points)}</span>`;
}

function Card({ row, unit, title, last, year }) {
	const place = usePlace();
	return html`<article class="box card">
		<h3><a href=${linkTo(place, { view: 'figure', what: [row.metric] })}>${title}</a></h3>
		<p class="big" data-figure=${row.metric}>${figureText(row, unit)}</p>
		<p class="small changes"><${Change} row=${row} other=${last} unit=${unit} text=${t('PAGE_BOARD_AGAINST_LAST')} />
			<${Change} row=${row} other=${year} unit=${unit} text=${t('PAGE_BOARD_AGAINST_YEAR')} /></p>
	</article>`;
}

// Those that say something, in the order in which the pack has them.
function chief(rows, pack) {
	const own = pack.names('metrics').map((name) => rows.get(name)).filter(Boolean);
	return own.filter((row) => row.value !== 0).slice(0, CARDS);
}

function Cards({ rows, last, year }) {
	const pack = usePack();
	const shown = chief(rows, pack);
	const first = shown[0] || rows.values().next().value;
	return html`<section class="stack">
		${first && html`<${Standing} row=${first} />`}
		<div class="cards">${shown.map((row) => html`<${Card} key=${row.metric} row=${row} unit=${pack.unitOf(row.metric)}
			title=${pack.figure(row.metric)} last=${last.get(row.metric)} year=${year.get(row.metric)} />`)}</div>
		${shown.length === 0 && html`<p class="say">${t('PAGE_BOARD_NO_FIGURES')}</p>`}
	</section>`;
}

export function heardText(row) {
	if (!row.last_heard)
		return row.seen ? t('PAGE_BOARD_NEVER_HEARD') : t('PAGE_BOARD_HEARD_BELOW');
	return row.days === 0 ? t('PAGE_BOARD_TODAY') : t('PAGE_BOARD_DAYS_AGO', format.number(row.days));
}

// Whose clock is wrong, which way, by how much; empty: none is seen.
export function clockText(row) {
	return [['PAGE_BOARD_MINUTES_AHEAD', row.clock_ahead], ['PAGE_BOARD_MINUTES_BEHIND', row.clock_behind]].filter(([, minutes]) => minutes)
		.map(([text, minutes]) => t(text, format.number(minutes))).join(t('PAGE_BOARD_LIST_COMMA'));
}

function Below({ unit }) {
	const place = usePlace();
	const pack = usePack();
	const fresh = useResource('/freshness', { unit: place.unit, period: place.period, tree: place.tree });
	const columns = [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit })}>${row.unit_name}</a>` },
		{ key: 'kind', title: t('HEAD_KIND'), text: (row) => pack.unitKind(row.kind) },
		{ key: 'reporting', title: t('HEAD_REPORTING'), number: true, order: (row) => (row.expected ? row.reporting / row.expected : 0), text: (row) => `${row.reporting}/${row.expected}`, cell: (row) => html`<${Reporting} row=${row} />` },
		{ key: 'days', title: t('HEAD_LAST_HEARD'), order: (row) => row.days ?? 100000, text: heardText },
		{ key: 'silent', title: t('HEAD_UNHEARD'), number: true },
		{ key: 'clock', title: t('PAGE_BOARD_CLOCK'), text: clockText, cell: (row) => clockText(row) && html`<${State} tone="warn">${clockText(row)}<//>` },
	];
	const known = new Map((unit.below || []).map((one) => [one.unit, one]));
	return unit.below && unit.below.length > 0 && html`<${Reading} of=${fresh}>${(data) => html`<${Sheet} caption=${t('PAGE_BOARD_BELOW')} id="unit" columns=${columns}
		rows=${data.freshness.map((row) => ({ ...row, kind: (known.get(row.unit) || {}).kind || '' }))} />`}<//>`;
}

export function Overview({ unit }) {
	const place = usePlace();
	const ask = (period) => ({ unit: place.unit, period, tree: place.tree });
	const now = useResource('/figures', ask(place.period));
	const last = useResource('/figures', ask(before(place.period)));
	const year = useResource('/figures', ask(yearBefore(place.period)));
	return html`<div class="stack">
		<${Reading} of=${now}>${(data) => html`
			${data.future && html`<p class="say warn">${t('PERIOD_FUTURE', periodText(place.period))}</p>`}
			<${Unfollowed} data=${data} />
			<${Cards} rows=${totals(data)} last=${totals(last.data)} year=${totals(year.data)} />`}<//>
		<${Below} unit=${unit} />
	</div>`;
}

export { complete };
