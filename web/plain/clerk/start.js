// The page before its own scripts are built: signs in with the token of the address, and shows how the store stands.
"use strict";
const headers = { "Tributary-Page": "1", "Content-Type": "application/json", "Accept-Language": navigator.language };
async function begin() {
	const token = new URLSearchParams(location.hash.slice(1)).get("token");
	history.replaceState(null, "", "/");
	if (token)
		await fetch("/api/v1/session", { method: "POST", headers, body: JSON.stringify({ token }) });
	const answer = await fetch("/api/v1/status", { headers });
	document.getElementById("state").textContent = JSON.stringify(await answer.json());
}
begin();
