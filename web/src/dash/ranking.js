// Units side by side: by a scorecard, or by any figure. Ties and small numbers are marked, and ranks can be left out.
import { html, useMemo } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { State } from '../shared/state.js';
import { amountText, figureNumber, figureText, figureValue, isRatio, parts, usePack } from './pack.js';
import { ofLength } from './period.js';
import { periodText } from './picker.js';
import { goTo, linkTo, usePlace } from './place.js';
import { Sheet } from './sheet.js';

const SMALL = 5; // of so few a percentage says little

// 1, 2, 2, 4: equal ones share the better rank; who has no number stands apart.
export function ranked(rows, number) {
	const known = rows.filter((row) => number(row) !== null).sort((a, b) => number(b) - number(a));
	const ranks = new Map();
	known.forEach((row, i) => ranks.set(row, i > 0 && number(known[i - 1]) === number(row) ? ranks.get(known[i - 1]) : i + 1));
	const tied = (row) => known.some((other) => other !== row && ranks.get(other) === ranks.get(row));
	return [...known, ...rows.filter((row) => number(row) === null)].map((row) => ({ ...row, rank: ranks.get(row) ?? null, tied: ranks.has(row) && tied(row) }));
}

const Rank = ({ row }) => (row.rank === null ? html`<span class="soft">${t('PAGE_BOARD_APART')}</span>`
	: html`<span>${format.number(row.rank)}${row.tied && html` <span class="small soft">${t('PAGE_BOARD_TIED')}</span>`}</span>`);

const rankColumn = () => ({
	key: 'rank', title: t('HEAD_RANK'), number: true, order: (row) => row.rank ?? 100000, value: (row) => row.rank ?? '',
	text: (row) => (row.rank === null ? t('PAGE_BOARD_APART') : `${row.rank}${row.tied ? ` ${t('PAGE_BOARD_TIED')}` : ''}`), cell: (row) => html`<${Rank} row=${row} />`,
});

// ---- By a scorecard ----

const NOTES = { silent: 'RANK_SILENT', provisional: 'RANK_PROVISIONAL', waiting: 'RANK_WAITING', award_lost: 'RANK_AWARD_LOST' };
const asPoints = (value) => ({ value, denominator: null });

function ByCard({ card, plain }) {
	const place = usePlace();
	const pack = usePack();
	const about = pack.all.scorecards[card];
	const period = ofLength(place.period, about.months);
	const found = useResource(`/rank/${encodeURIComponent(card)}`, { unit: place.unit, period, tree: place.tree });
	const columns = [
		...(plain ? [] : [rankColumn()]),
		{ key: 'name', title: t('HEAD_UNIT'), text: (row) => row.name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit, view: 'overview' })}>${row.name}</a>` },
		{ key: 'points', title: t('HEAD_SCORE_POINTS'), number: true, order: (row) => row.points ?? -1, text: (row) => figureText(asPoints(row.points), 'points'), value: (row) => figureValue(asPoints(row.points), 'points') },
		{ key: 'band', title: t('HEAD_SCORE_BAND'), text: (row) => (row.band ? pack.band(card, row.band) : '') },
		...(plain ? [] : [
			{ key: 'award', title: t('HEAD_RANK_AWARD'), number: true, order: (row) => row.award || 0, text: (row) => (row.award ? amountText(row.award, 'money') : '') },
			{ key: 'consequence', title: t('HEAD_RANK_CONSEQUENCE'), text: (row) => (row.consequence ? `${about.consequences?.[row.consequence] || row.consequence} ×${row.times}` : '') },
		]),
		{ key: 'note', title: t('HEAD_NOTE'), text: (row) => (row.note ? t(NOTES[row.note] || row.note) : ''), cell: (row) => row.note && html`<${State} tone="warn">${t(NOTES[row.note] || row.note)}<//>` },
	];
	return html`<${Reading} of=${found}>${(data) => html`<${Sheet} caption=${`${about.title} ${periodText(period)}`} id="unit" columns=${columns}
		rows=${plain ? [...data.ranks].sort((a, b) => format.compare(a.name, b.name)) : data.ranks} />`}<//>`;
}

// ---- By a figure ----

function ByFigure({ metric, plain }) {
	const place = usePlace();
	const pack = usePack();
	const unit = pack.unitOf(metric);
	const found = useResource('/figures', { unit: place.unit, period: place.period, tree: place.tree, metric, by: 'unit' });
	const rows = useMemo(() => ranked(((found.data && found.data.figures) || []).filter((row) => row.bucket === null), figureNumber), [found.data]);
	const small = (row) => isRatio(unit) && row.denominator !== null && row.denominator < SMALL;
	const partly = (row) => row.expected !== null && row.reporting < row.expected;
	const columns = [
		...(plain ? [] : [rankColumn()]),
		{ key: 'unit', title: t('HEAD_UNIT'), text: (row) => row.unit, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit_id, view: 'figure', what: [metric], query: {} })}>${row.unit}</a>` },
		{ key: 'value', title: t('HEAD_VALUE'), number: true, order: (row) => figureNumber(row) ?? -1, text: (row) => figureText(row, unit) },
		...(isRatio(unit) ? [{ key: 'of', title: t('PAGE_BOARD_PARTS'), number: true, order: (row) => row.denominator, text: (row) => parts(row, unit).join('/') }] : []),
		{ key: 'note', title: t('HEAD_NOTE'), fixed: true, text: (row) => [small(row) && t('PAGE_BOARD_SMALL'), partly(row) && t('PAGE_BOARD_PARTLY', String(row.reporting), String(row.expected))].filter(Boolean).join(t('PAGE_BOARD_LIST_COMMA')),
			cell: (row) => html`${small(row) && html`<${State} tone="warn">${t('PAGE_BOARD_SMALL')}<//> `}${partly(row) && html`<${State} tone="note">${t('PAGE_BOARD_PARTLY', String(row.reporting), String(row.expected))}<//>`}` },
	];
	return html`<${Reading} of=${found}>${() => html`<${Sheet} caption=${`${pack.figure(metric)} ${periodText(place.period)}`} id="unit_id" columns=${columns}
		rows=${plain ? [...rows].sort((a, b) => format.compare(a.unit, b.unit)) : rows} />`}<//>`;
}

export function Ranking() {
	const place = usePlace();
	const pack = usePack();
	const cards = pack.names('scorecards').filter((name) => pack.all.scorecards[name].ranked);
	const figures = [...pack.names('metrics'), ...pack.names('cadences')];
	const asked = place.query.by || '';
	const by = cards.includes(asked) || figures.includes(asked) ? asked : cards[0] || figures[0];
	const plain = place.query.ranks === 'no';
	const change = (query) => goTo(place, { query: { by, ranks: plain ? 'no' : undefined, ...query } });
	return html`<div class="stack">
		<div class="row screen-only">
			<label class="field grow"><span>${t('PAGE_BOARD_RANK_BY')}</span>
				<select value=${by} onChange=${(event) => change({ by: event.target.value })}>
					<optgroup label=${t('PAGE_BOARD_SCORECARDS')}>${cards.map((name) => html`<option key=${name} value=${name}>${pack.title('scorecards', name)}</option>`)}</optgroup>
					<optgroup label=${t('PAGE_BOARD_FIGURES')}>${figures.map((name) => html`<option key=${name} value=${name}>${pack.figure(name)}</option>`)}</optgroup>
				</select></label>
			<label class="tick"><input type="checkbox" checked=${plain} onChange=${(event) => change({ ranks: event.target.checked ? 'no' : undefined })} />${t('PAGE_BOARD_NO_RANKS')}</label>
		</div>
		${cards.includes(by) ? html`<${ByCard} key=${by} card=${by} plain=${plain} />` : html`<${ByFigure} key=${by} metric=${by} plain=${plain} />`}
	</div>`;
}
