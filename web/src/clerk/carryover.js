// Carried over from the last period: the same rows again for this one, so that the clerk checks rather than types.
// What the pack itself carries is the program's affair; where it names nothing, what is required and the amounts go along.
import { html, useState } from '../shared/view.js';
import { Dialog } from '../shared/dialog.js';
import { sentence } from '../shared/failure.js';
import { period as periodText } from '../shared/format.js';
import { say } from '../shared/message.js';
import { t } from '../shared/text.js';
import { today } from './hints.js';
import { monthOf, step } from './months.js';
import { create } from './write.js';
import { dated, plain, sent, typed, writable } from './values.js';

// Rows are the same where they speak of the same record: the dues of one member.
function subject(fields) {
	return fields.find((field) => field.required && field.about.refers && !field.about.keyed);
}

function carried(form, month) {
	const chosen = form.fields.filter((field) => field.about.carry);
	const numbered = form.fields.find((field) => field.about.series);
	const anew = (field) => numbered && field.group === numbered.group; // what stands with a number is paid, or given, anew
	const others = form.fields.filter((field) => plain(field) && writable(field, form.of) && field !== month && (field.required || (field.about.type === 'money' && !anew(field))));
	return chosen.length ? [...new Set([subject(form.fields), ...chosen])].filter(Boolean) : others;
}

export function candidates(form, records, month, wanted) {
	const who = subject(form.fields);
	if (!month || month.about.type !== 'month' || !who)
		return [];
	const before = records.filter((row) => monthOf(row.fields[month.field]) === step(wanted, -1));
	const there = new Set(records.filter((row) => monthOf(row.fields[month.field]) === wanted).map((row) => row.fields[who.field]));
	return before.filter((row) => !there.has(row.fields[who.field]));
}

export function CarryOver({ form, data, labels, period }) {
	const [open, setOpen] = useState(false);
	const [busy, work] = useState(false);
	const month = dated(form.fields, form.of);
	const wanted = /^\d{4}-\d{2}$/.test(period || '') ? period : monthOf(today());
	const rows = candidates(form, data.records, month, wanted);
	if (rows.length === 0)
		return null;
	const fields = carried(form, month);
	const who = subject(form.fields);
	const go = async (event) => {
		event.preventDefault();
		const picked = new FormData(event.target).getAll('row');
		work(true);
		try {
			for (const row of rows.filter((one) => picked.includes(one.record))) {
				const values = Object.fromEntries(fields.filter((field) => row.fields[field.field] !== undefined)
					.map((field) => [field.field, sent(field, typed(field, row.fields[field.field], labels), labels)]));
				await create(form.of.kind, { ...values, [month.field]: wanted });
			}
			say(t('PAGE_CARRIED', picked.length));
			setOpen(false);
		} catch (problem) {
			say(sentence(problem), 'bad');
		} finally {
			work(false);
		}
	};
	return html`<button type="button" onClick=${() => setOpen(true)}>${t('PAGE_CARRY', rows.length)}</button>
		${open && html`<${Dialog} title=${t('PAGE_CARRY_TITLE', periodText(wanted))} close=${() => setOpen(false)} wide=${true}>
			<form class="stack" onSubmit=${go}>
				<p>${t('PAGE_CARRY_HINT', periodText(step(wanted, -1)), fields.map((field) => field.title).join(t('PAGE_COMMA')))}</p>
				<ul class="plain ticklist">${rows.map((row) => html`<li key=${row.record}><label class="tick">
					<input type="checkbox" name="row" value=${row.record} checked />
					${labels.of(who.about.refers, row.fields[who.field])}
					<span class="soft">${'\u00a0'}${fields.filter((field) => field !== who).map((field) => typed(field, row.fields[field.field], labels)).filter(Boolean).join(' · ')}</span></label></li>`)}</ul>
				<div class="row"><button type="submit" class="main" disabled=${busy}>${t('PAGE_CARRY_DO')}</button>
					<button type="button" onClick=${() => setOpen(false)}>${t('PAGE_CANCEL')}</button></div>
			</form>
		<//>`}`;
}
