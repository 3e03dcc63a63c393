// A report of the pack as a table: the same on the screen and on paper.
import { html } from '../shared/view.js';
import { figureText, parts } from '../shared/figure.js';
import { t } from '../shared/text.js';
import { useTitles } from './titles.js';

// A cell: a number, or a ratio with what it is made of.
function figure(value, unit) {
	const row = value !== null && typeof value === 'object' ? value : { value, denominator: null };
	return figureText(row, unit) + (row.denominator ? ` (${parts(row, unit).join('/')})` : '');
}

const unitOf = (about, row, column) => (about.columns[column] || {}).unit || (about.rows[row.row] || {}).unit || 'count';

// The same as rows of a spreadsheet: ratios as numerator and denominator apart would be two columns, so their percentage.
export function reportRows(report, about) {
	const columns = Object.keys(about.columns).filter((name) => report.rows.some((row) => row[name] !== undefined));
	return [[t('PAGE_ITEM'), ...columns.map((name) => about.columns[name].title)],
		...report.rows.map((row) => [(about.rows[row.row] || { title: row.row }).title,
			...columns.map((name) => (typeof row[name] === 'number' && unitOf(about, row, name) === 'count' ? row[name] : figure(row[name], unitOf(about, row, name))))])];
}

// remarks: those on metrics, shown in the row that they speak of.
export function ReportTable({ report, remarks = [] }) {
	const titles = useTitles();
	const about = (titles.all.reports || {})[report.report] || { rows: {}, columns: {} };
	const columns = Object.keys(about.columns).filter((name) => report.rows.some((row) => row[name] !== undefined));
	const title = (list, name) => (list[name] ? list[name].title : name);
	const metric = (row, column) => (about.rows[row.row] || {}).metric || (about.columns[column] || {}).metric;
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${titles.report(report.report)}><table class="report">
		<caption class="unseen">${titles.report(report.report)}</caption>
		<thead><tr><th scope="col">${t('PAGE_ITEM')}</th>${columns.map((name) => html`<th key=${name} scope="col" class="number">${title(about.columns, name)}</th>`)}</tr></thead>
		<tbody>${report.rows.map((row) => {
			const notes = remarks.filter((remark) => remark.on === metric(row, columns[0]));
			return html`<tr key=${row.row}><th scope="row">${title(about.rows, row.row)}
				${notes.map((note) => html`<div class="say warn small" key=${note.text}>${t('PAGE_REMARK_FROM', note.by)} ${note.text}</div>`)}</th>
				${columns.map((name) => html`<td key=${name} class="number">${figure(row[name], unitOf(about, row, name))}</td>`)}</tr>`;
		})}</tbody>
	</table></div>`;
}
