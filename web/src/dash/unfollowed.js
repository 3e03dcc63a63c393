// Where figures in other boundaries cannot follow every change of the tree, they say so.
import { html } from '../shared/view.js';
import { number } from '../shared/format.js';
import { t } from '../shared/text.js';

export function Unfollowed({ data }) {
	return data.tree_missing > 0 && html`<p class="say warn">${t('TREE_MISSING', number(data.tree_missing))}</p>`;
}
