// What the township said of months that came back, beside the fields and figures that it speaks of.
import { useResource } from '../shared/resource.js';

// [{ month, by, on, text }] of every month that was returned and is not mended yet.
export function useRemarks() {
	const { data } = useResource('/periods');
	if (!data)
		return [];
	return data.periods.filter((one) => one.verdict === 'returned')
		.flatMap((one) => one.remarks.map((remark) => ({ ...remark, month: one.month, by: one.by })));
}

export function remarksOn(remarks, kind, field) {
	return remarks.filter((remark) => remark.on === `${kind}.${field}`);
}
