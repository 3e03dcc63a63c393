// Saved views: addresses with a name of their own, kept with the account at the server.
import { html, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { t } from '../shared/text.js';
import { Dialog } from '../shared/dialog.js';
import { Failure, Reading } from '../shared/failure.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';

function Views({ close, suggestion }) {
	const found = useResource('/views');
	const [name, call] = useState(suggestion);
	const [problem, fail] = useState(null);
	const change = async (path, body, done) => {
		fail(null);
		try {
			await send('POST', path, body);
			await found.reload();
			if (done)
				say(done);
		} catch (why) {
			fail(why);
		}
	};
	const save = (event) => {
		event.preventDefault();
		change('/views', { name: name.trim(), at: location.hash }, t('PAGE_BOARD_VIEW_SAVED'));
	};
	const copy = () => navigator.clipboard && navigator.clipboard.writeText(location.href).then(() => say(t('PAGE_BOARD_COPIED')));
	return html`<${Dialog} title=${t('PAGE_BOARD_VIEWS')} close=${close}>
		<form class="row" onSubmit=${save}>
			<label class="field grow"><span>${t('HEAD_NAME')}</span><input type="text" required maxlength="80" value=${name} onInput=${(event) => call(event.target.value)} /></label>
			<button type="submit" class="main">${t('PAGE_BOARD_SAVE_VIEW')}</button>
			<button type="button" onClick=${copy}>${t('PAGE_BOARD_COPY_LINK')}</button>
		</form>
		<${Failure} problem=${problem} />
		<${Reading} of=${found}>${({ views }) => html`<ul class="plain views">${views.map((one) => html`<li key=${one.name} class="row apart">
				<a class="grow touch" href=${one.at} onClick=${close}>${one.name}</a>
				<button type="button" onClick=${() => change('/views/drop', { name: one.name })} aria-label=${t('PAGE_BOARD_DROP_VIEW', one.name)}>✕</button>
			</li>`)}</ul>
			${views.length === 0 && html`<p class="soft">${t('PAGE_NONE')}</p>`}`}<//>
	<//>`;
}

export function ViewsButton({ suggestion }) {
	const [open, set] = useState(false);
	return html`<button type="button" class="screen-only" onClick=${() => set(true)}>★ ${t('PAGE_BOARD_VIEWS')}</button>
		${open && html`<${Views} close=${() => set(false)} suggestion=${suggestion} />`}`;
}
