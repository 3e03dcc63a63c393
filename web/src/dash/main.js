// The dashboard and the review desk.
import { html, render, useCallback, useEffect, useState } from '../shared/view.js';
import { get } from '../shared/api.js';
import { connect, listen } from '../shared/events.js';
import { useResource } from '../shared/resource.js';
import { useRoute } from '../shared/route.js';
import { begin, language, t } from '../shared/text.js';
import { dress } from '../shared/appearance.js';
import { Failure, Reading } from '../shared/failure.js';
import { Message } from '../shared/message.js';
import { Account, useAccount } from './account.js';
import { Duties } from './duties.js';
import { Figure } from './figure.js';
import { Figures } from './figures.js';
import { Freshness } from './freshness.js';
import { History } from './history.js';
import { Overview } from './overview.js';
import { Pack } from './pack.js';
import { Place, placeOf } from './place.js';
import { Quality } from './quality.js';
import { Ranking } from './ranking.js';
import { Reports } from './reports.js';
import { Review } from './review.js';
import { Shell } from './shell.js';
import { SignIn } from './signin.js';
import { Transfers } from './transfers.js';

const PAGES = {
	overview: Overview, figures: Figures, figure: Figure, reports: Reports, freshness: Freshness, duties: Duties,
	ranking: Ranking, review: Review, transfers: Transfers, quality: Quality, history: History,
};

function Board({ changed, left }) {
	const { account } = useAccount();
	const place = placeOf(useRoute(), account.unit);
	const pack = useResource('/titles');
	const unit = useResource(`/units/${encodeURIComponent(place.unit)}`);
	const Page = PAGES[place.view] || Overview;
	return html`<${Place.Provider} value=${place}><${Pack.Provider} value=${pack.data}>
		<${Reading} of=${pack}>${() => html`<${Reading} of=${unit}>${(data) => html`
			<${Shell} unit=${data} changed=${changed} left=${left}><${Page} key=${`${data.unit} ${place.view}`} unit=${data} /><//>`}<//>`}<//>
		<${Message} />
	<//><//>`;
}

// null: not known yet; false: nobody is signed in.
function App() {
	const [account, set] = useState(null);
	const [problem, fail] = useState(null);
	const [, turn] = useState(language());
	const who = useCallback(() => get('/session').then((one) => { fail(null); set(one); }, (why) => (why.status === 401 ? set(false) : fail(why))), []);
	useEffect(() => {
		who();
		return listen((kind) => kind === 'bye' && set(false));
	}, []);
	useEffect(() => {
		if (account)
			connect(['hello', 'changed', 'bye']);
	}, [account]);
	const changed = () => turn(language());
	if (problem)
		return html`<main><${Failure} problem=${problem} retry=${who} /></main>`;
	if (account === null)
		return html`<main><p class="soft busy" role="status">${t('PAGE_READING')}</p></main>`;
	if (!account)
		return html`<${SignIn} done=${who} changed=${changed} />`;
	return html`<${Account.Provider} value=${account}><${Board} key=${language()} changed=${changed} left=${() => set(false)} /><//>`;
}

dress();
begin().then(() => render(html`<${App} />`, document.getElementById('page')));
