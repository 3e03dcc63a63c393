// The way down from a figure: what units below gave, the signed entry of each, and the proof as a file.
import { html, useState } from '../shared/view.js';
import { address } from '../shared/api.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading, sentence } from '../shared/failure.js';
import { say } from '../shared/message.js';
import { State } from '../shared/state.js';
import { fetchFile } from '../shared/file.js';
import { figureNumber, figureText } from './pack.js';
import { linkTo, usePlace } from './place.js';
import { Sheet } from './sheet.js';

const Verdict = ({ yes }) => (yes === null ? html`<span class="soft">${t('PAGE_BOARD_SUM_HERE')}</span>`
	: html`<${State} tone=${yes ? 'good' : 'bad'}>${t(yes ? 'PAGE_BOARD_HOLDS' : 'PAGE_BOARD_BROKEN')}<//>`);
const verdict = (yes) => (yes === null ? t('PAGE_BOARD_SUM_HERE') : t(yes ? 'PAGE_BOARD_HOLDS' : 'PAGE_BOARD_BROKEN'));
const Hash = ({ of }) => of && html`<code class="hash" title=${of}>${of.slice(0, 12)}…</code>`;

function columnsOf(place, metric, unit) {
	return [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit, view: 'figure', what: [metric] })}>${row.unit_name}</a>` },
		{ key: 'value', title: t('HEAD_VALUE'), number: true, order: figureNumber, text: (row) => figureText(row, unit) },
		...(place.tree === 'then' ? [] : [{ key: 'redrawn', title: t('HEAD_REDRAWN'), text: (row) => t(row.redrawn ? 'PAGE_BOARD_YES' : 'PAGE_BOARD_NO') }]),
		{ key: 'device', title: t('HEAD_DEVICE'), text: (row) => row.device || '' },
		{ key: 'time', title: t('HEAD_AS_OF'), order: (row) => row.time || 0, text: (row) => format.moment(row.time) },
		{ key: 'seq', title: t('HEAD_TREE_ENTRY'), number: true },
		{ key: 'leaf', title: t('HEAD_LEAF'), fixed: true, text: (row) => row.leaf || '', cell: (row) => html`<${Hash} of=${row.leaf} />` },
		{ key: 'signed', title: t('HEAD_SIGNED'), text: (row) => verdict(row.signed), cell: (row) => html`<${Verdict} yes=${row.signed} />` },
		{ key: 'included', title: t('HEAD_INCLUDED'), text: (row) => verdict(row.included), cell: (row) => html`<${Verdict} yes=${row.included} />` },
	];
}

function frontierColumns() {
	return [
		{ key: 'lane', title: t('HEAD_LANE'), text: (row) => (row.lane ? t(`PAGE_BOARD_LANE_${row.lane.toUpperCase()}`) : t('PAGE_BOARD_STAYS_BELOW')) },
		{ key: 'log', title: t('HEAD_LOG'), text: (row) => row.log, cell: (row) => html`<${Hash} of=${row.log} />` },
		{ key: 'entries', title: t('HEAD_ENTRIES'), number: true },
		{ key: 'root', title: t('HEAD_ROOT'), text: (row) => row.root, cell: (row) => html`<${Hash} of=${row.root} />` },
		{ key: 'holds', title: t('HEAD_HOLDS'), text: (row) => (row.held ? verdict(row.holds) : t('PAGE_BOARD_STAYS_BELOW')),
			cell: (row) => (row.held ? html`<${Verdict} yes=${row.holds && row.signed} />` : html`<span class="soft">${t('PAGE_BOARD_STAYS_BELOW')}</span>`) },
	];
}

export function ChainTable({ metric, unit, title }) {
	const place = usePlace();
	const chain = useResource(`/chain/${encodeURIComponent(metric)}`, { unit: place.unit, period: place.period, tree: place.tree });
	const [busy, set] = useState(false);
	const take = async () => {
		set(true);
		await fetchFile(address(`/units/${place.unit}/proof`, { metric, period: place.period, tree: place.tree }), `${title}_${place.period}.proof`)
			.catch((problem) => say(sentence(problem), 'bad'));
		set(false);
	};
	return html`<section class="box stack chain">
		<div class="row apart"><h2>${t('PAGE_BOARD_CHAIN')}</h2>
			<button type="button" class="screen-only" onClick=${take} disabled=${busy}>${t('PAGE_BOARD_TAKE_PROOF')}</button></div>
		<p class="soft">${t('PAGE_BOARD_CHAIN_HINT')} <code>tributary verify</code></p>
		<${Reading} of=${chain}>${(data) => html`
			<${Sheet} caption=${t('PAGE_BOARD_GIVEN_BY')} id="unit" columns=${columnsOf(place, metric, unit)} rows=${data.chain} heading=${3} />
			${data.frontier.length > 0 && html`<${Sheet} caption=${t('PAGE_BOARD_STANDS_ON')} id="log" columns=${frontierColumns()} rows=${data.frontier} heading=${3} />`}`}<//>
	</section>`;
}
