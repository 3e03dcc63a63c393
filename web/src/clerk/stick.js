// By USB stick, where no network is: a bundle to carry up, one that came down, and what it brought.
import { html, useState } from '../shared/view.js';
import { Failure } from '../shared/failure.js';
import { fetchFile } from '../shared/file.js';
import { moment, number } from '../shared/format.js';
import { say } from '../shared/message.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { FileField } from './filefield.js';
import { today } from './hints.js';

function Brought({ said }) {
	const lines = [
		[t('PAGE_STICK_ENTRIES'), said.entries], [t('PAGE_STICK_RECEIPTS'), said.receipts], [t('PAGE_STICK_PIECES_WAIT'), said.waiting],
		[t('PAGE_NOT_ACCEPTED'), said.refused + said.set_aside], [t('PAGE_STICK_FOREIGN'), said.foreign],
	].filter(([, count], i) => i < 2 || count > 0);
	return html`<div class="say ${said.refused + said.set_aside ? 'warn' : 'good'}" role="status">
		<strong>${t('PAGE_STICK_TAKEN')}</strong>
		<ul class="plain">${lines.map(([title, count]) => html`<li key=${title}>${title}${t('PAGE_COLON')}${number(count)}</li>`)}</ul>
		${said.stale && html`<p>${t('PAGE_STICK_STALE')}</p>`}
	</div>`;
}

export function Stick({ status }) {
	const [problem, fail] = useState(null);
	const [said, tell] = useState(null);
	const [busy, work] = useState(false);
	const stick = (status && status.stick) || { entries: 0, waiting: 0, time: 0 };
	const out = async () => {
		work(true);
		fail(null);
		try {
			await fetchFile('/bundle/out', `${status.unit_name.split('/').pop()}_${today()}.tbundle`, {});
			say(t('PAGE_STICK_GIVEN'));
		} catch (cause) {
			fail(cause);
		} finally {
			work(false);
		}
	};
	return html`<details class="stick"><summary>${t('PAGE_STICK')}</summary><div class="stack">
		<p class="soft small">${t('PAGE_STICK_HINT')}</p>
		${stick.entries > 0 && html`<p><${State} tone="note">${t('PAGE_STICK_OUT', number(stick.entries), moment(stick.time))}<//></p>`}
		<div class="row"><button type="button" disabled=${busy || !status} onClick=${out}>${t('PAGE_STICK_MAKE')}</button>
			<${FileField} title=${t('PAGE_STICK_TAKE')} accept=".tbundle" address=${() => '/bundle/in'} done=${tell} fail=${fail} /></div>
		<${Failure} problem=${problem} />
		${said && html`<${Brought} said=${said} />`}
	</div></details>`;
}
