// Reads an AsyncAPI document from standard input, and writes what the AsyncAPI project's own parser finds in it.

import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const SEVERITIES = ["error", "warning", "information", "hint"];

const { document, diagnostics } = await new Parser().parse(readFileSync(0, "utf8"));
const found = diagnostics.map(({ severity, code, message, path }) => ({
  severity: SEVERITIES[severity],
  code,
  message,
  path: path.join("."),
}));
process.stdout.write(JSON.stringify({ version: document?.version() ?? null, diagnostics: found }));
