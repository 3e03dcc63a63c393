// A state in words with a sign before it: colour is the third thing that tells it, never the only one.
import { html } from './view.js';

const SIGNS = { good: '✓', warn: '!', bad: '✕', note: '•' };

export function State({ tone = 'note', children }) {
	return html`<span class="state ${tone}"><span aria-hidden="true">${SIGNS[tone]}</span>${children}</span>`;
}
