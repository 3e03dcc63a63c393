// What a field, or a record, held before: every value, who wrote it, when, and how far it has got.
import { html } from '../shared/view.js';
import { Dialog } from '../shared/dialog.js';
import { Reading } from '../shared/failure.js';
import { Table } from '../shared/table.js';
import { useResource } from '../shared/resource.js';
import { moment } from '../shared/format.js';
import { has, t } from '../shared/text.js';
import { shown } from './values.js';

function standing(row) {
	if (row.standing === 'now')
		return t('PAGE_HISTORY_NOW');
	if (row.standing === 'replaced')
		return t('PAGE_HISTORY_REPLACED');
	const reason = `REASON_${row.standing}`;
	return `${t('PAGE_NOT_ACCEPTED')} ${has(reason) ? t(reason) : row.standing}`;
}

function value(row, field, labels) {
	if (row.value === null || row.value === undefined)
		return t('PAGE_EMPTY');
	const one = field ? { about: { ...field.about, keyed: false, set: false } } : { about: { type: typeof row.value === 'boolean' ? 'bool' : 'text' } };
	return (row.element ? row.element + t('PAGE_COLON') : '') + shown(one, row.value, labels);
}

// field: null for the record as a whole.
export function History({ kind, record, field, fields, labels, close }) {
	const of = useResource(`/records/${kind}/${record}/history`, { field: field ? field.field : '' });
	const byName = Object.fromEntries(fields.map((one) => [one.field, one]));
	const columns = [
		{ key: 'time', title: t('PAGE_WHEN'), text: (row) => moment(row.time), order: (row) => row.time },
		...(field ? [] : [{ key: 'field', title: t('PAGE_FIELD'), text: (row) => (byName[row.field] ? byName[row.field].title : row.field || '') }]),
		{ key: 'value', title: t('PAGE_VALUE'), text: (row) => value(row, byName[row.field], labels) },
		{ key: 'device', title: t('PAGE_WHO'), text: (row) => row.device },
		{ key: 'state', title: t('PAGE_STATE'), text: (row) => `${standing(row)} · ${t(`STATE_${row.state.toUpperCase()}`)}` },
	];
	return html`<${Dialog} title=${field ? t('PAGE_HISTORY_OF', field.title) : t('PAGE_HISTORY')} close=${close} wide=${true}>
		<${Reading} of=${of}>${(data) => html`<${Table} caption=${t('PAGE_HISTORY')} columns=${columns} rows=${[...data.history].reverse()} />`}<//>
	<//>`;
}
