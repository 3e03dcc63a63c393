// What a clerk does on the page, as the stories do it: by the words on the screen.
import assert from 'node:assert/strict';
import { openPage, settle } from './browser.mjs';

export async function enter(browser, address, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN', acceptDownloads: true, ...options });
	const page = await openPage(context);
	await page.goto(address);
	await page.waitForSelector('main h1');
	await settle(page);
	return page;
}

export { visit as go } from './browser.mjs';

// Waits until the text stands somewhere on the screen.
export async function sees(page, text) {
	await page.getByText(text, { exact: false }).first().waitFor({ state: 'visible' })
		.catch(async () => assert.fail(`is not seen: ${text}; ${page.url()} says:\n${(await page.innerText('main')).slice(0, 1500)}`));
}

export async function press(page, name) {
	await page.getByRole('button', { name, exact: true }).first().click();
}

export async function fill(page, label, text) {
	const control = page.getByLabel(label, { exact: false }).and(page.locator('input, select, textarea')).first();
	if (await control.evaluate((one) => one.tagName === 'SELECT'))
		await control.selectOption({ label: text });
	else
		await control.fill(text);
	await control.blur();
}

// A cell of the grid, rows and columns from 0.
export function cell(page, row, column) {
	return page.locator(`input.cell[data-row="${row}"][data-column="${column}"]`);
}

// Pastes as if it had been copied in WPS.
export async function paste(page, row, column, text) {
	await cell(page, row, column).focus();
	await cell(page, row, column).evaluate((input, clip) => {
		const data = new DataTransfer();
		data.setData('text/plain', clip);
		input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
	}, text);
}

// Until nothing is being saved any more.
export async function saved(page) {
	await page.waitForFunction(() => !document.querySelector('table.grid tr.saving'));
}

export async function reason(page, text) {
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('原因').fill(text);
	await dialog.locator('button.main').click();
}
