// Writes docs/settings.md from the table of settings. A test fails while the page is stale.
import { writeFile } from "node:fs/promises";
import { settingsPage } from "../src/settings/page.ts";

await writeFile(new URL("../docs/settings.md", import.meta.url), settingsPage());
