// One chart: drawn when ECharts has come, with its picture to take along and the table behind it.
import { html, useEffect, useRef, useState } from '../shared/view.js';
import { t } from '../shared/text.js';
import { usePlace } from './place.js';
import { hand } from '../shared/file.js';
import { Sheet } from './sheet.js';
import { palette } from './palette.js';

const themes = () => [matchMedia('(prefers-color-scheme: dark)').matches, document.documentElement.dataset.theme || ''].join(' ');

// Changes when the page turns light or dark.
function useTheme() {
	const [theme, set] = useState(themes());
	useEffect(() => {
		const turn = () => set(themes());
		const media = matchMedia('(prefers-color-scheme: dark)');
		const watch = new MutationObserver(turn);
		media.addEventListener('change', turn);
		watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
		return () => {
			media.removeEventListener('change', turn);
			watch.disconnect();
		};
	}, []);
	return theme;
}

function useDrawn(element, option, theme) {
	const chart = useRef(null);
	const [failed, fail] = useState(false);
	useEffect(() => {
		let live = true;
		const size = new ResizeObserver(() => chart.current && chart.current.resize());
		import('./echarts.js').then(({ init }) => {
			if (!live || !element.current)
				return;
			chart.current = chart.current || init(element.current, null, { renderer: 'canvas' });
			const colours = palette();
			chart.current.setOption({
				animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
				animationDuration: 250,
				color: colours.series,
				textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.ink },
				...option(colours),
			}, true);
			size.observe(element.current);
			element.current.dataset.drawn = 'yes';
		}, () => live && fail(true));
		return () => {
			live = false;
			size.disconnect();
		};
	}, [option, theme]);
	useEffect(() => () => chart.current && chart.current.dispose(), []);
	return { chart, failed };
}

function picture(chart, name) {
	const text = chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: palette().paper });
	const bytes = Uint8Array.from(atob(text.slice(text.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
	hand(name, new Blob([bytes], { type: 'image/png' }));
}

// option(colours): of ECharts; memoised by who gives it. columns, rows: the table behind.
export function Chart({ title, summary, option, columns, rows, height = 18, open = false }) {
	const element = useRef(null);
	const place = usePlace();
	const [shown, show] = useState(open);
	const { chart, failed } = useDrawn(element, option, useTheme());
	return html`<figure class="chart box whole">
		<figcaption class="row apart">
			<h3>${title}</h3>
			<button type="button" class="screen-only" aria-label=${t('PAGE_BOARD_PNG_OF', title)}
				onClick=${() => chart.current && picture(chart.current, `${title}_${place.period}.png`)}>PNG</button>
		</figcaption>
		${failed ? html`<p class="say warn">${t('PAGE_BOARD_NO_CHART')}</p>`
			: html`<div class="canvas" ref=${element} role="img" aria-label=${summary || title} style=${{ height: `${height}rem` }}></div>`}
		<details open=${shown} onToggle=${(event) => show(event.target.open)}>
			<summary>${t('PAGE_BOARD_AS_TABLE')}</summary>
			${shown && html`<${Sheet} caption=${title} columns=${columns} rows=${rows} heading=${4} />`}
		</details>
	</figure>`;
}
