// What every spec imports: test with a running program, and the helpers.
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import axe from "axe-core";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { program, start, type Engine, type Server } from "./server";

export { expect };

export type Lang = "ja" | "en";
export type Account = { email: string; password: string; name: string; profile: string; portal_roles: unknown };

export const test = base.extend<{ url: string }, { engine: Engine; server: Server }>({
  engine: ["sqlite", { scope: "worker", option: true }],
  server: [
    async ({ engine }, use, info) => {
      const server = await start(engine, `w${info.workerIndex}`);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  url: async ({ server }, use) => use(server.url),
});

let known: Account[] | undefined;

// accounts are the demo sign-ins, as the program itself tells them.
export function accounts(): Account[] {
  known ??= JSON.parse(execFileSync(program, ["demo", "--accounts"], { encoding: "utf8" })) as Account[];
  return known;
}

// account finds a demo person by e-mail, by its part before the @, or by name.
export function account(who: string): Account {
  const a = accounts().find((x) => x.email === who || x.email.split("@")[0] === who || x.name === who);
  if (!a) throw new Error(`no demo account ${who}; there are: ${accounts().map((x) => x.email).join(", ")}`);
  return a;
}

// setLanguage makes the page speak the language, as a person would: with the
// buttons at its foot.
export async function setLanguage(page: Page, lang: Lang) {
  if (page.url() === "about:blank") await page.goto("/signin");
  if ((await page.locator("html").getAttribute("lang")) === lang) return;
  await page.locator(`.langs button[value=${lang}]`).click();
  await expect(page.locator("html")).toHaveAttribute("lang", lang);
}

export async function signIn(page: Page, who: string, lang?: Lang) {
  const a = account(who);
  await page.goto("/signin");
  await page.locator("input[name=email]").fill(a.email);
  await page.locator("input[name=password]").fill(a.password);
  await page.locator("main form button[type=submit]").first().click();
  await expect(page).not.toHaveURL(/\/signin/);
  if (lang) await setLanguage(page, lang);
}

export async function signOut(page: Page) {
  await page.context().clearCookies({ name: /^(__Host-)?musubi$/ });
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// expectNoAxeViolations checks the page as it stands against WCAG 2.2 AA. axe runs in
// the page itself, put there once per page load: its own wrapper for Playwright opens a
// second page for every look and takes ten times as long.
export async function expectNoAxeViolations(page: Page, what = "") {
  await settle(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (runOnly) => {
    // What lies half under the bar at the top is not too small: one scrolls.
    window.scrollTo(0, 0);
    // Colours on their way from one theme to the other belong to neither.
    await new Promise((ready) => requestAnimationFrame(() => requestAnimationFrame(ready)));
    const moving = document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime));
    await Promise.allSettled(moving.map((a) => a.finished));
    const result = await (window as unknown as { axe: typeof axe }).axe.run(document, { runOnly, resultTypes: ["violations"] });
    return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html.slice(0, 200)} (${n.failureSummary ?? ""})`).join("\n    ")}`);
  }, rules);
  expect(found, `${what || page.url()}: accessibility`).toEqual([]);
}

export const looks = (["light", "dark"] as const).flatMap((scheme) => [375, 1440].map((width) => ({ scheme, width })));

// inEveryLook shows the page light and dark, on a phone and on a desk: checks
// that nothing runs out of the window and that axe finds nothing. axe takes most of the
// time, and what it finds hangs on the width or on the colours, hardly on both at once:
// it runs on the bright phone and the dark desk, and with "whole" in all four. With
// SCREENSHOTS=1 it keeps a picture of each below e2e/screenshots. A page looks the same
// on every database, so on PostgreSQL nothing is looked at.
export async function inEveryLook(page: Page, name: string, how: "quick" | "whole" = "quick") {
  if (test.info().project.name !== "sqlite") return settle(page);
  const before = page.viewportSize();
  for (const { scheme, width } of looks) {
    const what = `${name}, ${scheme}, ${width} px`;
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    if (how === "whole" || (scheme === "light") === (width === 375)) await expectNoAxeViolations(page, what);
    else await settle(page);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${what}: runs out of the window by`).toBeLessThanOrEqual(0);
    if (process.env.SCREENSHOTS) {
      const dir = path.join(import.meta.dirname, "../screenshots");
      await page.screenshot({ path: path.join(dir, `${name}-${scheme}-${width}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}

// settle waits until every lazy part has arrived.
export async function settle(page: Page) {
  await page.waitForLoadState("load");
  await expect(page.locator(".lazy[aria-busy=true]")).toHaveCount(0, { timeout: 15_000 });
}

// pick chooses in a lookup field: types, and takes the first record offered.
export async function pick(page: Page, field: string, text: string) {
  await page.locator(`#f-${field}`).fill(text);
  await page.locator(`#f-${field}-list`).getByRole("option", { name: text }).first().click();
  await expect(page.locator(`input[type=hidden][name="${field}"]`)).not.toHaveValue("");
}

// every gives all that match, once the page is whole: Locator.all() takes what is there.
export async function every(which: Locator): Promise<Locator[]> {
  await settle(which.page());
  await expect(which.first()).toBeAttached();
  return which.all();
}

// found waits for words on the page and gives what matched.
export async function found(page: Page, words: RegExp): Promise<string> {
  await expect(page.locator("main")).toContainText(words);
  return (await page.locator("main").innerText()).match(words)![0];
}
