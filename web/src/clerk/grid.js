// The grid's rows: what stands in the ledger, what was typed over it, and how each row's saving stands.
// Nothing of the page is known here; whoever shows it is told by changed().
import { sentence } from '../shared/failure.js';
import { change, create, remove } from './write.js';
import { sent, typed } from './values.js';

const SAME = 'same';

export class Grid {
	constructor(form, fields, changed) {
		this.form = form;
		this.fields = fields;
		this.changed = changed;
		this.rows = [];
		this.made = 0;
	}

	// What the ledger has now. Rows that are being typed in keep what was typed.
	fill(records, labels) {
		this.labels = labels;
		const before = new Map(this.rows.filter((row) => row.record).map((row) => [row.record, row]));
		const known = records.map((record) => this.refresh(before.get(record.record), record));
		const fresh = this.rows.filter((row) => !row.record || (row.mine && !known.includes(row)));
		this.rows = [...known, ...fresh];
		this.spare();
	}

	refresh(row, record) {
		const saved = this.texts(record.fields);
		if (!row)
			return { key: record.record, record: record.record, saved, typed: { ...saved }, state: SAME, undo: [], sets: record.fields };
		for (const field of this.fields) {
			if (row.typed[field.field] === row.saved[field.field])
				row.typed[field.field] = saved[field.field];
		}
		row.saved = saved;
		row.sets = record.fields;
		return row;
	}

	texts(values) {
		return Object.fromEntries(this.fields.map((field) => [field.field, typed(field, values[field.field], this.labels)]));
	}

	// An empty row always stands at the end.
	spare(preset = {}) {
		const last = this.rows[this.rows.length - 1];
		const empty = (row) => !row.record && this.fields.every((field) => !row.typed[field.field] || row.typed[field.field] === row.preset[field.field]);
		if (!last || !empty(last))
			this.add(preset);
	}

	add(preset) {
		const typedIn = { ...this.texts({}), ...preset };
		const row = { key: `new-${++this.made}`, record: null, saved: this.texts({}), typed: typedIn, preset, state: SAME, undo: [], sets: {}, mine: true };
		this.rows.push(row);
		return row;
	}

	type(row, field, text) {
		row.typed[field.field] = text;
		this.changed();
	}

	restore(row, field) {
		row.typed[field.field] = row.saved[field.field];
		this.changed();
	}

	differing(row) {
		return this.fields.filter((field) => row.typed[field.field].trim() !== row.saved[field.field].trim());
	}

	missing(row) {
		return this.form.fields.filter((field) => field.required && this.fields.includes(field) && !row.typed[field.field].trim());
	}

	// Saves what differs; a new row once nothing that is required is missing.
	async commit(row) {
		const fields = this.differing(row);
		if (row.state === 'saving' || fields.length === 0)
			return;
		if (!row.record && (fields.every((field) => row.typed[field.field] === (row.preset[field.field] || '')) || this.missing(row).length > 0)) {
			row.state = fields.some((field) => row.typed[field.field] !== (row.preset[field.field] || '')) ? 'draft' : SAME;
			this.spare(row.preset);
			this.changed();
			return;
		}
		const written = Object.fromEntries(fields.map((field) => [field.field, row.typed[field.field]]));
		const values = Object.fromEntries(fields.map((field) => [field.field, sent(field, row.typed[field.field], this.labels)]));
		row.state = 'saving';
		this.changed();
		await this.write(row, values, written);
		this.changed();
		if (row.state === 'saved' && this.differing(row).length)
			await this.commit(row); // typed on while it was under way
	}

	async write(row, values, written) {
		const before = Object.fromEntries(Object.keys(written).map((name) => [name, row.saved[name]]));
		try {
			if (row.record) {
				await change(this.form.of.kind, row.record, values);
				row.undo.push({ texts: before });
			} else {
				row.record = (await create(this.form.of.kind, values)).record;
				this.rows = this.rows.filter((other) => other === row || other.record !== row.record); // the ledger may have been read before this answer came
				row.undo.push({ created: true });
				this.spare(row.preset);
			}
			Object.assign(row.saved, written);
			row.state = 'saved';
			row.problem = null;
		} catch (problem) {
			row.state = 'failed';
			row.problem = sentence(problem);
		}
	}

	// The row as it was before its last saving; of one that was made here, before it was.
	async undo(row) {
		const last = row.undo.pop();
		if (!last)
			return;
		row.state = 'saving';
		this.changed();
		try {
			if (last.created) {
				await remove(this.form.of.kind, row.record);
				this.rows = this.rows.filter((other) => other !== row);
			} else {
				const byName = Object.fromEntries(this.fields.map((field) => [field.field, field]));
				await change(this.form.of.kind, row.record, Object.fromEntries(Object.entries(last.texts)
					.map(([name, text]) => [name, sent(byName[name], text, this.labels)])));
				Object.assign(row.saved, last.texts);
				Object.assign(row.typed, last.texts);
			}
			row.state = 'saved';
			row.problem = null;
		} catch (problem) {
			row.undo.push(last);
			row.state = 'failed';
			row.problem = sentence(problem);
		}
		this.changed();
	}

	// A range of cells from one on, down and to the right; rows are added where there are too few.
	paste(row, field, cells, preset) {
		const writable = this.fields;
		const top = this.rows.indexOf(row);
		const left = writable.indexOf(field);
		const touched = [];
		cells.forEach((line, down) => {
			const target = this.rows[top + down] || this.add(preset);
			line.forEach((text, right) => {
				const at = writable[left + right];
				if (at)
					target.typed[at.field] = text.trim();
			});
			touched.push(target);
		});
		this.changed();
		return touched.reduce((before, one) => before.then(() => this.commit(one)), Promise.resolve());
	}

	// The cell's text into all cells below it, up to the last row that is in the ledger.
	fillDown(row, field) {
		const text = row.typed[field.field];
		const below = this.rows.slice(this.rows.indexOf(row) + 1).filter((one) => one.record || one.state === 'draft');
		for (const one of below)
			one.typed[field.field] = text;
		this.changed();
		return [row, ...below].reduce((before, one) => before.then(() => this.commit(one)), Promise.resolve());
	}

	copyAbove(row, field) {
		const above = this.rows[this.rows.indexOf(row) - 1];
		if (above)
			this.type(row, field, above.typed[field.field]);
	}
}
