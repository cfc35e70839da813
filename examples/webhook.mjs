// Sends a submission as a form system does: signed by Standard Webhooks. Node 18 or later; nothing to install.
//
//     node examples/webhook.mjs http://localhost:8001/webhooks/my-forms whsec_… [examples/submission.json]

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

function sign(secret, body) {
  const id = "msg_" + createHash("sha256").update(body).digest("hex").slice(0, 32);
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

const [url, secret, file = new URL("submission.json", import.meta.url)] = process.argv.slice(2);
const body = readFileSync(file);
const answer = await fetch(url, {
  method: "POST",
  headers: { "Content-Type": "application/json", ...sign(secret, body) },
  body,
});
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
