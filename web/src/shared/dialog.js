// A dialog over the page: the browser's own, which keeps the focus within and gives it back.
import { html, useEffect, useRef } from './view.js';
import { t } from './text.js';

let count = 0;

export function Dialog({ title, close, wide, children }) {
	const element = useRef(null);
	const id = useRef(`dialog-${++count}`).current;
	useEffect(() => {
		const before = document.activeElement;
		element.current.showModal();
		return () => before && before.focus && before.focus();
	}, []);
	const cancel = (event) => {
		event.preventDefault();
		close();
	};
	return html`<dialog ref=${element} class=${wide ? 'wide' : ''} aria-labelledby=${id} onCancel=${cancel}>
		<div class="row apart">
			<h2 id=${id}>${title}</h2>
			<button type="button" class="quiet" onClick=${close}>${t('PAGE_CLOSE')}</button>
		</div>
		${children}
	</dialog>`;
}

// Asks for one text, such as a reason, before something is done.
export function Question({ title, label, hint, required, confirm, close, done }) {
	const text = useRef(null);
	const submit = (event) => {
		event.preventDefault();
		done(text.current ? text.current.value.trim() : '');
	};
	return html`<${Dialog} title=${title} close=${close}>
		<form class="stack" onSubmit=${submit}>
			${hint && html`<p>${hint}</p>`}
			${label && html`<label class="field"><span>${label}</span>
				<input type="text" ref=${text} required=${required} maxlength="500" autofocus /></label>`}
			<div class="row">
				<button type="submit" class="main">${confirm}</button>
				<button type="button" onClick=${close}>${t('PAGE_CANCEL')}</button>
			</div>
		</form>
	<//>`;
}
