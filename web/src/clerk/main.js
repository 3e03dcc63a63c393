// The page of the clerk.
import { html, render } from '../shared/view.js';
import { get } from '../shared/api.js';
import { dress } from '../shared/appearance.js';
import { sentence } from '../shared/failure.js';
import { begin, t } from '../shared/text.js';
import { App } from './app.js';
import { enter } from './session.js';

const page = document.getElementById('page');

// What the first screen shows, asked for all at once.
const FIRST = ['/titles', '/status', '/due', '/sync', '/form/member', '/periods', '/transfers', '/warnings', '/themes', '/circulars', '/form'];

async function open() {
	dress();
	const [inside] = await Promise.all([enter(), begin()]);
	if (inside && /^#?\/?$/.test(location.hash))
		FIRST.forEach((path) => get(path).catch(() => null)); // whoever shows it says what went wrong
	render(inside ? html`<${App} />` : html`<main class="stack"><h1>${t('PAGE_CLERK_TITLE')}</h1><p class="say warn" role="alert">${t('PAGE_NO_SESSION')}</p></main>`, page);
}

open().catch((problem) => render(html`<main><p class="say bad" role="alert">${problem.what ? sentence(problem) : problem.message}</p></main>`, page));
