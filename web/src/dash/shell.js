// What stands around every view: where one is, which period, which views there are.
import { html, useEffect, useRef, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { listen } from '../shared/events.js';
import { t } from '../shared/text.js';
import { Appearance } from '../shared/appearance.js';
import { State } from '../shared/state.js';
import { useAccount } from './account.js';
import { usePack } from './pack.js';
import { PeriodPicker, periodText, TreePicker } from './picker.js';
import { goTo, linkTo, usePlace } from './place.js';
import { ViewsButton } from './views.js';

export const VIEWS = [
	['overview', 'PAGE_BOARD_OVERVIEW'],
	['figures', 'PAGE_BOARD_FIGURES'],
	['reports', 'PAGE_BOARD_REPORTS'],
	['freshness', 'PAGE_BOARD_FRESHNESS'],
	['duties', 'PAGE_BOARD_DUTIES'],
	['ranking', 'PAGE_BOARD_RANKING'],
	['review', 'PAGE_BOARD_REVIEW'],
	['transfers', 'PAGE_BOARD_TRANSFERS'],
	['quality', 'PAGE_BOARD_QUALITY'],
	['history', 'PAGE_BOARD_HISTORY'],
];

export const viewTitle = (view) => t((VIEWS.find(([name]) => name === view) || VIEWS[1])[1]);

function Trail({ unit }) {
	const place = usePlace();
	const trail = unit.trail;
	return html`<nav class="trail" aria-label=${t('PAGE_BOARD_WAY')}><ol class="plain">${trail.map((one, i) => html`<li key=${one.unit}>
		${i + 1 < trail.length ? html`<a href=${linkTo(place, { unit: one.unit })}>${one.name}</a><span aria-hidden="true" class="soft"> ›</span>`
			: html`<span aria-current="page">${one.name}</span>`}</li>`)}</ol></nav>`;
}

// The units below, to be gone to from any view.
function Down({ unit }) {
	const place = usePlace();
	if (!unit.below || unit.below.length === 0)
		return null;
	return html`<label><span class="unseen">${t('PAGE_BOARD_GO_DOWN')}</span>
		<select value="" onChange=${(event) => event.target.value && goTo(place, { unit: event.target.value, what: place.view === 'review' ? [] : place.what })}>
			<option value="">${t('PAGE_BOARD_GO_DOWN')}</option>
			${unit.below.map((one) => html`<option key=${one.unit} value=${one.unit}>${one.name}</option>`)}
		</select></label>`;
}

function Views() {
	const place = usePlace();
	return html`<nav class="views" aria-label=${t('PAGE_BOARD_VIEW')}><ul class="plain">${VIEWS.map(([name, text]) => html`<li key=${name}>
		<a href=${linkTo(place, { view: name, what: [] })} aria-current=${name === place.view || (name === 'figures' && place.view === 'figure') ? 'page' : undefined}>${t(text)}</a></li>`)}</ul></nav>`;
}

function Live() {
	const [open, set] = useState(true);
	useEffect(() => listen((kind, data) => kind === 'connection' && set(data.open)), []);
	return html`<${State} tone=${open ? 'good' : 'bad'}>${t(open ? 'PAGE_BOARD_LIVE' : 'PAGE_BOARD_NOT_LIVE')}<//>`;
}

export function Shell({ unit, changed, left, children }) {
	const place = usePlace();
	const pack = usePack();
	const { account } = useAccount();
	const main = useRef(null);
	useEffect(() => {
		document.title = `${unit.name} · ${viewTitle(place.view)} · ${periodText(place.period)}`;
	});
	const leave = async () => {
		await send('DELETE', '/session').catch(() => {});
		left();
	};
	const skip = (event) => {
		event.preventDefault();
		main.current.focus();
	};
	return html`
		<a class="skip" href="#page" onClick=${skip}>${t('PAGE_BOARD_SKIP')}</a>
		<header class="top">
			<div class="row apart"><div class="row"><strong class="name">${pack.all.pack ? pack.all.pack.title : t('PAGE_BOARD_TITLE')}</strong><${Trail} unit=${unit} /></div>
				<span class="row"><${Live} /><${Appearance} changed=${changed} />
					<span class="soft">${account.name}</span><button type="button" onClick=${leave}>${t('PAGE_BOARD_SIGN_OUT')}</button></span></div>
			<div class="row bar"><${PeriodPicker} /><${TreePicker} /><${Down} unit=${unit} />
				<${ViewsButton} suggestion=${`${unit.name} ${viewTitle(place.view)} ${periodText(place.period)}`} />
				<button type="button" onClick=${() => print()}>${t('PAGE_BOARD_PRINT')}</button></div>
		</header>
		<div class="frame"><${Views} />
			<main ref=${main} tabindex="-1">
				<h1><span>${unit.name}</span> <span class="soft">${viewTitle(place.view)} · ${periodText(place.period)}</span></h1>
				${children}
			</main></div>`;
}
