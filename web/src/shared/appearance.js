// Light, dark, or as the machine has it; and the language.
import { html, useState } from './view.js';
import { choose, language, t } from './text.js';

const KEPT = 'tributary.theme';

export function dress() {
	const theme = localStorage.getItem(KEPT);
	if (theme)
		document.documentElement.dataset.theme = theme;
	else
		delete document.documentElement.dataset.theme;
}

export function Appearance({ changed }) {
	const [theme, set] = useState(localStorage.getItem(KEPT) || '');
	const wear = (event) => {
		const wanted = event.target.value;
		if (wanted)
			localStorage.setItem(KEPT, wanted);
		else
			localStorage.removeItem(KEPT);
		set(wanted);
		dress();
	};
	const speak = async (event) => {
		await choose(event.target.value);
		changed();
	};
	return html`<span class="row appearance">
		<label><span class="unseen">${t('PAGE_LANGUAGE')}</span>
			<select value=${language()} onChange=${speak}>
				<option value="zh-CN" lang="zh-CN">中文</option>
				<option value="en" lang="en">English</option>
			</select></label>
		<label><span class="unseen">${t('PAGE_THEME')}</span>
			<select value=${theme} onChange=${wear}>
				<option value="">${t('PAGE_THEME_SYSTEM')}</option>
				<option value="light">${t('PAGE_THEME_LIGHT')}</option>
				<option value="dark">${t('PAGE_THEME_DARK')}</option>
			</select></label>
	</span>`;
}
