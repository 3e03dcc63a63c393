// Members on their way from unit to unit, and that none is lost meanwhile.
import { html, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { State } from '../shared/state.js';
import { Sheet } from './sheet.js';

const OPEN = ['open', 'accepted'];
const TONES = { open: 'note', accepted: 'note', committed: 'good', refused: 'warn', withdrawn: 'warn', aborted: 'warn', void: 'bad' };
const stateText = (state) => (t(`TRANSFER_STATE_${state.toUpperCase()}`));

// Counted, and on the way either way, and known: the four add up, or something is wrong.
export function Conservation({ status }) {
	const parts = [
		[t('HEAD_COUNTED'), status.members_counted], [t('HEAD_ON_WAY_OUT'), status.members_not_yet_taken_up],
		[t('HEAD_ON_WAY_IN'), status.members_not_yet_let_go], [t('HEAD_KNOWN'), status.members_known],
	];
	return html`<section class="box conservation">
		<div class="row apart"><h2>${t('PAGE_BOARD_CONSERVATION')}</h2>
			<${State} tone=${status.members_conserved ? 'good' : 'bad'}>${t(status.members_conserved ? 'PAGE_BOARD_CONSERVED' : 'PAGE_BOARD_NOT_CONSERVED')}<//></div>
		<p class="sum">${parts.map(([title, value], i) => html`<span class="term"><span aria-hidden="true">${['', '+', '−', '='][i]}</span>
			<span><strong>${format.number(value)}</strong><br /><span class="small soft">${title}</span></span></span>`)}</p>
	</section>`;
}

export function Transfers() {
	const found = useResource('/transfers');
	const status = useResource('/status');
	const [all, show] = useState(false);
	const columns = [
		{ key: 'name', title: t('HEAD_PERSON'), text: (row) => row.name || row.member.slice(0, 8) },
		{ key: 'from', title: t('HEAD_FROM_UNIT') },
		{ key: 'to', title: t('HEAD_TO_UNIT') },
		{ key: 'state', title: t('HEAD_STATE'), text: (row) => stateText(row.state), cell: (row) => html`<${State} tone=${row.overdue ? 'bad' : TONES[row.state]}>${stateText(row.state)}<//>` },
		{ key: 'offered', title: t('PAGE_BOARD_OFFERED'), order: (row) => row.offered || 0, text: (row) => format.moment(row.offered) },
		{ key: 'days', title: t('HEAD_DAYS'), number: true },
		{ key: 'overdue', title: t('HEAD_OVERDUE'), text: (row) => t(row.overdue ? 'PAGE_BOARD_YES' : 'PAGE_BOARD_NO') },
		{ key: 'todo', title: t('HEAD_TODO'), text: (row) => row.todo || '' },
	];
	return html`<div class="stack">
		${status.data && html`<${Conservation} status=${status.data} />`}
		<label class="tick screen-only"><input type="checkbox" checked=${all} onChange=${(event) => show(event.target.checked)} />${t('PAGE_BOARD_ALSO_DONE')}</label>
		<${Reading} of=${found}>${(data) => html`<${Sheet} caption=${t('PAGE_BOARD_TRANSFERS')} columns=${columns}
			rows=${data.transfers.filter((row) => all || OPEN.includes(row.state))} none=${t('PAGE_BOARD_NO_TRANSFERS')} />`}<//>
	</div>`;
}
