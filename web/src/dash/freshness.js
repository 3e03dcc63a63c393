// Who was heard when, and how far the month is: tiles, tables, reminders.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading, sentence } from '../shared/failure.js';
import { Question } from '../shared/dialog.js';
import { say } from '../shared/message.js';
import { State } from '../shared/state.js';
import { clockText, heardText } from './overview.js';
import { useAccount } from './account.js';
import { lastMonthOf } from './period.js';
import { periodText } from './picker.js';
import { linkTo, usePlace } from './place.js';
import { Sheet } from './sheet.js';
import { usePack } from './pack.js';

const WEEK = 7;
const MONTH = 30;

function tone(row) {
	if (!row.seen && !row.last_heard)
		return 'note';
	if (row.silent > 0 && row.days !== null && row.days < MONTH)
		return 'warn';
	return row.days === null || row.days >= MONTH ? 'bad' : row.days >= WEEK ? 'warn' : 'good';
}

function Tile({ row }) {
	const place = usePlace();
	return html`<li class="tile ${tone(row)}"><a href=${linkTo(place, { unit: row.unit })}>
		<strong>${row.unit_name}</strong>
		<${State} tone=${tone(row)}>${heardText(row)}<//>
		<span class="small">${t('PAGE_BOARD_UNITS_OF', format.number(row.reporting), format.number(row.expected))}</span>
		${row.silent > 0 && html`<span class="small">${t('PAGE_BOARD_SILENT_UNITS', format.number(row.silent))}</span>`}
		${clockText(row) && html`<span class="small">${t('PAGE_BOARD_CLOCK')} ${clockText(row)}</span>`}
	</a></li>`;
}

// ---- A month's submissions, with reminders ----

function Remind({ rows, month, close }) {
	const names = rows.map((row) => row.unit_name).join(t('PAGE_BOARD_LIST_COMMA'));
	const tell = async (text) => {
		close();
		const results = await Promise.allSettled(rows.map((row) => send('POST', '/letters', { to: row.unit, text })));
		const failed = results.find((one) => one.status === 'rejected');
		if (failed)
			say(sentence(failed.reason), 'bad');
		else
			say(t('PAGE_BOARD_REMINDED', format.number(rows.length)));
	};
	return html`<${Question} title=${t('PAGE_BOARD_REMIND')} label=${t('HEAD_TEXT')} hint=${t('PAGE_BOARD_REMIND_HINT', names, periodText(month))}
		required confirm=${t('PAGE_BOARD_SEND')} close=${close} done=${tell} />`;
}

function Submissions() {
	const place = usePlace();
	const { may } = useAccount();
	const month = lastMonthOf(place.period);
	const found = useResource(`/submissions/${month}`, { unit: place.unit, tree: place.tree });
	const [asked, ask] = useState(null);
	const missing = (row) => row.expected - row.submitted;
	const columns = [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit })}>${row.unit_name}</a>` },
		{ key: 'expected', title: t('HEAD_EXPECTED'), number: true },
		{ key: 'submitted', title: t('STATE_SUBMITTED'), number: true },
		{ key: 'share', title: t('PAGE_BOARD_COMPLETE'), number: true, order: (row) => row.submitted / row.expected, text: (row) => format.percent(row.submitted, row.expected) },
		{ key: 'on_time', title: t('HEAD_ON_TIME'), number: true },
		{ key: 'late', title: t('HEAD_LATE'), number: true },
		{ key: 'approved', title: t('HEAD_APPROVED'), number: true },
		{ key: 'returned', title: t('HEAD_SENT_BACK'), number: true },
		{ key: 'restated', title: t('HEAD_RESTATED'), number: true },
		{ key: 'remind', title: t('PAGE_BOARD_REMIND'), fixed: true, screen: true,
			cell: (row) => may('reviewer') && missing(row) > 0 && html`<button type="button" onClick=${() => ask([row])}
				aria-label=${t('PAGE_BOARD_REMIND_WHOM', row.unit_name)}>${t('PAGE_BOARD_REMIND')}</button>` },
	];
	return html`<${Reading} of=${found}>${(data) => {
		const behind = data.submissions.filter((row) => missing(row) > 0);
		return html`<section class="stack">
			<p class="soft">${t('PAGE_BOARD_DUE_DAY', format.day(data.due))}</p>
			<${Sheet} caption=${t('PAGE_BOARD_SUBMISSIONS', periodText(month))} id="unit" columns=${columns} rows=${data.submissions} />
			${may('reviewer') && behind.length > 1 && html`<button type="button" class="screen-only" onClick=${() => ask(behind)}>${t('PAGE_BOARD_REMIND_ALL', format.number(behind.length))}</button>`}
			${asked && html`<${Remind} rows=${asked} month=${month} close=${() => ask(null)} />`}
		</section>`;
	}}<//>`;
}

// ---- Silent units, wherever they stand ----

function Silent() {
	const place = usePlace();
	const found = useResource('/silent', { unit: place.unit, tree: place.tree, days: MONTH, limit: 200 });
	const columns = [
		{ key: 'unit_name', title: t('HEAD_UNIT'), text: (row) => row.unit_name, cell: (row) => html`<a href=${linkTo(place, { unit: row.unit })}>${row.unit_name}</a>` },
		{ key: 'last_heard', title: t('HEAD_LAST_HEARD'), order: (row) => row.last_heard || 0, text: (row) => (row.last_heard ? format.moment(row.last_heard) : t('PAGE_BOARD_NEVER_HEARD')) },
		{ key: 'days', title: t('HEAD_DAYS'), number: true },
		{ key: 'through', title: t('HEAD_THROUGH'), order: (row) => row.through || '', text: (row) => (row.through ? periodText(row.through) : '') },
	];
	return html`<${Reading} of=${found}>${(data) => html`
		<${Sheet} caption=${t('PAGE_BOARD_SILENT')} id="unit" columns=${columns} rows=${data.silent} none=${t('PAGE_BOARD_NONE_SILENT')} />
		${data.unseen > 0 && html`<p class="soft">${t('PAGE_BOARD_UNSEEN', format.number(data.unseen))}</p>`}`}<//>`;
}

export function Freshness() {
	const place = usePlace();
	const pack = usePack();
	const found = useResource('/freshness', { unit: place.unit, period: place.period, tree: place.tree });
	return html`<div class="stack">
		<${Reading} of=${found}>${(data) => html`<ul class="tiles plain" aria-label=${t('PAGE_BOARD_FRESHNESS')}>${data.freshness.map((row) => html`<${Tile} key=${row.unit} row=${row} pack=${pack} />`)}</ul>`}<//>
		<${Submissions} />
		<${Silent} />
	</div>`;
}
