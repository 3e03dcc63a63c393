// What goes on paper: the monthly report, the roster, receipts of dues, a letter of transfer. A4, black on white, with
// lines for signature and stamp; the same tables as on the screen.
import { html } from '../shared/view.js';
import { Reading } from '../shared/failure.js';
import { day, money, number, period as periodText } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { t } from '../shared/text.js';
import { referred, useLabels } from './labels.js';
import { monthOf, periodOf } from './months.js';
import { ReportTable } from './report.js';
import { today } from './hints.js';
import { useTitles } from './titles.js';
import { plain, receiptOf, shown } from './values.js';

function unitName(status) {
	return status.data ? status.data.unit_name.split('/').pop() : '';
}

function Signatures({ who }) {
	return html`<div class="signatures whole">${who.map((name) => html`<div key=${name}><span>${t(name)}</span><span class="rule"></span></div>`)}
		<div class="stamp">${t('PAGE_STAMP')}</div>
		<div class="date">${t('PAGE_PRINT_DATE')}</div></div>`;
}

function Sheet({ title, unit, children, signed, kind = '' }) {
	return html`<div class="row screen-only"><button type="button" class="main" onClick=${() => window.print()}>${t('PAGE_PRINT')}</button>
			<button type="button" onClick=${() => history.back()}>${t('PAGE_BACK')}</button></div>
		<article class=${`sheet ${kind}`}><h1>${title}</h1><p class="row apart"><span>${t('PAGE_UNIT')}${t('PAGE_COLON')}${unit}</span><span>${t('PAGE_PRINTED')}${t('PAGE_COLON')}${day(today())}</span></p>
			${children}
			${signed && html`<${Signatures} who=${signed} />`}</article>`;
}

export function PrintReport({ name, month }) {
	const titles = useTitles();
	const status = useResource('/status');
	const about = (titles.all.reports || {})[name];
	const of = useResource(about ? `/reports/${name}` : null, about ? { period: periodOf(month, about.months) } : undefined);
	return html`<${Reading} of=${of}>${(data) => html`<${Sheet} title=${`${titles.report(name)} · ${periodText(data.period)}`} unit=${unitName(status)} signed=${['PAGE_SIGN_SECRETARY', 'PAGE_SIGN_FILLED', 'PAGE_SIGN_REVIEWED']}>
		<${ReportTable} report=${data} /><//>`}<//>`;
}

const ROSTER_MOST = 9; // columns that an A4 page bears

// What is said of somebody who is here: not the field that says when they went, nor what follows it in its group.
function stays(fields, left) {
	const at = fields.findIndex((field) => field.field === left);
	return fields.filter((field, i) => plain(field) && !(at >= 0 && i >= at && field.group === fields[at].group));
}

export function PrintRoster({ kind }) {
	const { left } = useTitles().persons;
	const form = useResource(kind ? `/form/${kind}` : null);
	const data = useResource(kind ? `/records/${kind}` : null);
	const status = useResource('/status');
	const labels = useLabels(form.data ? referred(form.data.fields) : []);
	return html`<${Reading} of=${form}>${(known) => html`<${Reading} of=${data}>${(list) => {
		const fields = stays(known.fields, left).slice(0, ROSTER_MOST);
		const rows = list.records.filter((row) => !row.fields[left]);
		return html`<${Sheet} title=${t('PAGE_ROSTER')} kind="roster" unit=${unitName(status)} signed=${['PAGE_SIGN_SECRETARY', 'PAGE_SIGN_FILLED']}>
			<div class="scroll" tabindex="0" role="region" aria-label=${t('PAGE_ROSTER')}><table><thead><tr><th>${t('PAGE_NUMBER')}</th>${fields.map((field) => html`<th key=${field.field}>${field.title}</th>`)}</tr></thead>
				<tbody>${rows.map((row, i) => html`<tr key=${row.record}><td>${i + 1}</td>${fields.map((field) => html`<td key=${field.field} class="whole-line">${field.about.type === 'date' ? row.fields[field.field] || '' : shown(field, row.fields[field.field], labels)}</td>`)}</tr>`)}</tbody></table></div>
			<p>${t('PAGE_IN_ALL', number(rows.length))}</p><//>`;
	}}<//>`}<//>`;
}

export function PrintReceipts({ kind, month }) {
	const form = useResource(`/form/${kind}`);
	const data = useResource(`/records/${kind}`);
	const status = useResource('/status');
	const labels = useLabels(form.data ? referred(form.data.fields) : []);
	const wanted = month || monthOf(today());
	const made = form.data && receiptOf(form.data.fields);
	return html`<${Reading} of=${form}>${() => html`<${Reading} of=${data}>${(list) => {
		const value = (row, field) => row.fields[field.field];
		const rows = made ? list.records.filter((row) => monthOf(value(row, made.month)) === wanted && value(row, made.paid)) : [];
		return html`<div class="row screen-only"><button type="button" class="main" onClick=${() => window.print()} disabled=${rows.length === 0}>${t('PAGE_PRINT')}</button>
				<button type="button" onClick=${() => history.back()}>${t('PAGE_BACK')}</button><span class="soft">${t('PAGE_ROWS', number(rows.length))}</span></div>
			<h1 class="screen-only">${t('PAGE_RECEIPT')} · ${periodText(wanted)}</h1>
			<div class="receipts">${rows.map((row) => html`<article class="sheet receipt whole" key=${row.record}>
				<h2>${t('PAGE_RECEIPT')}</h2>
				<p class="row apart"><span>${unitName(status)}</span><span>${t('PAGE_RECEIPT_NUMBER')}${t('PAGE_COLON')}${value(row, made.number) || ''}</span></p>
				<p>${t('PAGE_RECEIPT_TEXT', labels.of(made.who.about.refers, value(row, made.who)), periodText(value(row, made.month)), money(value(row, made.amount)))}</p>
				<p>${t('PAGE_RECEIPT_PAID')}${t('PAGE_COLON')}${day(value(row, made.paid))}</p>
				<${Signatures} who=${['PAGE_SIGN_PAYER', 'PAGE_SIGN_COLLECTOR']} /></article>`)}
				${rows.length === 0 && html`<p class="soft">${t('PAGE_NONE')}</p>`}</div>`;
	}}<//>`}<//>`;
}

// The last month that was paid for; where the pack numbers what persons pay.
function usePaidUpTo(member) {
	const { receipts } = useTitles().persons;
	const form = useResource(receipts ? `/form/${receipts}` : null);
	const data = useResource(receipts ? `/records/${receipts}` : null);
	const made = form.data && receiptOf(form.data.fields);
	const months = made && data.data ? data.data.records.filter((row) => row.fields[made.who.field] === member && row.fields[made.paid.field])
		.map((row) => row.fields[made.month.field]).sort() : [];
	return months[months.length - 1];
}

const LETTER_FACTS = 10; // lines that the letter bears with its slip below

export function PrintLetter({ member, kind }) {
	const form = useResource(kind ? `/form/${kind}` : null);
	const data = useResource(kind ? `/records/${kind}/${member}` : null);
	const transfers = useResource('/transfers');
	const units = useResource('/units');
	const paid = usePaidUpTo(member);
	const { left } = useTitles().persons;
	const status = useResource('/status');
	const labels = useLabels(form.data ? referred(form.data.fields) : []);
	const transfer = transfers.data && transfers.data.transfers.filter((one) => one.member === member).pop();
	const to = transfer && units.data ? (units.data.units.find((unit) => unit.unit === transfer.to) || { path: '' }).path : '';
	const value = (field) => (data.data ? shown(field, data.data.fields[field.field], labels) : '');
	const facts = form.data ? stays(form.data.fields, left).filter(value).slice(0, LETTER_FACTS) : [];
	return html`<${Reading} of=${data}>${(one) => html`<${Sheet} title=${t('PAGE_LETTER')} unit=${unitName(status)}>
		<p class="letter">${to || t('PAGE_LETTER_TO_BLANK')}${t('PAGE_COLON')}</p>
		<p class="letter">${t('PAGE_LETTER_TEXT', one.label, to || t('PAGE_LETTER_TO_BLANK'))}</p>
		<table><tbody>${facts.map((field) => html`<tr key=${field.field}><th scope="row">${field.title}</th><td>${value(field)}</td></tr>`)}
			<tr><th scope="row">${t('PAGE_LETTER_DUES')}</th><td>${paid ? periodText(paid) : '–'}</td></tr>
			${transfer && html`<tr><th scope="row">${t('PAGE_LETTER_STATE')}</th><td>${t(`PAGE_TRANSFER_${transfer.state.toUpperCase()}`)}</td></tr>`}</tbody></table>
		<${Signatures} who=${['PAGE_SIGN_SECRETARY']} />
		<hr /><section class="whole"><h2>${t('PAGE_LETTER_SLIP')}</h2><p class="letter">${t('PAGE_LETTER_SLIP_TEXT', one.label)}</p><${Signatures} who=${['PAGE_SIGN_RECEIVED']} /></section>
	<//>`}<//>`;
}
