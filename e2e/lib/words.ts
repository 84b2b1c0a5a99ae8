// The words of the pages, from the very files the program speaks with, so that one
// spec reads the pages in both languages.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./server";
import type { Lang } from "./test";

const dir = path.join(root, "internal/locale/messages");
const catalogues: Record<string, Record<string, unknown>> = { ja: {}, en: {} };
for (const file of readdirSync(dir)) {
  const lang = file.match(/\.(ja|en)\.json$/)?.[1];
  if (lang) Object.assign(catalogues[lang], JSON.parse(readFileSync(path.join(dir, file), "utf8")));
}

// words gives the text of a key, with its placeholders filled in.
export function words(lang: Lang): (key: string, args?: Record<string, unknown>) => string {
  return (key, args = {}) => {
    let text = catalogues[lang][key];
    if (text === undefined) {
      // "key.one" names a form of a text that has several.
      const [, stem, form] = key.match(/^(.*)\.(\w+)$/) ?? [];
      const forms = catalogues[lang][stem];
      if (typeof forms === "object") text = (forms as Record<string, string>)[form] ?? (forms as Record<string, string>).other;
    }
    if (text === undefined) throw new Error(`no message ${key}`);
    if (typeof text === "object") {
      const forms = text as Record<string, string>;
      text = (args.Count === 1 && forms.one) || forms.other;
    }
    return (text as string).replace(/\{\{\.(\w+)\}\}/g, (_, name) => String(args[name]));
  };
}
