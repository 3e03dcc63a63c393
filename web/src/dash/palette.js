// Colours of charts, read from the page's own, so that light, dark and paper are one choice.
const LIGHT = ['#2f6db5', '#c2571a', '#2d8659', '#8a4fae', '#a8324a', '#6b7480', '#b08600', '#1f8a93'];
const DARK = ['#7fb4f2', '#f0a26b', '#7ed3a2', '#c9a1e6', '#f08fa2', '#b4bdc8', '#e3c25c', '#74d0d8'];

function bright(colour) {
	const parts = /^#(..)(..)(..)$/.exec(colour.trim());
	return !parts || parts.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0) > 384;
}

export function palette() {
	const style = getComputedStyle(document.documentElement);
	const of = (name) => style.getPropertyValue(name).trim();
	const paper = of('--paper') || '#ffffff';
	return {
		ink: of('--ink'), soft: of('--soft'), line: of('--line'), paper,
		good: of('--good'), warn: of('--warn'), bad: of('--bad'),
		heat: bright(paper) ? ['#b3261e', '#e9a23b', '#f4e4a1', '#8fc79f', '#17653a'] : ['#ff8a80', '#d99a3d', '#8d7b3a', '#4f9a68', '#85d7a4'],
		light: bright(paper),
		series: bright(paper) ? LIGHT : DARK,
	};
}
