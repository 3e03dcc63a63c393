// Ticking a list: who was there. Each tick is written at once; found by name, initials or the end of a number.
import { html, useEffect, useState } from '../shared/view.js';
import { compare } from '../shared/format.js';
import { t } from '../shared/text.js';
import { matches } from './search.js';
import { useTitles } from './titles.js';

const TALL = 12; // rows beyond which a search field is worth its room

// Those who are here now, and whoever was ticked before they left.
function listed(records, ticked, left) {
	return records.filter((one) => !one.fields[left] || ticked.has(one.record)).sort((a, b) => compare(a.label, b.label));
}

export function Ticks({ field, value, labels, disabled, change, reasons, setReason, standing }) {
	const { persons } = useTitles();
	const [asked, search] = useState('');
	// A tick shows at once, and stays as the ledger has it once that has been read again.
	const [wanted, want] = useState({});
	useEffect(() => {
		const held = new Set(value || []);
		want((before) => Object.fromEntries(Object.entries(before).filter(([id, on]) => held.has(id) !== on)));
	}, [value]);
	useEffect(() => want({}), [standing && standing.problem]);
	const ticked = new Set([...(value || []), ...Object.keys(wanted)].filter((id) => wanted[id] !== false));
	const all = listed(labels.all(field.about.refers), ticked, persons.left);
	const found = all.filter((one) => matches(one, asked));
	const put = (ids, on) => {
		want((before) => ({ ...before, ...Object.fromEntries(ids.map((id) => [id, on])) }));
		change(on ? { [`${field.field}+`]: ids } : { [`${field.field}-`]: ids });
	};
	const toggle = (id) => put([id], !ticked.has(id));
	const missing = found.filter((one) => !ticked.has(one.record)).map((one) => one.record);
	const there = found.filter((one) => ticked.has(one.record)).map((one) => one.record);
	return html`<fieldset class="field ticks">
		<legend>${field.title} <span class="state note">${t('PAGE_TICKED', ticked.size, all.length)}</span></legend>
		${field.hint && html`<p class="small soft">${field.hint}</p>`}
		<div class="row">
			${all.length > TALL && html`<input type="search" class="grow" value=${asked} onInput=${(event) => search(event.target.value)}
				placeholder=${t('PAGE_SEARCH_HINT')} aria-label=${t('PAGE_SEARCH')} />`}
			<button type="button" disabled=${disabled || missing.length === 0} onClick=${() => put(missing, true)}>${t('PAGE_TICK_ALL')}</button>
			<button type="button" disabled=${disabled || there.length === 0} onClick=${() => put(there, false)}>${t('PAGE_TICK_NONE')}</button>
		</div>
		<ul class="plain ticklist">${found.map((one) => html`<li key=${one.record}>
			<label class="tick"><input type="checkbox" checked=${ticked.has(one.record)} disabled=${disabled} onChange=${() => toggle(one.record)} />
				${labels.of(field.about.refers, one.record)}</label>
			${reasons && !ticked.has(one.record) && html`<select class="reason" aria-label=${`${reasons.title} ${one.label}`} value=${(reasons.value || {})[one.record] || ''}
				disabled=${disabled} onChange=${(event) => setReason(one.record, event.target.value)}>
				<option value="">${reasons.title}</option>
				${reasons.about.options.map((option) => html`<option key=${option.name} value=${option.name}>${option.title}</option>`)}
			</select>`}
		</li>`)}</ul>
		${all.length === 0 && html`<p class="soft">${t('PAGE_NONE')}</p>`}
		${standing && standing.problem && html`<p class="bad-text small">✕ ${standing.problem}</p>`}
	</fieldset>`;
}
