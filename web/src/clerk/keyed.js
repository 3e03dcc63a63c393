// Fields with keys: sets of records are ticked, maps are lists of a key and a value. The reasons of those who are
// absent stand with the ticks of those who came, so that one list tells both.
import { html, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import { ReadOnly } from './control.js';
import { Ticks } from './ticks.js';
import { useTitles } from './titles.js';
import { shown, typed, writable } from './values.js';

// A map of words by the same records as a set of the kind: "absent" beside "attended".
function companion(field, fields) {
	return fields.find((other) => other !== field && other.about.keyed && !other.about.set && other.about.refers === field.about.refers && other.about.options);
}

function partner(field, fields) {
	return !field.about.set && field.about.options && fields.find((other) => other.about.set && other.about.refers === field.about.refers && companion(other, fields) === field);
}

// Reasons go with the set of those who came, as the pack's votes have it; else with the first.
function isFirst(field, fields, came) {
	const sets = fields.filter((other) => other.about.set && other.about.refers === field.about.refers);
	const named = sets.find((other) => other.field === came) || sets[0];
	return named === field;
}

function Pairs({ field, value, labels, change, disabled }) {
	const [key, setKey] = useState('');
	const [text, setText] = useState('');
	const one = { ...field, about: { ...field.about, keyed: false, set: false } };
	const put = (name, next) => change({ [`${field.field}[${name}]`]: next });
	const add = () => {
		const name = field.about.refers ? labels.find(field.about.refers, key.trim()) || key.trim() : key.trim();
		if (name && text.trim())
			put(name, text.trim());
		setKey('');
		setText('');
	};
	const id = `pairs-${field.field}`;
	return html`<fieldset class="field">
		<legend>${field.title}</legend>
		${field.hint && html`<p class="small soft">${field.hint}</p>`}
		<ul class="plain">${Object.entries(value || {}).map(([name, held]) => html`<li class="row" key=${name}>
			<span class="grow">${labels.of(field.about.refers, name)}${t('PAGE_COLON')}${shown(one, held, labels)}</span>
			<button type="button" disabled=${disabled} onClick=${() => put(name, null)} aria-label=${t('PAGE_REMOVE_OF', labels.of(field.about.refers, name))}>${t('PAGE_REMOVE')}</button>
		</li>`)}</ul>
		${!disabled && html`<div class="row">
			<input class="grow" list=${`${id}-keys`} value=${key} onInput=${(event) => setKey(event.target.value)} aria-label=${t('PAGE_KEY')} placeholder=${t('PAGE_KEY')} />
			<datalist id=${`${id}-keys`}>${(field.about.refers ? labels.names(field.about.refers) : []).map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
			<input class="grow" list=${`${id}-values`} value=${text} onInput=${(event) => setText(event.target.value)} aria-label=${t('PAGE_VALUE')} placeholder=${t('PAGE_VALUE')} />
			<datalist id=${`${id}-values`}>${(field.about.options || []).map((option) => html`<option key=${option.name} value=${typed(one, option.name, labels)}></option>`)}</datalist>
			<button type="button" onClick=${add}>${t('PAGE_ADD')}</button>
		</div>`}
	</fieldset>`;
}

export function Keyed({ field, fields, data, of, labels, change, standing, history, remarks }) {
	const { present } = useTitles();
	const value = data.fields[field.field];
	const disabled = !writable(field, of);
	if (partner(field, fields))
		return null; // stands with the ticks
	if (field.about.set && field.about.refers) {
		const other = isFirst(field, fields, present(of.kind)) ? companion(field, fields) : null;
		return html`<${Ticks} field=${field} value=${value} labels=${labels} disabled=${disabled} change=${change} standing=${standing}
			reasons=${other && writable(other, of) ? { ...other, value: data.fields[other.field] } : null}
			setReason=${(record, option) => change({ [`${other.field}[${record}]`]: option || null })} />`;
	}
	if (disabled || field.about.set)
		return html`<${ReadOnly} field=${field} text=${shown(field, value, labels)} history=${history} remarks=${remarks} />`;
	return html`<${Pairs} field=${field} value=${value} labels=${labels} change=${change} disabled=${disabled} />`;
}
