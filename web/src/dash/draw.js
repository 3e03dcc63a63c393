// The kinds of charts: each gives ECharts' options for what it is to show. Tooltips are drawn on the canvas: the
// page allows no styles in markup.
const tooltip = (colours, extra = {}) => ({
	renderMode: 'richText', confine: true, backgroundColor: colours.paper, borderColor: colours.line,
	textStyle: { color: colours.ink }, ...extra,
});

const axis = (colours) => ({
	axisLabel: { color: colours.soft },
	axisLine: { lineStyle: { color: colours.line } },
	splitLine: { lineStyle: { color: colours.line, opacity: 0.5 } },
});

const GRID = { left: 8, right: 16, top: 28, bottom: 8, containLabel: true };

// names along the bottom; series [{ name, values }]; format(number) for people.
export const lines = ({ names, series, format, from }) => (colours) => ({
	grid: { ...GRID, top: series.length > 1 ? 44 : 20 },
	legend: series.length > 1 ? { top: 0, type: 'plain', textStyle: { color: colours.ink } } : undefined,
	tooltip: tooltip(colours, { trigger: 'axis', valueFormatter: (value) => (value === null || value === undefined ? '–' : format(value)) }),
	xAxis: { type: 'category', data: names, boundaryGap: false, ...axis(colours) },
	yAxis: { type: 'value', scale: from !== 0, ...axis(colours), axisLabel: { color: colours.soft, formatter: format } },
	series: series.map((one) => ({ name: one.name, type: 'line', data: one.values, symbolSize: 7, lineStyle: { width: 2.5 }, connectNulls: false })),
});

// Bars that lie: names are long in Chinese, too.
export const bars = ({ names, values, format, marks = [] }) => (colours) => ({
	grid: { ...GRID, top: 8, right: 64 },
	tooltip: tooltip(colours, { trigger: 'item', valueFormatter: format }),
	xAxis: { type: 'value', ...axis(colours), axisLabel: { color: colours.soft, formatter: format, hideOverlap: true } },
	yAxis: { type: 'category', data: names, inverse: true, ...axis(colours), axisLabel: { color: colours.ink, width: 150, overflow: 'truncate' } },
	series: [{
		type: 'bar', barMaxWidth: 26, label: { show: true, position: 'right', color: colours.ink, formatter: ({ value }) => format(value) },
		data: values.map((value, i) => (marks[i] ? { value, itemStyle: { opacity: 0.45 } } : value)),
	}],
});

export const ring = ({ names, values, format }) => (colours) => ({
	tooltip: tooltip(colours, { trigger: 'item', valueFormatter: format }),
	legend: { type: 'scroll', bottom: 0, textStyle: { color: colours.ink }, pageTextStyle: { color: colours.ink } },
	series: [{
		type: 'pie', radius: ['42%', '68%'], center: ['50%', '44%'], data: names.map((name, i) => ({ name, value: values[i] })),
		itemStyle: { borderColor: colours.paper, borderWidth: 2 }, // Whole percents: a narrow screen has no room for more beside the ring.
		label: { color: colours.ink, formatter: ({ percent }) => `${Math.round(percent)}%` }, labelLine: { length: 8, length2: 6 },
	}],
});

// The ends of the scale are dark where the page is light, and the other way round.
const inked = (rate, colours) => (rate < 0.2 || rate > 0.85 ? colours.paper : rate === '-' ? colours.soft : colours.light ? colours.ink : colours.paper);

// cells [x, y, rate 0..1 or '-', text]
export const heat = ({ columns, rows, cells }) => (colours) => ({
	grid: { ...GRID, top: 8, bottom: 44 },
	tooltip: tooltip(colours, { formatter: ({ data }) => `${rows[data.value[1]]} ${columns[data.value[0]]}: ${data.value[3]}` }),
	xAxis: { type: 'category', data: columns, ...axis(colours), axisLabel: { color: colours.soft, hideOverlap: true, fontSize: 11 } },
	yAxis: { type: 'category', data: rows, inverse: true, ...axis(colours), axisLabel: { color: colours.ink, width: 150, overflow: 'truncate' } },
	visualMap: {
		min: 0, max: 1, dimension: 2, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 140, calculable: false,
		text: ['100%', '0%'], textStyle: { color: colours.ink }, inRange: { color: colours.heat },
	},
	series: [{
		type: 'heatmap', data: cells.map((value) => ({ value, label: { color: inked(value[2], colours) } })), itemStyle: { borderColor: colours.paper, borderWidth: 2 },
		label: { show: true, formatter: ({ data }) => data.value[3], fontSize: 12 },
	}],
});
