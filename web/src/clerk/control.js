// One field's control in a form: what it is made of follows from the field's type alone.
import { html, useEffect, useRef, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import { hint } from './hints.js';
import { typed } from './values.js';

const MODES = { integer: 'numeric', money: 'decimal' };

function placeholder(type) {
	return type === 'month' ? '2026-03' : type === 'money' ? '0.00' : undefined;
}

function Choices({ field, labels, id }) {
	const names = field.about.options ? field.about.options.filter((one) => !one.retired).map((one) => one.title)
		: field.about.refers ? labels.names(field.about.refers) : [];
	return html`<datalist id=${id}>${names.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`;
}

function Options({ field, text, change, rest }) {
	const options = field.about.type === 'bool' ? [t('PAGE_YES'), t('PAGE_NO')] : field.about.options.filter((one) => !one.retired).map((one) => one.title);
	const known = text === '' || options.includes(text);
	return html`<select ...${rest} value=${text} onChange=${(event) => change(event.target.value)}>
		<option value="">${t('PAGE_NOT_STATED')}</option>
		${!known && html`<option value=${text}>${text}</option>`}
		${options.map((title) => html`<option key=${title} value=${title}>${title}</option>`)}
	</select>`;
}

// save(text) is called when the field is left with another text than it had. standing: what the form says of the last save.
export function Control({ field, value, labels, disabled, save, again, standing, remarks, history, draft, start }) {
	const before = start !== undefined ? start : typed(field, value, labels);
	const [text, set] = useState(before);
	const editing = useRef(false);
	const given = useRef(null); // what was handed over to be saved, until the ledger has been read again
	const { about } = field;
	const id = `field-${field.field}`;
	const warning = disabled ? '' : hint(field, text, labels, again);
	useEffect(() => {
		given.current = null;
		if (!editing.current)
			set(before);
	}, [before]);
	useEffect(() => {
		if (standing && standing.problem)
			given.current = null; // it was not saved
	}, [standing]);
	const type = (next) => {
		editing.current = true;
		set(next);
		if (draft)
			draft(next);
	};
	const leave = () => {
		editing.current = false;
		if (text.trim() !== (given.current ?? before).trim())
			pick(text);
	};
	const pick = (next) => {
		given.current = next;
		set(next);
		save(next);
	};
	const keys = (event) => {
		if (event.isComposing)
			return;
		if (event.key === 'Escape')
			set(before);
		if (event.key === 'Enter' && event.target.tagName === 'INPUT')
			leave();
	};
	const rest = {
		id, disabled, 'aria-describedby': `${id}-about`, 'aria-invalid': standing && standing.problem ? 'true' : undefined,
		'aria-required': field.required ? 'true' : undefined,
	};
	const typing = { ...rest, value: text, onInput: (event) => type(event.target.value), onBlur: leave, onKeyDown: keys, autocomplete: 'off' };
	const few = about.type === 'bool' || (about.type === 'option' && about.options.length <= 30);
	const control = few ? html`<${Options} field=${field} text=${text} change=${pick} rest=${rest} />`
		: about.type === 'long_text' ? html`<textarea rows="4" ...${typing}></textarea>`
		: html`<input type=${about.type === 'date' ? 'date' : 'text'} inputmode=${MODES[about.type]} placeholder=${placeholder(about.type)}
			list=${about.options || about.refers ? `${id}-choices` : undefined} ...${typing} />`;
	return html`<div class="field ${warning ? 'warned' : ''}">
		<div class="row apart">
			<label for=${id}>${field.title}${field.required && html`<span class="must">${t('PAGE_REQUIRED')}</span>`}</label>
			${history && html`<button type="button" class="linkish small" onClick=${() => history(field)} aria-label=${t('PAGE_HISTORY_OF', field.title)}>${t('PAGE_HISTORY')}</button>`}
		</div>
		${control}
		${(about.options && !few) || about.refers ? html`<${Choices} field=${field} labels=${labels} id=${`${id}-choices`} />` : null}
		<div id=${`${id}-about`} class="small">
			${standing && standing.problem && html`<div class="bad-text">✕ ${standing.problem}</div>`}
			${standing && standing.saved && !standing.problem && html`<span class="good-text">✓ ${t('PAGE_SAVED')} </span>`}
			${standing && standing.saving && html`<span class="soft">${t('PAGE_SAVING')}</span>`}
			${warning && html`<div class="warn-text">! ${warning}</div>`}
			${field.hint && html`<div class="soft">${field.hint}</div>`}
			${(remarks || []).map((remark) => html`<div class="say warn" key=${remark.text}><strong>${t('PAGE_REMARK_FROM', remark.by)}</strong> ${remark.text}</div>`)}
		</div>
	</div>`;
}

export function ReadOnly({ field, text, note, history, remarks }) {
	return html`<div class="field">
		<div class="row apart"><span class="label">${field.title}</span>
			${history && html`<button type="button" class="linkish small" onClick=${() => history(field)} aria-label=${t('PAGE_HISTORY_OF', field.title)}>${t('PAGE_HISTORY')}</button>`}</div>
		<div class="read">${text || html`<span class="soft">${t('PAGE_EMPTY')}</span>`}</div>
		<div class="small soft">${note}</div>
		${(remarks || []).map((remark) => html`<div class="say warn small" key=${remark.text}><strong>${t('PAGE_REMARK_FROM', remark.by)}</strong> ${remark.text}</div>`)}
	</div>`;
}
