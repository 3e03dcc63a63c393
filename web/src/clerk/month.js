// A month closed and handed in: its report, what is missing, how it stands, and what the township said.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { Question } from '../shared/dialog.js';
import { downloadTable } from '../shared/download.js';
import { Failure, Reading } from '../shared/failure.js';
import { moment, number, period as periodText } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { go, link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { DueLine } from './due.js';
import { monthOf, periodOf, step } from './months.js';
import { ReportTable, reportRows } from './report.js';
import { today } from './hints.js';
import { useTitles } from './titles.js';

export const TONES = { open: 'note', closed: 'warn', submitted: 'note', returned: 'bad', approved: 'good', restated: 'warn' };

export function MonthState({ state }) {
	return html`<${State} tone=${TONES[state] || 'note'}>${t(`PAGE_MONTH_${state.toUpperCase()}`)}<//>`;
}

// "meeting.topic" → a link into the ledger; a metric by its title.
export function Remark({ remark }) {
	const titles = useTitles();
	const [kind, field] = remark.on.split('.');
	const form = useResource(field ? `/form/${kind}` : null);
	const named = field && form.data ? form.data.fields.find((one) => one.field === field) : null;
	const title = field ? `${titles.kind(kind)} · ${named ? named.title : field}` : titles.metric(remark.on);
	return html`<li><strong>${field ? html`<a href=${link(['ledger', kind], { period: remark.month })}>${title}</a>` : title}</strong>${t('PAGE_COLON')}${remark.text}</li>`;
}

const ACTIONS = {
	open: ['close', 'submit'], closed: ['submit', 'reopen'], submitted: ['reopen'], returned: ['reopen', 'submit'], approved: ['submit'], restated: ['submit'],
};

// The report of a month: the first of the pack that is of one.
function monthly(titles) {
	const names = Object.entries(titles.all.reports || {});
	return (names.find(([, report]) => report.months === 1) || names[0] || [''])[0];
}

function Actions({ month, state }) {
	const titles = useTitles();
	const [asking, ask] = useState(null);
	const [problem, fail] = useState(null);
	const [busy, work] = useState(false);
	const act = async (verb, reason) => {
		ask(null);
		work(true);
		fail(null);
		try {
			await send('POST', `/periods/${month}/${verb}`, reason ? { reason } : {});
			say(t(`PAGE_DID_${verb.toUpperCase()}`, periodText(month)));
		} catch (cause) {
			if (cause.name === 'CONFLICT' && !reason)
				ask(verb); // it wants to know why
			else
				fail(cause);
		} finally {
			work(false);
		}
	};
	return html`<div class="stack screen-only">
		<div class="row">${(ACTIONS[state] || []).map((verb, i) => html`<button type="button" key=${verb} class=${i === 0 ? 'main' : ''} disabled=${busy}
			onClick=${() => act(verb)}>${t(`PAGE_DO_${verb.toUpperCase()}`)}</button>`)}
			<a class="button" href=${link(['print', 'report', monthly(titles), month])}>${t('PAGE_PRINT_REPORT')}</a></div>
		<${Failure} problem=${problem} />
		${asking && html`<${Question} title=${t(`PAGE_DO_${asking.toUpperCase()}`)} hint=${t('PAGE_REASON_HINT', periodText(month))} label=${t('PAGE_REASON')} required=${true}
			confirm=${t(`PAGE_DO_${asking.toUpperCase()}`)} close=${() => ask(null)} done=${(reason) => act(asking, reason)} />`}
	</div>`;
}

function Missing({ month }) {
	const due = useResource('/due', { period: month });
	const status = useResource('/status');
	const rows = due.data ? due.data.due.filter((one) => one.state !== 'met') : [];
	const others = status.data ? [
		status.data.conflicts && html`<li key="c"><a href=${link(['conflicts'])}>${t('PAGE_CONFLICTS_WAITING', number(status.data.conflicts))}</a></li>`,
		status.data.not_accepted && html`<li key="n"><a href=${link(['refused'])}>${t('PAGE_SYNC_REFUSED', number(status.data.not_accepted))}</a></li>`,
	].filter(Boolean) : [];
	if (due.data && rows.length === 0 && others.length === 0)
		return html`<p><${State} tone="good">${t('PAGE_NOTHING_MISSING')}<//></p>`;
	return html`<ul class="plain">${rows.map((one) => html`<${DueLine} key=${one.cadence + one.period} due=${one} />`)}${others}</ul>`;
}

function Report({ month, remarks }) {
	const titles = useTitles();
	const names = Object.entries(titles.all.reports || {});
	const [name, choose] = useState('');
	const chosen = name || monthly(titles);
	const about = (titles.all.reports || {})[chosen];
	const of = useResource(about ? `/reports/${chosen}` : null, about ? { period: periodOf(month, about.months) } : undefined);
	return html`<section class="stack"><div class="row apart"><h2>${t('PAGE_REPORT')}</h2>
			<label class="inline screen-only"><span class="unseen">${t('PAGE_REPORT')}</span><select value=${chosen} onChange=${(event) => choose(event.target.value)}>
				${names.map(([one, report]) => html`<option key=${one} value=${one}>${report.title}</option>`)}</select></label></div>
		<${Reading} of=${of}>${(data) => html`<div class="row apart"><span class="soft">${periodText(data.period)}</span>
			<button type="button" class="screen-only" onClick=${() => downloadTable(`${about.title}-${data.period}`, reportRows(data, about))}>${t('PAGE_EXPORT')}</button></div><${ReportTable} report=${data} remarks=${remarks} />`}<//>
	</section>`;
}

export function Month({ month }) {
	const given = month || monthOf(today());
	const of = useResource(`/periods/${given}`);
	return html`
		<div class="row apart"><h1>${t('PAGE_MONTH')}${t('PAGE_COLON')}${periodText(given)}</h1>
			<span class="row"><button type="button" onClick=${() => go(['month', step(given, -1)])} aria-label=${t('PAGE_MONTH_BEFORE')}>‹</button>
				<button type="button" onClick=${() => go(['month', step(given, 1)])} aria-label=${t('PAGE_MONTH_AFTER')}>›</button></span></div>
		<${Reading} of=${of}>${(data) => {
			const one = data.periods.find((found) => found.month === given) || { month: given, state: 'open', remarks: [] };
			const remarks = one.verdict === 'returned' ? one.remarks.map((remark) => ({ ...remark, by: one.by, month: given })) : [];
			return html`<div class="stack">
				<section class="box stack">
					<div class="row"><${MonthState} state=${one.state} />
						${one.revision ? html`<span class="soft">${t('PAGE_REVISION', one.revision)}</span>` : null}
						${one.submitted ? html`<span class="soft">${t('PAGE_SUBMITTED_AT', moment(one.submitted))}</span>` : null}</div>
					${one.verdict && html`<div class="say ${one.verdict === 'approved' ? 'good' : 'warn'}"><strong>${t(one.verdict === 'approved' ? 'PAGE_VERDICT_APPROVED' : 'PAGE_VERDICT_RETURNED', one.by || '')}</strong>${one.text ? t('PAGE_COLON') + one.text : ''}
						${one.remarks.length > 0 && html`<ul>${one.remarks.map((remark) => html`<${Remark} key=${remark.on + remark.text} remark=${{ ...remark, month: given }} />`)}</ul>`}</div>`}
					<${Actions} key=${given + one.state} month=${given} state=${one.state} />
				</section>
				<section class="box"><h2>${t('PAGE_MISSING')}</h2><${Missing} month=${given} /></section>
				<${Report} month=${given} remarks=${remarks} />
			</div>`;
		}}<//>`;
}

// All months that are there, newest first.
export function Months() {
	const of = useResource('/periods');
	return html`<h1>${t('PAGE_MONTHS')}</h1>
		<${Reading} of=${of}>${(data) => html`<ul class="plain boxes">${[...data.periods].reverse().map((one) => html`<li key=${one.month}>
			<a class="box link row apart" href=${link(['month', one.month])}><span>${periodText(one.month)}</span><${MonthState} state=${one.state} /></a></li>`)}</ul>`}<//>`;
}
