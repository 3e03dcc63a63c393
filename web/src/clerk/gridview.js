// The grid on the page: every cell a real input, so that whatever types Chinese elsewhere types it here at once.
// Arrows, Enter and Tab move; Ctrl+D copies from above, Ctrl+Shift+D fills down, Ctrl+Z takes a row's last saving back.
import { html, useEffect, useMemo, useReducer, useRef, useState } from '../shared/view.js';
import { parseRange } from '../shared/csv.js';
import { link } from '../shared/route.js';
import { t } from '../shared/text.js';
import { Dialog } from '../shared/dialog.js';
import { Grid } from './grid.js';
import { hint } from './hints.js';
import { Keyed } from './keyed.js';
import { change } from './write.js';
import { dated, plain, writable } from './values.js';

const SIGNS = { same: '', draft: '…', saving: '↻', saved: '✓', failed: '✕' };
const WIDE = { text: 'wide', date: 'middle', month: 'middle', money: 'middle', integer: 'narrow', option: 'middle', record: 'middle', member: 'middle' };

function state(row, grid) {
	if (row.state === 'failed')
		return row.problem;
	if (row.state === 'draft')
		return t('PAGE_STILL_MISSING', grid.missing(row).map((field) => field.title).join(t('PAGE_COMMA')));
	return { same: '', saving: t('PAGE_SAVING'), saved: t('PAGE_SAVED') }[row.state];
}

// Where the caret stands at the end that an arrow points to, the arrow leaves the cell.
function leaves(input, key) {
	const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
	if (key === 'ArrowLeft')
		return whole || (input.selectionStart === 0 && input.selectionEnd === 0);
	return whole || (input.selectionStart === input.value.length && input.selectionEnd === input.value.length);
}

function Cell({ grid, row, field, labels, again, place, focus, listId }) {
	const text = row.typed[field.field];
	const warning = row.record || row.state !== 'same' ? hint(field, text, labels, again) : '';
	const keys = (event) => {
		if (event.isComposing || event.keyCode === 229)
			return; // the input method's own
		const ctrl = event.ctrlKey || event.metaKey;
		const key = event.key;
		const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0] };
		if (ctrl && key.toLowerCase() === 'd') {
			event.preventDefault();
			if (event.shiftKey)
				grid.fillDown(row, field);
			else
				grid.copyAbove(row, field);
		} else if (ctrl && key.toLowerCase() === 'z' && text === row.saved[field.field]) {
			event.preventDefault();
			grid.undo(row);
		} else if (key === 'Escape') {
			grid.restore(row, field);
		} else if (moves[key] && !event.altKey) {
			event.preventDefault();
			focus(place.row + moves[key][0], place.column + moves[key][1]);
		} else if ((key === 'ArrowLeft' || key === 'ArrowRight') && !event.shiftKey && !ctrl && leaves(event.target, key)) {
			event.preventDefault();
			focus(place.row, place.column + (key === 'ArrowLeft' ? -1 : 1));
		}
	};
	const paste = (event) => {
		const clip = event.clipboardData.getData('text/plain');
		if (!/[\t\n]/.test(clip.replace(/[\r\n]+$/, '')))
			return; // one cell: the browser does it
		event.preventDefault();
		grid.paste(row, field, parseRange(clip), row.preset || {});
	};
	return html`<input class="cell ${WIDE[field.about.type] || 'middle'}" value=${text} list=${listId} autocomplete="off"
		data-row=${place.row} data-column=${place.column} aria-label=${`${field.title}, ${t('PAGE_ROW', place.row + 1)}`}
		title=${warning || undefined} aria-invalid=${warning ? 'true' : undefined} inputmode=${field.about.type === 'integer' ? 'numeric' : field.about.type === 'money' ? 'decimal' : undefined}
		onInput=${(event) => grid.type(row, field, event.target.value)} onFocus=${(event) => event.target.select()}
		onBlur=${() => grid.commit(row)} onKeyDown=${keys} onPaste=${paste} />`;
}

function Lists({ fields, labels }) {
	return fields.filter((field) => field.about.options || field.about.refers || field.about.type === 'bool').map((field) => {
		const names = field.about.options ? field.about.options.filter((one) => !one.retired).map((one) => one.title)
			: field.about.refers ? labels.names(field.about.refers) : [t('PAGE_YES'), t('PAGE_NO')];
		return html`<datalist key=${field.field} id=${`grid-${field.field}`}>${names.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`;
	});
}

// Who was there, from the grid: the same list as in the form.
function SetDialog({ form, row, field, labels, close }) {
	return html`<${Dialog} title=${field.title} close=${close} wide=${true}>
		<${Keyed} field=${field} fields=${form.fields} data=${{ record: row.record, fields: row.sets }} of=${form.of} labels=${labels}
			change=${(values) => change(form.of.kind, row.record, values)} />
	<//>`;
}

export function GridView({ form, rows, labels, period }) {
	const [, redraw] = useReducer((count) => count + 1, 0);
	const [ticking, tick] = useState(null);
	const [here, stand] = useState({ row: 0, column: 0 });
	const table = useRef(null);
	const fields = useMemo(() => form.fields.filter((field) => plain(field) && writable(field, form.of)), [form]);
	const sets = useMemo(() => form.fields.filter((field) => field.about.set && field.about.refers && writable(field, form.of)), [form]);
	const grid = useRef(null);
	if (!grid.current)
		grid.current = new Grid(form, fields, redraw);
	const model = grid.current;
	useMemo(() => model.fill(rows, labels), [rows, labels]);
	const month = dated(form.fields, form.of);
	const preset = month && month.about.type === 'month' && /^\d{4}-\d{2}$/.test(period || '') ? { [month.field]: period } : {};
	const last = model.rows[model.rows.length - 1];
	if (last && !last.record && last.state === 'same' && Object.keys(preset).length && !last.typed[month.field]) {
		Object.assign(last.typed, preset);
		last.preset = preset;
	}
	useEffect(() => {
		// Whatever was typed is saved before the page is put away.
		const flush = () => document.hidden && model.rows.forEach((row) => model.commit(row));
		document.addEventListener('visibilitychange', flush);
		return () => document.removeEventListener('visibilitychange', flush);
	}, []);
	const focus = (row, column) => {
		const cell = table.current.querySelector(`input[data-row="${row}"][data-column="${column}"]`);
		if (cell)
			cell.focus();
	};
	const again = (row, field) => (field.about.unique ? model.rows.filter((other) => other !== row).map((other) => other.typed[field.field]) : []);
	const current = model.rows[here.row];
	const column = fields[here.column];
	return html`<div class="stack">
		<div class="row tools screen-only">
			<button type="button" disabled=${!current || !column} onClick=${() => model.fillDown(current, column)}>${t('PAGE_FILL_DOWN')}</button>
			<button type="button" disabled=${!current || current.undo.length === 0} onClick=${() => model.undo(current)}>${t('PAGE_UNDO_ROW')}</button>
			<details class="small grow"><summary>${t('PAGE_KEYS')}</summary><p>${t('PAGE_KEYS_HINT')}</p></details>
		</div>
		<div class="scroll gridscroll">
			<table class="grid" ref=${table} onFocusIn=${(event) => event.target.dataset.row && stand({ row: +event.target.dataset.row, column: +event.target.dataset.column })}>
				<caption class="unseen">${form.of.title}</caption>
				<thead><tr><th scope="col"><span class="unseen">${t('PAGE_STATE')}</span></th>
					${fields.map((field) => html`<th key=${field.field} scope="col" title=${field.hint || field.expected}>${field.title}${field.required && html`<span class="must" aria-label=${t('PAGE_REQUIRED')}>*</span>`}</th>`)}
					${sets.map((field) => html`<th key=${field.field} scope="col">${field.title}</th>`)}
					<th scope="col"><span class="unseen">${t('PAGE_OPEN')}</span></th></tr></thead>
				<tbody>${model.rows.map((row, down) => html`<tr key=${row.key} class=${row.state}>
					<th scope="row" class="mark" title=${state(row, model)}><span aria-hidden="true">${SIGNS[row.state] || down + 1}</span><span class="unseen">${t('PAGE_ROW', down + 1)} ${state(row, model)}</span></th>
					${fields.map((field, right) => html`<td key=${field.field} class=${hintClass(row, field, labels)}><${Cell} grid=${model} row=${row} field=${field} labels=${labels} again=${again(row, field)}
						place=${{ row: down, column: right }} focus=${focus} listId=${field.about.options || field.about.refers || field.about.type === 'bool' ? `grid-${field.field}` : undefined} /></td>`)}
					${sets.map((field) => html`<td key=${field.field}><button type="button" class="quiet" disabled=${!row.record} onClick=${() => tick({ row, field })}>${t('PAGE_PERSONS', (row.sets[field.field] || []).length)}</button></td>`)}
					<td>${row.record && html`<a class="button quiet" href=${link(['ledger', form.of.kind, row.record])}>${t('PAGE_OPEN')}</a>`}</td>
				</tr>`)}</tbody>
			</table>
		</div>
		<p class="small" role="status" aria-live="polite">${model.rows.filter((row) => row.state === 'failed').map((row) => html`<span class="bad-text" key=${row.key}>✕ ${t('PAGE_ROW', model.rows.indexOf(row) + 1)}${t('PAGE_COLON')}${row.problem} </span>`)}
			${model.rows.some((row) => row.state === 'draft') && html`<span class="warn-text">! ${t('PAGE_DRAFTS')}</span>`}</p>
		<${Lists} fields=${fields} labels=${labels} />
		${ticking && html`<${SetDialog} form=${form} row=${model.rows.find((row) => row.record === ticking.row.record) || ticking.row} field=${ticking.field} labels=${labels} close=${() => tick(null)} />`}
	</div>`;
}

function hintClass(row, field, labels) {
	return (row.record || row.state !== 'same') && hint(field, row.typed[field.field], labels) ? 'warned' : '';
}
