// The page of the clerk.
import { html, render } from '../shared/view.js';
import { begin, t } from '../shared/text.js';

begin().then(() => render(html`<main><h1>${t('PAGE_PROGRAM')}</h1></main>`, document.getElementById('page')));
