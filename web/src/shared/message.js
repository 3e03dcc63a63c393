// One line that tells what was just done, also to who cannot see it.
import { html, useEffect, useState } from './view.js';

const SHOWN_MS = 6000;
let show = null;

export function say(text, tone = 'good') {
	if (show)
		show({ text, tone, at: Date.now() });
}

export function Message() {
	const [message, set] = useState(null);
	show = set;
	useEffect(() => {
		if (!message)
			return undefined;
		const timer = setTimeout(() => set(null), SHOWN_MS);
		return () => clearTimeout(timer);
	}, [message]);
	return html`<div class="say-live" role="status" aria-live="polite">
		${message && html`<div class="say ${message.tone}">${message.text}</div>`}
	</div>`;
}
