// The first screen: what is due, how synchronisation stands, what waits for a decision, what warns; one click to each.
import { html, useEffect } from '../shared/view.js';
import { Reading } from '../shared/failure.js';
import { number, period as periodText } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { DueLine } from './due.js';
import { today } from './hints.js';
import { MonthState } from './month.js';
import { Stick } from './stick.js';
import { monthOf, step } from './months.js';
import { LastSync, SyncNow, SyncWords, useSync } from './syncstate.js';
import { useTitles } from './titles.js';

function Due({ of }) {
	return html`<section class="box wide"><h2>${t('PAGE_DUE')}</h2>
		<${Reading} of=${of}>${(data) => (data.due.length === 0 ? html`<p>${t('PAGE_DUE_NOTHING')}</p>`
			: html`<ul class="plain">${[...data.due].sort((a, b) => urgency(a) - urgency(b)).map((one) => html`<${DueLine} key=${one.cadence + one.period} due=${one} />`)}</ul>`)}<//>
	</section>`;
}

const urgency = (due) => ({ over: 0, open: 1, met: 2 })[due.state];

function Waiting({ status, transfers, periods, warnings }) {
	const returned = periods ? periods.periods.filter((one) => one.verdict === 'returned' && one.state === 'returned') : [];
	const last = step(monthOf(today()), -1);
	const before = periods && periods.periods.find((one) => one.month === last);
	const offers = transfers ? transfers.transfers.filter((one) => one.state === 'open') : [];
	const lines = [
		...returned.map((one) => ({ key: one.month, tone: 'bad', to: ['month', one.month], text: t('PAGE_RETURNED_WAITING', periodText(one.month), number(one.remarks.length)) })),
		status.conflicts && { key: 'conflicts', tone: 'warn', to: ['conflicts'], text: t('PAGE_CONFLICTS_WAITING', number(status.conflicts)) },
		status.not_accepted && { key: 'refused', tone: 'bad', to: ['refused'], text: t('PAGE_SYNC_REFUSED', number(status.not_accepted)) },
		before && (before.state === 'open' || before.state === 'closed') && { key: 'before', tone: 'warn', to: ['month', last], text: t('PAGE_MONTH_NOT_SUBMITTED', periodText(last)) },
		offers.length && { key: 'transfers', tone: 'note', to: ['transfers'], text: t('PAGE_TRANSFERS_OPEN', number(offers.length)) },
		status.asked && { key: 'asked', tone: 'note', to: ['asked'], text: t('PAGE_ASKED_WAITING', number(status.asked)) },
		warnings && warnings.warnings.length && { key: 'warnings', tone: 'warn', to: ['warnings'], text: t('PAGE_WARNINGS_COUNT', number(warnings.warnings.length + warnings.twice.length)) },
	].filter(Boolean);
	if (lines.length === 0)
		return html`<p><${State} tone="good">${t('PAGE_NOTHING_WAITING')}<//></p>`;
	return html`<ul class="plain lines">${lines.map((line) => html`<li key=${line.key}><a class="line" href=${link(line.to)}>
		<${State} tone=${line.tone}>${t(`PAGE_TONE_${line.tone.toUpperCase()}`)}<//> ${line.text}</a></li>`)}</ul>`;
}

function News({ themes, circulars }) {
	const items = [
		...(themes.data ? themes.data.records.map((one) => ({ ...one, kind: themes.data.kind, sign: t('PAGE_THEME_OF_MONTH') })) : []),
		...(circulars.data ? circulars.data.records.map((one) => ({ ...one, kind: circulars.data.kind, sign: t('PAGE_CIRCULAR') })) : []),
	].sort((a, b) => (a.record < b.record ? 1 : -1)).slice(0, 5);
	if (items.length === 0)
		return null;
	return html`<section class="box"><h2>${t('PAGE_NEWS')}</h2><ul class="plain lines">${items.map((one) => html`<li key=${one.record}>
		<a class="line" href=${link(['ledger', one.kind, one.record])}><${State} tone="note">${one.sign}<//> ${one.label}</a></li>`)}</ul></section>`;
}

const SHORTCUTS = 6;

function Shortcuts({ of }) {
	const titles = useTitles();
	if (!of.data)
		return null;
	// Persons and what they pay, then what the pack asks for most often; then whatever it has first.
	const often = [titles.persons.kind, titles.persons.receipts, ...Object.values(titles.all.cadences || {}).sort((a, b) => a.every - b.every).map((one) => one.kind)].filter(Boolean);
	const wanted = [...new Set([...often, ...of.data.kinds.map((kind) => kind.kind)])].slice(0, SHORTCUTS);
	const shown = of.data.kinds.filter((kind) => wanted.includes(kind.kind));
	return html`<section class="box"><h2>${t('PAGE_LEDGER')}</h2><div class="row">
		${shown.map((kind) => html`<a class="button" key=${kind.kind} href=${link(['ledger', kind.kind])}>${kind.title}</a>`)}
		<a class="button" href=${link(['ledger'])}>${t('PAGE_ALL_KINDS', number(of.data.kinds.length))}</a></div></section>`;
}

// How long it took until all of the first screen stood, for whoever measures it: a mark, set once, behind the painting of it.
let stood = false;

function useMark(parts) {
	const stands = parts.every((of) => of.data || of.problem);
	useEffect(() => {
		if (!stands || stood)
			return;
		stood = true;
		requestAnimationFrame(() => setTimeout(() => performance.mark('tributary-first-screen')));
	}, [stands]);
}

export function Home() {
	const sync = useSync();
	const due = useResource('/due');
	const themes = useResource('/themes');
	const circulars = useResource('/circulars');
	const kinds = useResource('/form');
	const transfers = useResource('/transfers');
	const periods = useResource('/periods');
	const warnings = useResource('/warnings');
	useMark([{ data: sync.ready }, due, themes, circulars, kinds, transfers, periods, warnings]);
	const now = monthOf(today());
	const present = periods.data && periods.data.periods.find((one) => one.month === now);
	return html`
		<div class="row apart"><h1>${periodText(now)}</h1>
			<span class="row">${present && html`<${MonthState} state=${present.state} />`}<a class="button main" href=${link(['month', now])}>${t('PAGE_CLOSE_MONTH')}</a></span></div>
		<div class="boxes home">
			<${Due} of=${due} />
			<section class="box stack"><h2>${t('PAGE_SYNC')}</h2>
				<${SyncWords} sync=${sync} />
				<p><${LastSync} sync=${sync} /></p>
				<${SyncNow} />
				<${Stick} status=${sync.status} /></section>
			<section class="box"><h2>${t('PAGE_WAITING')}</h2>
				${sync.status && html`<${Waiting} status=${sync.status} transfers=${transfers.data} periods=${periods.data} warnings=${warnings.data} />`}</section>
			<${News} themes=${themes} circulars=${circulars} />
			<${Shortcuts} of=${kinds} />
		</div>`;
}
