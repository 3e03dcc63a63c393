// One unit's month: what was submitted beside the month before, remarks by field, and the verdict.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { t } from '../shared/text.js';
import { useResource } from '../shared/resource.js';
import { Failure, Reading } from '../shared/failure.js';
import { say } from '../shared/message.js';
import { State } from '../shared/state.js';
import { useAccount } from './account.js';
import { amountText, usePack } from './pack.js';
import { UnitFiles } from './files.js';
import { periodText } from './picker.js';
import { linkTo, usePlace } from './place.js';
import { stateText, TONES } from './review.js';
import { Sheet } from './sheet.js';

// ---- What a remark can be on: a figure, a kind of record, a field of it ----

function Places({ value, change, id }) {
	const pack = usePack();
	return html`<select id=${id} value=${value} onChange=${(event) => change(event.target.value)} required>
		<option value="">${t('PAGE_BOARD_CHOOSE')}</option>
		<optgroup label=${t('PAGE_BOARD_FIGURES')}>${pack.names('metrics').map((name) => html`<option key=${name} value=${name}>${pack.figure(name)}</option>`)}</optgroup>
		${pack.names('kinds').map((kind) => html`<optgroup key=${kind} label=${pack.title('kinds', kind)}>
			<option value=${kind}>${pack.title('kinds', kind)}</option>
			${Object.entries((pack.all.fields || {})[kind] || {}).map(([field, title]) => html`<option key=${field} value=${`${kind}.${field}`}>${pack.title('kinds', kind)} · ${title}</option>`)}
		</optgroup>`)}
	</select>`;
}

export function placeText(pack, on) {
	const [kind, field] = on.split('.');
	if (pack.metric(on))
		return pack.figure(on);
	const title = pack.title('kinds', kind);
	return field ? `${title} · ${((pack.all.fields || {})[kind] || {})[field] || field}` : title;
}

function Remarks({ list, set }) {
	const change = (i, part) => set(list.map((one, at) => (at === i ? { ...one, ...part } : one)));
	return html`<fieldset class="remarks"><legend>${t('HEAD_REMARKS')}</legend>
		${list.map((one, i) => html`<div class="row remark" key=${i}>
			<label class="field grow"><span>${t('PAGE_BOARD_REMARK_ON')}</span><${Places} value=${one.on} change=${(on) => change(i, { on })} /></label>
			<label class="field grow"><span>${t('HEAD_TEXT')}</span><input type="text" value=${one.text} required maxlength="1000" onInput=${(event) => change(i, { text: event.target.value })} /></label>
			<button type="button" onClick=${() => set(list.filter((_, at) => at !== i))} aria-label=${t('PAGE_BOARD_DROP_REMARK', String(i + 1))}>✕</button>
		</div>`)}
		<button type="button" onClick=${() => set([...list, { on: '', text: '' }])}>+ ${t('PAGE_BOARD_ADD_REMARK')}</button>
	</fieldset>`;
}

// ---- The verdict ----

function Verdict({ unit, month, done, remarks, remark }) {
	const [text, write] = useState('');
	const [problem, fail] = useState(null);
	const [busy, set] = useState(false);
	const give = async (verdict) => {
		set(true);
		fail(null);
		const body = { text: text.trim() || undefined, remarks: remarks.map((one) => `${one.on}=${one.text}`) };
		try {
			await send('POST', `/reviews/${unit}/${month}/${verdict}`, body);
			say(t(verdict === 'approve' ? 'PAGE_BOARD_APPROVED' : 'PAGE_BOARD_RETURNED'));
			remark([]);
			write('');
			done();
		} catch (why) {
			fail(why);
		}
		set(false);
	};
	const submit = (event) => {
		event.preventDefault();
		give(event.submitter && event.submitter.value === 'return' ? 'return' : 'approve');
	};
	return html`<form class="box stack screen-only" onSubmit=${submit}>
		<h2>${t('HEAD_VERDICT')}</h2>
		<${Failure} problem=${problem} />
		<${Remarks} list=${remarks} set=${remark} />
		<label class="field"><span>${t('PAGE_BOARD_VERDICT_TEXT')}</span><textarea rows="2" maxlength="4000" value=${text} onInput=${(event) => write(event.target.value)}></textarea></label>
		<div class="row"><button type="submit" class="main" value="approve" disabled=${busy}>${t('PAGE_BOARD_APPROVE')}</button>
			<button type="submit" value="return" disabled=${busy}>${t('PAGE_BOARD_RETURN')}</button></div>
	</form>`;
}

function columnsOf(pack, may, remark) {
	const text = (row, value) => amountText(value, pack.unitOf(row.metric));
	const signed = (row, value) => (value > 0 ? '+' : '') + text(row, value);
	return [
		{ key: 'metric', title: t('HEAD_METRIC'), text: (row) => pack.figure(row.metric) },
		{ key: 'before', title: t('HEAD_BEFORE'), number: true, text: (row) => text(row, row.before), order: (row) => row.before },
		{ key: 'submitted', title: t('HEAD_SUBMITTED_VALUE'), number: true, text: (row) => text(row, row.submitted), order: (row) => row.submitted },
		{ key: 'change', title: t('HEAD_CHANGE'), number: true, order: (row) => Math.abs(row.change), text: (row) => signed(row, row.change), cell: (row) => html`<span class=${row.change ? 'moved' : 'soft'}>${signed(row, row.change)}</span>` },
		{ key: 'now', title: t('HEAD_NOW'), number: true, text: (row) => text(row, row.now), order: (row) => row.now },
		{ key: 'restated', title: t('HEAD_RESTATED_BY'), number: true, text: (row) => (row.restated ? signed(row, row.restated) : '') },
		...(may ? [{ key: 'remark', title: t('HEAD_REMARKS'), fixed: true, screen: true, cell: (row) => html`<button type="button" onClick=${() => remark(row.metric)} aria-label=${t('PAGE_BOARD_REMARK_ABOUT', pack.figure(row.metric))}>✎</button>` }] : []),
	];
}

export function ReviewMonth({ unit, month }) {
	const place = usePlace();
	const pack = usePack();
	const { may } = useAccount();
	const shown = useResource(`/reviews/${unit}/${month}`);
	const rows = useResource('/reviews', { unit, period: month });
	const about = useResource(`/units/${unit}`);
	const [remarks, remark] = useState([]);
	const [all, showAll] = useState(false);
	const row = rows.data && rows.data.periods[0];
	const waits = row && may('reviewer') && ['submitted', 'approved', 'returned', 'restated'].includes(row.state);
	const done = () => { shown.reload(); rows.reload(); };
	return html`<div class="stack">
		<p class="screen-only"><a href=${linkTo(place, { what: [] })}>‹ ${t('PAGE_BOARD_BACK_TO_QUEUE')}</a></p>
		<div class="row"><h2>${about.data ? about.data.name : ''} ${periodText(month)}</h2>
			${row && html`<${State} tone=${TONES[row.state]}>${stateText(row.state)}<//>`}
			${row && row.revision && html`<span class="soft">${t('PAGE_BOARD_REVISION', String(row.revision))}</span>`}</div>
		${row && row.reason && html`<p class="say note">${t('HEAD_REASON')}${t('PAGE_COLON')}${row.reason}</p>`}
		${row && (row.text || row.remarks.length > 0) && html`<section class="say warn"><strong>${row.by} ${row.verdict && stateText(row.verdict)}</strong>
			${row.text && html`<p>${row.text}</p>`}
			<ul>${row.remarks.map((one, i) => html`<li key=${i}>${placeText(pack, one.on)}${t('PAGE_COLON')}${one.text}</li>`)}</ul></section>`}
		<${Reading} of=${shown}>${(data) => html`
			<label class="tick screen-only"><input type="checkbox" checked=${all} onChange=${(event) => showAll(event.target.checked)} />${t('PAGE_BOARD_ALL_FIGURES')}</label>
			<${Sheet} caption=${t('PAGE_BOARD_DIFFERENCES', periodText(month))} id="metric"
				columns=${columnsOf(pack, waits, (metric) => remark((list) => [...list, { on: metric, text: '' }]))}
				rows=${data.figures.filter((one) => all || one.before || one.submitted || one.now || one.restated)} />`}<//>
		${may('reviewer') && html`<${UnitFiles} unit=${unit} />`}
		${waits && html`<${Verdict} unit=${unit} month=${month} done=${done} remarks=${remarks} remark=${remark} />`}
	</div>`;
}
