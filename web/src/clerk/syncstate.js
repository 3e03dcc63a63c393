// The state of synchronisation in words, from what the program says: synced, waiting, offline, when it last
// worked, what was not accepted. One object, shown in the head of every screen and in full on the first.
import { html, useEffect, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { listen } from '../shared/events.js';
import { sentence } from '../shared/failure.js';
import { moment, number } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';

// { waiting, refused, offline, running, last, away, through, alone }
export function useSync() {
	const status = useResource('/status');
	const sync = useResource('/sync');
	const [open, setOpen] = useState(true);
	useEffect(() => listen((kind, data) => kind === 'connection' && setOpen(data.open)), []);
	const one = sync.data || {};
	return {
		ready: Boolean(status.data),
		status: status.data,
		waiting: status.data ? status.data.waiting : 0,
		refused: status.data ? status.data.not_accepted : 0,
		revoked: Boolean(status.data && status.data.revoked),
		last: status.data ? status.data.last_receipt || 0 : 0,
		running: Boolean(one.running),
		offline: Boolean(one.failure) || (one.exit !== undefined && one.exit !== null && one.exit !== 0),
		failure: one.failure || null,
		// Where the server was not there: whoever took it along, and what nobody has but this machine.
		through: one.result && one.result.road !== 'server' ? one.result.through : '',
		alone: status.data ? status.data.alone || 0 : 0,
		away: !open,
	};
}

function main(sync) {
	if (sync.away)
		return ['bad', t('PAGE_SYNC_AWAY')];
	if (sync.revoked)
		return ['bad', t('PAGE_SYNC_REVOKED')];
	if (sync.running)
		return ['note', t('PAGE_SYNC_RUNNING')];
	if (sync.offline)
		return ['warn', t('PAGE_SYNC_OFFLINE')];
	if (sync.through && sync.waiting > 0)
		return ['warn', t('PAGE_SYNC_ROAD', sync.through)];
	if (sync.waiting === 0)
		return ['good', t('PAGE_SYNC_DONE')];
	return ['note', t('PAGE_SYNC_READY')];
}

// Every word that applies, the most urgent first.
export function SyncWords({ sync }) {
	if (!sync.ready && !sync.away)
		return null;
	const [tone, text] = main(sync);
	return html`<span class="row words">
		${!(tone === 'note' && sync.waiting > 0 && !sync.running) && html`<${State} tone=${tone}>${text}<//>`}
		${sync.waiting > 0 && html`<${State} tone="note">${t('PAGE_SYNC_WAITING', number(sync.waiting))}<//>`}
		${(sync.offline || sync.through) && sync.alone > 0 && html`<${State} tone="warn">${t('PAGE_SYNC_ALONE', number(sync.alone))}<//>`}
		${sync.refused > 0 && html`<a href=${link(['refused'])}><${State} tone="bad">${t('PAGE_SYNC_REFUSED', number(sync.refused))}<//></a>`}
	</span>`;
}

export function LastSync({ sync }) {
	return html`<span class="soft small">${sync.last ? t('PAGE_SYNC_LAST', moment(sync.last)) : t('PAGE_SYNC_NEVER')}</span>`;
}

export function SyncNow() {
	const [busy, work] = useState(false);
	const go = async () => {
		work(true);
		try {
			await send('POST', '/sync', {});
			say(t('PAGE_SYNC_ASKED'));
		} catch (problem) {
			say(problem.name === 'UNREACHABLE' && !problem.away ? t('PAGE_SYNC_FAILED') : sentence(problem), 'warn');
		} finally {
			work(false);
		}
	};
	return html`<button type="button" disabled=${busy} onClick=${go}>${busy ? t('PAGE_SYNC_RUNNING') : t('PAGE_SYNC_NOW')}</button>`;
}
