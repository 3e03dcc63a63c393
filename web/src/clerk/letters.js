// Transfers beyond the tree, by letter: one for a member who goes, what a letter that came says, and return slips.
import { html, useState } from '../shared/view.js';
import { Failure } from '../shared/failure.js';
import { fetchFile } from '../shared/file.js';
import { day } from '../shared/format.js';
import { say } from '../shared/message.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { FileField } from './filefield.js';
import { write, writeFile } from './write.js';

const DAYS = 90;

// The letter, or the slip: the file that counts, or the same as text to be printed or sent by post.
export function LetterFile({ member, name, what, fail }) {
	const take = async (text) => {
		fail(null);
		await fetchFile(`/transfers/${member}/${what}${text ? '?text=true' : ''}`, `${t(what === 'letter' ? 'PAGE_LETTER' : 'PAGE_LETTER_SLIP')}_${name}.${text ? 'txt' : 'tletter'}`).catch(fail);
	};
	return html`<button type="button" onClick=${() => take(false)}>${t(what === 'letter' ? 'PAGE_LETTER_TAKE' : 'PAGE_SLIP_TAKE')}</button>
		<button type="button" onClick=${() => take(true)}>${t('PAGE_LETTER_AS_TEXT')}</button>`;
}

// What it says, and whether the key that it rests on is known here; if not, a person compares it first.
function Read({ of, close }) {
	const [agreed, agree] = useState(false);
	const [problem, fail] = useState(null);
	const [busy, work] = useState(false);
	const slip = of.said.kind === 'slip';
	const facts = [
		[t('PAGE_TRANSFER_FROM'), of.said.from], [t('PAGE_TRANSFER_TO'), of.said.to], [t('PAGE_MEMBER'), of.said.name],
		[t('PAGE_LETTER_DAY'), day(of.said.day)], [t('PAGE_LETTER_UNTIL'), of.said.until && day(of.said.until)],
	].filter(([, value]) => value);
	const go = async () => {
		work(true);
		fail(null);
		try {
			const root = of.said.trusted ? '' : `?root=${of.said.root_key}`;
			await writeFile(`/transfers/${slip ? 'returned' : 'admit'}${root}`, of.file);
			say(t('PAGE_TRANSFER_DONE'));
			close();
		} catch (cause) {
			fail(cause);
			work(false);
		}
	};
	return html`<div class="box stack">
		<div class="row apart"><h3>${t(slip ? 'PAGE_LETTER_SLIP' : 'PAGE_LETTER')}</h3><${State} tone="good">${t('PAGE_LETTER_GENUINE')}<//>
			${of.said.expired && html`<${State} tone="bad">${t('PAGE_LETTER_EXPIRED')}<//>`}</div>
		<table><tbody>${facts.map(([title, value]) => html`<tr key=${title}><th scope="row">${title}</th><td>${value}</td></tr>`)}</tbody></table>
		${!of.said.trusted && html`<div class="say warn stack"><p>${t('PAGE_LETTER_COMPARE')}</p><code class="key">${of.said.root_key.replace(/(.{8})/g, '$1 ')}</code>
			<label class="tick"><input type="checkbox" checked=${agreed} onChange=${(event) => agree(event.target.checked)} />${t('PAGE_LETTER_COMPARED')}</label></div>`}
		<div class="row"><button type="button" class="main" disabled=${busy || !(of.said.trusted || agreed)} onClick=${go}>${t(slip ? 'PAGE_SLIP_ENTER' : 'PAGE_LETTER_ADMIT')}</button>
			<button type="button" onClick=${close}>${t('PAGE_CANCEL')}</button></div>
		<${Failure} problem=${problem} />
	</div>`;
}

function Out({ labels, kind, left }) {
	const [member, setMember] = useState('');
	const [to, setTo] = useState('');
	const [days, setDays] = useState(String(DAYS));
	const [problem, fail] = useState(null);
	const go = async (event) => {
		event.preventDefault();
		fail(null);
		try {
			const done = await write('POST', '/transfers/offer', { members: [labels.find(kind, member) || member], out: to, days });
			const [one] = done.transfers;
			if (!one.done)
				throw Object.assign(new Error(), { what: t('PAGE_TRANSFER_NOT_DONE'), why: t(`CUSTODY_${one.why}`) });
			say(t('PAGE_TRANSFER_DONE'));
			setMember('');
			setTo('');
		} catch (cause) {
			fail(cause);
		}
	};
	return html`<form class="fields" onSubmit=${go}>
		<label class="field"><span>${t('PAGE_MEMBER')}</span><input list="letter-members" value=${member} onInput=${(event) => setMember(event.target.value)} required />
			<datalist id="letter-members">${labels.all(kind).filter((one) => !one.fields[left]).map((one) => html`<option key=${one.record} value=${labels.of(kind, one.record)}></option>`)}</datalist></label>
		<label class="field"><span>${t('PAGE_LETTER_TO_WHOM')}</span><input value=${to} maxlength="200" onInput=${(event) => setTo(event.target.value)} required /></label>
		<label class="field"><span>${t('PAGE_LETTER_DAYS')}</span><input inputmode="numeric" pattern="[0-9]{1,4}" value=${days} onInput=${(event) => setDays(event.target.value)} required /></label>
		<div class="field end"><button type="submit">${t('PAGE_LETTER_OFFER')}</button></div>
		<${Failure} problem=${problem} />
	</form>`;
}

function Slip({ labels, kind, left }) {
	const [member, setMember] = useState('');
	const [problem, fail] = useState(null);
	const id = labels.find(kind, member);
	return html`<div class="fields">
		<label class="field"><span>${t('PAGE_SLIP_FOR')}</span><input list="slip-members" value=${member} onInput=${(event) => setMember(event.target.value)} />
			<datalist id="slip-members">${labels.all(kind).filter((one) => !one.fields[left]).map((one) => html`<option key=${one.record} value=${labels.of(kind, one.record)}></option>`)}</datalist></label>
		<div class="field end"><span class="row">${id && html`<${LetterFile} member=${id} name=${member} what="slip" fail=${fail} />`}</span></div>
		<${Failure} problem=${problem} />
	</div>`;
}

export function Letters({ labels, kind, left }) {
	const [read, show] = useState(null);
	const [problem, fail] = useState(null);
	const seen = (said, file) => {
		if (said.kind !== 'letter' && said.kind !== 'slip')
			fail({ what: t('PAGE_LETTER_NONE') });
		else
			show({ said, file });
	};
	return html`<details class="box screen-only"><summary>${t('PAGE_LETTERS')}</summary><div class="stack">
		<p class="soft">${t('PAGE_LETTERS_HINT')}</p>
		<h3>${t('PAGE_LETTERS_OUT')}</h3><${Out} labels=${labels} kind=${kind} left=${left} />
		<h3>${t('PAGE_LETTERS_IN')}</h3>
		${read ? html`<${Read} of=${read} close=${() => show(null)} />`
			: html`<${FileField} title=${t('PAGE_LETTER_CHOOSE')} address=${() => '/transfers/verify'} done=${seen} fail=${fail} />`}
		<${Failure} problem=${problem} />
		<h3>${t('PAGE_LETTERS_SLIP')}</h3><${Slip} labels=${labels} kind=${kind} left=${left} />
	</div></details>`;
}

