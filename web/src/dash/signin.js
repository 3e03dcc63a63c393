// Signing in with an account of this server.
import { html, useEffect, useState } from '../shared/view.js';
import { send } from '../shared/api.js';
import { t } from '../shared/text.js';
import { Failure } from '../shared/failure.js';
import { Appearance } from '../shared/appearance.js';

export function SignIn({ done, changed }) {
	const [problem, fail] = useState(null);
	const [busy, set] = useState(false);
	useEffect(() => {
		document.title = t('PAGE_BOARD_TITLE');
	});
	const submit = async (event) => {
		event.preventDefault();
		const form = event.target;
		set(true);
		try {
			await send('POST', '/session', { name: form.elements.name.value.trim(), password: form.elements.password.value });
			done();
		} catch (why) {
			fail(why.status === 401 ? { what: why.what } : why); // nobody else is to be asked
			set(false);
		}
	};
	return html`<main class="signin">
		<form class="box stack" onSubmit=${submit}>
			<h1>${t('PAGE_BOARD_TITLE')}</h1>
			<${Failure} problem=${problem} />
			<label class="field"><span>${t('PAGE_BOARD_ACCOUNT')}</span><input name="name" type="text" autocomplete="username" required autofocus /></label>
			<label class="field"><span>${t('PAGE_BOARD_PASSWORD')}</span><input name="password" type="password" autocomplete="current-password" required /></label>
			<button type="submit" class="main" disabled=${busy}>${t('PAGE_BOARD_SIGN_IN')}</button>
		</form>
		<${Appearance} changed=${changed} />
	</main>`;
}
