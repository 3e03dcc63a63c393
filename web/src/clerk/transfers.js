// Transfers: who is offered to whom, where each one stands, and what this branch may do about it.
import { html, useState } from '../shared/view.js';
import { downloadTable } from '../shared/download.js';
import { Failure, Reading, ofCommands } from '../shared/failure.js';
import { day, moment, number } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { has, t } from '../shared/text.js';
import { useLabels } from './labels.js';
import { LetterFile, Letters } from './letters.js';
import { useTitles } from './titles.js';
import { write } from './write.js';

const TONES = { open: 'warn', letter: 'warn', accepted: 'note', refused: 'bad', withdrawn: 'note', committed: 'good', aborted: 'bad', void: 'note' };

function useUnits(wanted) {
	const { data } = useResource(wanted ? '/units' : null);
	const units = data ? data.units : [];
	return { units, path: (id) => (id === null ? t('PAGE_OUTSIDE') : (units.find((unit) => unit.unit === id) || { path: id.slice(0, 8) }).path) };
}

const stateText = (one) => t(`PAGE_TRANSFER_${one.state === 'open' && one.to === null ? 'LEAVING' : one.state.toUpperCase()}`);

async function act(verb, body, fail) {
	fail(null);
	try {
		const done = await write('POST', `/transfers/${verb}`, body);
		const bad = done.transfers.filter((one) => !one.done);
		if (bad.length)
			fail({ what: t('PAGE_TRANSFER_NOT_DONE'), where: bad.map((one) => one.name || one.member.slice(0, 8)).join(t('PAGE_COMMA')), why: has(`CUSTODY_${bad[0].why}`) ? t(`CUSTODY_${bad[0].why}`) : bad[0].why });
		else
			say(t('PAGE_TRANSFER_DONE'));
		return bad.length === 0;
	} catch (problem) {
		fail(problem);
		return false;
	}
}

function Offer({ units, preset, kind, left, labels }) {
	const [member, setMember] = useState('');
	const [to, setTo] = useState('');
	const [reason, setReason] = useState('');
	const [problem, fail] = useState(null);
	const name = member || (preset ? labels.of(kind, preset) : '');
	const go = async (event) => {
		event.preventDefault();
		const id = labels.find(kind, name) || preset || name;
		const unit = units.find((one) => one.path === to);
		if (await act('offer', { members: [id], to: unit ? unit.unit : to, ...(reason ? { reason } : {}) }, fail)) {
			setMember('');
			setTo('');
			setReason('');
		}
	};
	return html`<section class="box screen-only"><h2>${t('PAGE_TRANSFER_OFFER')}</h2>
		<form class="fields" onSubmit=${go}>
			<label class="field"><span>${t('PAGE_MEMBER')}</span><input list="transfer-members" value=${name} onInput=${(event) => setMember(event.target.value)} required />
				<datalist id="transfer-members">${labels.all(kind).filter((one) => !one.fields[left]).map((one) => html`<option key=${one.record} value=${labels.of(kind, one.record)}></option>`)}</datalist></label>
			<label class="field"><span>${t('PAGE_TRANSFER_TO')}</span><input list="transfer-units" value=${to} onInput=${(event) => setTo(event.target.value)} required />
				<datalist id="transfer-units">${units.map((unit) => html`<option key=${unit.unit} value=${unit.path}></option>`)}</datalist></label>
			<label class="field"><span>${t('PAGE_TRANSFER_REASON')}</span><input value=${reason} maxlength="500" onInput=${(event) => setReason(event.target.value)} /></label>
			<div class="field end"><button type="submit" class="main">${t('PAGE_TRANSFER_OFFER')}</button></div>
		</form><${Failure} problem=${problem} /></section>`;
}

function Line({ one, own, path }) {
	const [problem, fail] = useState(null);
	const [busy, work] = useState(false);
	const incoming = one.to === own;
	const verbs = one.state === 'open' ? (incoming ? ['accept', 'refuse'] : ['withdraw']) : [];
	const go = async (verb) => {
		work(true);
		await act(verb, { members: [one.member] }, fail);
		work(false);
	};
	return html`<li class="box stack whole">
		<div class="row apart"><h3>${one.name || one.member.slice(0, 8)}</h3><span class="row">
			${one.overdue && html`<${State} tone="bad">${t('PAGE_TRANSFER_OVERDUE')}<//>`}
			<${State} tone=${TONES[one.state] || 'note'}>${stateText(one)}<//></span></div>
		<p>${path(one.from)} <span aria-label=${t('PAGE_TO')}>→</span> ${path(one.to)}</p>
		<p class="soft small">${t('PAGE_TRANSFER_OFFERED', moment(one.offered))}${one.day ? ` · ${t('PAGE_TRANSFER_DECIDED', day(one.day))}` : one.days ? ` · ${t('PAGE_TRANSFER_DAYS', number(one.days))}` : ''}</p>
		${one.todo && !ofCommands(one.todo) && html`<p class="say note">${one.todo}</p>`}
		<div class="row screen-only">${verbs.map((verb) => html`<button type="button" key=${verb} class=${verb === 'accept' ? 'main' : ''} disabled=${busy} onClick=${() => go(verb)}>${t(`PAGE_TRANSFER_DO_${verb.toUpperCase()}`)}</button>`)}
			${!incoming && one.to === null && one.state === 'letter' && html`<${LetterFile} member=${one.member} name=${one.name || one.member.slice(0, 8)} what="letter" fail=${fail} />`}
			${!incoming && html`<a class="button" href=${link(['print', 'letter', one.member])}>${t('PAGE_PRINT_LETTER')}</a>`}</div>
		<${Failure} problem=${problem} />
	</li>`;
}

function exported(transfers, path) {
	return [[t('PAGE_MEMBER'), t('PAGE_TRANSFER_FROM'), t('PAGE_TRANSFER_TO'), t('PAGE_STATE'), t('PAGE_WHEN')],
		...transfers.map((one) => [one.name || one.member, path(one.from), path(one.to), stateText(one), moment(one.offered)])];
}

export function Transfers({ query, kind }) {
	const of = useResource('/transfers');
	const status = useResource('/status');
	const { units, path } = useUnits(true);
	const own = status.data ? status.data.unit : '';
	const labels = useLabels([kind].filter(Boolean));
	const { left } = useTitles().persons;
	return html`<h1>${t('PAGE_TRANSFERS')}</h1>
		${kind && html`<${Offer} units=${units.filter((unit) => unit.unit !== own && unit.ledger)} preset=${query.offer} kind=${kind} left=${left} labels=${labels} />
			<${Letters} labels=${labels} kind=${kind} left=${left} />`}
		<div class="row apart"><h2>${t('PAGE_TRANSFERS_LIST')}</h2>
			<button type="button" disabled=${!of.data} onClick=${() => downloadTable(t('PAGE_TRANSFERS'), exported(of.data.transfers, path))}>${t('PAGE_EXPORT')}</button></div>
		<${Reading} of=${of}>${(data) => (data.transfers.length === 0 ? html`<p class="soft">${t('PAGE_NONE')}</p>`
			: html`<ul class="plain stack">${[...data.transfers].sort((a, b) => b.offered - a.offered).map((one) => html`<${Line} key=${one.member + one.epoch} one=${one} own=${own} path=${path} />`)}</ul>`)}<//>`;
}
