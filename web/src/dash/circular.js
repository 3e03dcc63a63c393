// Circulars: what goes down to all below, and what went.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { t } from '../shared/text.js';
import { useResource } from '../shared/resource.js';
import { Failure, Reading } from '../shared/failure.js';
import { Dialog } from '../shared/dialog.js';
import { say } from '../shared/message.js';
import { useAccount } from './account.js';
import { usePack } from './pack.js';
import { Sheet } from './sheet.js';

const INPUTS = { date: 'date', month: 'month' };

// type: the field's, as the pack has it.
function Field({ type, title, value, change }) {
	const write = (event) => change(event.target.value);
	if (type === 'long_text')
		return html`<label class="field"><span>${title}</span><textarea rows="4" value=${value} onInput=${write}></textarea></label>`;
	return html`<label class="field"><span>${title}</span><input type=${INPUTS[type] || 'text'} value=${value} onInput=${write} /></label>`;
}

function Write({ kind, close, done }) {
	const pack = usePack();
	const [values, set] = useState({});
	const [problem, fail] = useState(null);
	const submit = async (event) => {
		event.preventDefault();
		try {
			await send('POST', '/circulars', { fields: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) });
			say(t('PAGE_BOARD_CIRCULAR_SENT'));
			close();
			done();
		} catch (why) {
			fail(why);
		}
	};
	return html`<${Dialog} title=${t('PAGE_BOARD_WRITE_CIRCULAR')} close=${close}><form class="stack" onSubmit=${submit}>
		<${Failure} problem=${problem} />
		${Object.entries((pack.all.fields || {})[kind] || {}).map(([name, title]) => html`<${Field} key=${name} type=${((pack.all.inputs || {})[kind] || {})[name]} title=${title} value=${values[name] || ''} change=${(value) => set({ ...values, [name]: value })} />`)}
		<div class="row"><button type="submit" class="main">${t('PAGE_BOARD_SEND')}</button><button type="button" onClick=${close}>${t('PAGE_CANCEL')}</button></div>
	</form><//>`;
}

export function Circulars({ unit }) {
	const pack = usePack();
	const { may } = useAccount();
	const found = useResource('/circulars');
	const [open, set] = useState(false);
	return html`<${Reading} of=${found}>${(data) => {
		const fields = Object.entries((pack.all.fields || {})[data.kind] || {});
		const columns = [
			{ key: 'owner', title: t('HEAD_OWNER'), text: (row) => (unit.trail.find((one) => one.unit === row.owner) || { name: row.owner }).name },
			...fields.map(([name, title]) => ({ key: name, title, text: (row) => String(row.fields[name] ?? '') })),
		];
		return html`<section class="stack">
			<${Sheet} caption=${t('PAGE_BOARD_CIRCULARS')} id="record" columns=${columns} rows=${data.records} />
			${may('reviewer') && html`<button type="button" class="screen-only" onClick=${() => set(true)}>${t('PAGE_BOARD_WRITE_CIRCULAR')}</button>`}
			${open && html`<${Write} kind=${data.kind} close=${() => set(false)} done=${found.reload} />`}
		</section>`;
	}}<//>`;
}
