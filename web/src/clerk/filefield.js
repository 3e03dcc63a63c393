// A button that asks for a file; what is chosen goes to the program at once, and how far it is shows.
import { html, useRef, useState } from '../shared/view.js';
import { percent } from '../shared/format.js';
import { t } from '../shared/text.js';
import { writeFile } from './write.js';

const LARGEST_BYTES = 256 * 1024 * 1024; // of a file, and what the program takes in one body

// address(file) says where it goes; done(answer, file); fail(problem).
export function FileField({ title, label, accept, main, address, done, fail }) {
	const input = useRef(null);
	const [sent, tell] = useState(null);
	const choose = async (event) => {
		const [file] = event.target.files;
		event.target.value = '';
		if (!file)
			return;
		if (file.size > LARGEST_BYTES) {
			fail({ what: t('PAGE_FILE_OVER', file.name) });
			return;
		}
		fail(null);
		tell(0);
		try {
			done(await writeFile(address(file), file, tell), file);
		} catch (problem) {
			fail(problem);
		} finally {
			tell(null);
		}
	};
	return html`<span class="row">
		<input ref=${input} type="file" hidden data-for=${title} accept=${accept} onChange=${choose} />
		<button type="button" class=${main ? 'main' : ''} aria-label=${label} disabled=${sent !== null} onClick=${() => input.current.click()}>${title}</button>
		${sent !== null && html`<span class="row" role="status"><progress value=${sent} max="1" aria-label=${t('PAGE_FILE_SENDING')}></progress>${percent(sent, 1)}</span>`}
	</span>`;
}
