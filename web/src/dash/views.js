// Saved views: addresses with a name of their own, kept in this browser.
import { html, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import { Dialog } from '../shared/dialog.js';
import { say } from '../shared/message.js';

const KEPT = 'tributary.views';
const MOST = 50;

function load() {
	try {
		const list = JSON.parse(localStorage.getItem(KEPT) || '[]');
		return Array.isArray(list) ? list.filter((one) => typeof one.name === 'string' && /^#\//.test(one.at)) : [];
	} catch {
		return [];
	}
}

function Views({ close, suggestion }) {
	const [list, set] = useState(load());
	const [name, call] = useState(suggestion);
	const keep = (next) => {
		localStorage.setItem(KEPT, JSON.stringify(next));
		set(next);
	};
	const save = (event) => {
		event.preventDefault();
		keep([{ name: name.trim(), at: location.hash }, ...list.filter((one) => one.name !== name.trim())].slice(0, MOST));
		say(t('PAGE_BOARD_VIEW_SAVED'));
	};
	const copy = () => navigator.clipboard && navigator.clipboard.writeText(location.href).then(() => say(t('PAGE_BOARD_COPIED')));
	return html`<${Dialog} title=${t('PAGE_BOARD_VIEWS')} close=${close}>
		<form class="row" onSubmit=${save}>
			<label class="field grow"><span>${t('HEAD_NAME')}</span><input type="text" required maxlength="80" value=${name} onInput=${(event) => call(event.target.value)} /></label>
			<button type="submit" class="main">${t('PAGE_BOARD_SAVE_VIEW')}</button>
			<button type="button" onClick=${copy}>${t('PAGE_BOARD_COPY_LINK')}</button>
		</form>
		<ul class="plain views">${list.map((one) => html`<li key=${one.name} class="row apart">
			<a class="grow touch" href=${one.at} onClick=${close}>${one.name}</a>
			<button type="button" onClick=${() => keep(list.filter((other) => other !== one))} aria-label=${t('PAGE_BOARD_DROP_VIEW', one.name)}>✕</button>
		</li>`)}</ul>
		${list.length === 0 && html`<p class="soft">${t('PAGE_NONE')}</p>`}
	<//>`;
}

export function ViewsButton({ suggestion }) {
	const [open, set] = useState(false);
	return html`<button type="button" class="screen-only" onClick=${() => set(true)}>★ ${t('PAGE_BOARD_VIEWS')}</button>
		${open && html`<${Views} close=${() => set(false)} suggestion=${suggestion} />`}`;
}
