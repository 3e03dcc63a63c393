// The page as a whole: its head, where one may go, and the screen that the address names.
import { html, useEffect, useReducer } from '../shared/view.js';
import { Appearance } from '../shared/appearance.js';
import { connect } from '../shared/events.js';
import { Reading } from '../shared/failure.js';
import { Message } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { link, useRoute } from '../shared/route.js';
import { t } from '../shared/text.js';
import { useAutoSync } from './autosync.js';
import { Conflicts } from './conflicts.js';
import { Home } from './home.js';
import { Import } from './import.js';
import { Asked, Refused, Warnings } from './inbox.js';
import { Kinds, Ledger } from './ledger.js';
import { Month, Months } from './month.js';
import { PrintLetter, PrintReceipts, PrintReport, PrintRoster } from './print.js';
import { Record } from './record.js';
import { Second } from './second.js';
import { SyncWords, useSync } from './syncstate.js';
import { Titles } from './titles.js';
import { Transfers } from './transfers.js';
import { Reason } from './write.js';

const EVENTS = ['hello', 'changed', 'sync', 'bye'];

const SCREENS = {
	ledger: ([kind, record], query) => (!kind ? html`<${Kinds} />` : record ? html`<${Record} key=${kind + record} kind=${kind} record=${record} query=${query} />` : html`<${Ledger} key=${kind} kind=${kind} query=${query} />`),
	import: ([kind]) => html`<${Import} key=${kind} kind=${kind} />`,
	month: ([month]) => html`<${Month} key=${month} month=${month} />`,
	months: () => html`<${Months} />`,
	conflicts: () => html`<${Conflicts} />`,
	transfers: (path, query, kind) => html`<${Transfers} query=${query} kind=${kind} />`,
	refused: () => html`<${Refused} />`,
	second: () => html`<${Second} />`,
	warnings: () => html`<${Warnings} />`,
	asked: () => html`<${Asked} />`,
	print: ([what, name, month], query, kind) => ({
		report: () => html`<${PrintReport} name=${name} month=${month} />`,
		roster: () => html`<${PrintRoster} kind=${kind} />`,
		receipts: () => html`<${PrintReceipts} kind=${name} month=${month} />`,
		letter: () => html`<${PrintLetter} member=${name} kind=${kind} />`,
	}[what] || (() => html`<${Home} />`))(),
};

const PLACES = [
	{ to: [], title: 'PAGE_HOME' },
	{ to: ['ledger'], title: 'PAGE_LEDGER' },
	{ to: ['months'], title: 'PAGE_MONTHS', also: 'month' },
	{ to: ['conflicts'], title: 'PAGE_CONFLICTS' },
	{ to: ['transfers'], title: 'PAGE_TRANSFERS' },
	{ to: ['second'], title: 'PAGE_SECOND', role: 'attachment' },
];

function Head({ here, changed }) {
	const sync = useSync();
	useAutoSync(sync);
	const unit = sync.status ? sync.status.unit_name.split('/').pop() : '';
	const titles = useResource('/titles');
	const second = Boolean(titles.data && titles.data.persons && titles.data.persons.second);
	const current = (place) => (place.to[0] || '') === (here || '') || (place.also && place.also === here);
	return html`<header class="top">
		<a class="skip" href="#main" onClick=${(event) => {
			event.preventDefault();
			document.getElementById('main').focus();
		}}>${t('PAGE_SKIP')}</a>
		<div class="row apart"><strong class="unit">${unit || t('PAGE_CLERK_TITLE')}</strong><${SyncWords} sync=${sync} /><${Appearance} changed=${changed} /></div>
		<nav aria-label=${t('PAGE_PLACES')}><ul class="plain places">${PLACES.filter((place) => second || place.role !== 'attachment').map((place) => html`<li key=${place.title}>
			<a href=${link(place.to)} aria-current=${current(place) ? 'page' : undefined}>${t(place.title)}</a></li>`)}</ul></nav>
	</header>`;
}

function Screen({ route }) {
	const titles = useResource('/titles');
	const kind = titles.data && titles.data.persons ? titles.data.persons.kind : null;
	const [first, ...rest] = route.path;
	const screen = SCREENS[first];
	useEffect(() => {
		window.scrollTo(0, 0);
	}, [route.path.join('/')]);
	return html`<${Titles.Provider} value=${titles.data || {}}>
		<main id="main" tabindex="-1" class="stack"><${Reading} of=${titles}>${() => (screen ? screen(rest, route.query, kind) : html`<${Home} />`)}<//></main>
	<//>`;
}

export function App() {
	const route = useRoute();
	const [spoken, changed] = useReducer((count) => count + 1, 0);
	useEffect(() => connect(EVENTS), []);
	useEffect(() => {
		document.title = t('PAGE_CLERK_TITLE');
	}, [spoken]);
	return html`<div key=${spoken}>
		<${Head} here=${route.path[0]} changed=${changed} />
		<${Screen} route=${route} />
		<${Message} />
		<${Reason} />
	</div>`;
}
