// Members at a second unit: ours who are registered elsewhere, and guests whom others have sent here.
import { html, useState } from '../shared/view.js';
import { Failure, Reading } from '../shared/failure.js';
import { day, number } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { State } from '../shared/state.js';
import { Table } from '../shared/table.js';
import { has, t } from '../shared/text.js';
import { today } from './hints.js';
import { useLabels } from './labels.js';
import { useTitles } from './titles.js';
import { write } from './write.js';

const TONES = { waiting: 'warn', accepted: 'good', refused: 'bad', over: 'note', closed: 'note', ended: 'note' };
const stateText = (state) => t(`ATTACH_${state.toUpperCase()}`);
const Standing = ({ state }) => html`<${State} tone=${TONES[state] || 'note'}>${stateText(state)}<//>`;

// What was not done says why; gives whether all was.
async function act(path, body, fail) {
	fail(null);
	try {
		const done = await write('POST', path, body);
		const bad = (done.members || done.guests).find((one) => !one.done);
		if (bad)
			fail({ what: t('PAGE_TRANSFER_NOT_DONE'), where: bad.name || '', why: has(`PRESENCE_${bad.why}`) ? t(`PRESENCE_${bad.why}`) : bad.why });
		else
			say(t('PRESENCE_DONE'));
		return !bad;
	} catch (problem) {
		fail(problem);
		return false;
	}
}

function Attach({ units, kind, left }) {
	const labels = useLabels([kind]);
	const [member, setMember] = useState('');
	const [to, setTo] = useState('');
	const [from, setFrom] = useState(today());
	const [until, setUntil] = useState('');
	const [problem, fail] = useState(null);
	const go = async (event) => {
		event.preventDefault();
		const unit = units.find((one) => one.path === to);
		const body = { members: [labels.find(kind, member) || member], to: unit ? unit.unit : to, from, ...(until ? { until } : {}) };
		if (await act('/attachments', body, fail))
			setMember('');
	};
	return html`<section class="box screen-only"><h2>${t('PAGE_ATTACH')}</h2>
		<form class="fields" onSubmit=${go}>
			<label class="field"><span>${t('PAGE_MEMBER')}</span><input list="attach-members" value=${member} onInput=${(event) => setMember(event.target.value)} required />
				<datalist id="attach-members">${labels.all(kind).filter((one) => !one.fields[left]).map((one) => html`<option key=${one.record} value=${labels.of(kind, one.record)}></option>`)}</datalist></label>
			<label class="field"><span>${t('PAGE_ATTACH_TO')}</span><input list="attach-units" value=${to} onInput=${(event) => setTo(event.target.value)} required />
				<datalist id="attach-units">${units.map((unit) => html`<option key=${unit.unit} value=${unit.path}></option>`)}</datalist></label>
			<label class="field"><span>${t('PAGE_FROM_DAY')}</span><input type="date" value=${from} onInput=${(event) => setFrom(event.target.value)} required /></label>
			<label class="field"><span>${t('PAGE_LAST_DAY')}</span><input type="date" value=${until} onInput=${(event) => setUntil(event.target.value)} /></label>
			<div class="field end"><button type="submit" class="main">${t('PAGE_ATTACH')}</button></div>
		</form><${Failure} problem=${problem} /></section>`;
}

function Elsewhere({ units }) {
	const of = useResource('/attachments');
	const [problem, fail] = useState(null);
	const path = (id) => (units.find((unit) => unit.unit === id) || { path: id.slice(0, 8) }).path;
	const columns = [
		{ key: 'member', title: t('PAGE_MEMBER'), whole: true },
		{ key: 'unit', title: t('PAGE_ATTACH_TO'), text: (row) => path(row.unit) },
		{ key: 'from', title: t('PAGE_FROM_DAY'), order: (row) => row.from || '', text: (row) => (row.from ? day(row.from) : '') },
		{ key: 'until', title: t('PAGE_LAST_DAY'), order: (row) => row.until || '', text: (row) => (row.until ? day(row.until) : '') },
		{ key: 'state', title: t('PAGE_STATE'), text: (row) => stateText(row.state), cell: (row) => html`<${Standing} state=${row.state} />` },
		{ key: 'activities', title: t('PAGE_ACTIVITIES_THERE'), number: true, text: (row) => number(row.activities) },
		{ key: 'end', title: t('PAGE_ATTACH_END'), fixed: true, cell: (row) => (row.state === 'waiting' || row.state === 'accepted')
			&& html`<button type="button" aria-label=${t('PAGE_ATTACH_END_OF', row.member)} onClick=${() => act('/attachments/end', { members: [row.member], to: row.unit }, fail)}>${t('PAGE_ATTACH_END')}</button>` },
	];
	return html`<section class="stack"><h2>${t('PAGE_ATTACHED')}</h2><${Failure} problem=${problem} />
		<${Reading} of=${of}>${(data) => html`<${Table} caption=${t('PAGE_ATTACHED')} columns=${columns} rows=${data.attachments} id="attachment" />
			${data.not_counted.length > 0 && html`<p class="say warn">${t('PAGE_NOT_COUNTED', number(data.not_counted.length))}</p>`}`}<//></section>`;
}

function Guests({ units }) {
	const of = useResource('/guests');
	const [problem, fail] = useState(null);
	const path = (id) => (units.find((unit) => unit.unit === id) || { path: id.slice(0, 8) }).path;
	const button = (row, verb) => html`<button type="button" aria-label=${`${t(`PAGE_GUEST_${verb.toUpperCase()}`)} ${row.name || ''}`}
		onClick=${() => act(`/guests/${verb}`, { guests: [row.attachment] }, fail)}>${t(`PAGE_GUEST_${verb.toUpperCase()}`)}</button>`;
	const columns = [
		{ key: 'name', title: t('PAGE_MEMBER'), whole: true, text: (row) => row.name || row.attachment.slice(0, 8) },
		{ key: 'home', title: t('PAGE_GUEST_HOME'), text: (row) => path(row.home) },
		{ key: 'from', title: t('PAGE_FROM_DAY'), order: (row) => row.from || '', text: (row) => (row.from ? day(row.from) : '') },
		{ key: 'until', title: t('PAGE_LAST_DAY'), order: (row) => row.until || '', text: (row) => (row.until ? day(row.until) : '') },
		{ key: 'state', title: t('PAGE_STATE'), text: (row) => stateText(row.state), cell: (row) => html`<${Standing} state=${row.state} />` },
		{ key: 'act', title: t('PAGE_GUEST_ANSWER'), fixed: true, cell: (row) => html`<span class="row">
			${(row.state === 'waiting' || row.state === 'refused') && button(row, 'accept')}${(row.state === 'waiting' || row.state === 'accepted') && button(row, 'refuse')}</span>` },
	];
	return html`<section class="stack"><h2>${t('PAGE_GUESTS')}</h2><${Failure} problem=${problem} />
		<${Reading} of=${of}>${(data) => html`<${Table} caption=${t('PAGE_GUESTS')} columns=${columns} rows=${data.guests} id="attachment" />`}<//></section>`;
}

export function Second() {
	const titles = useTitles();
	const status = useResource('/status');
	const { data } = useResource('/units');
	const units = data ? data.units : [];
	const own = status.data ? status.data.unit : '';
	const { kind, left } = titles.persons;
	return html`<h1>${t('PAGE_SECOND')}</h1><p class="soft">${t('PAGE_SECOND_HINT')}</p>
		${kind && html`<${Attach} units=${units.filter((unit) => unit.unit !== own && unit.ledger)} kind=${kind} left=${left} />`}
		<${Elsewhere} units=${units} /><${Guests} units=${units} />`;
}
