// Several people at one running program, each in a window of their own, and the ways
// of an organisation and a portal that several specs walk.
import { expect, type Browser, type Page } from "@playwright/test";
import { account, every, found, setLanguage, settle, type Lang } from "./test";
import { words } from "./words";

// People signs in whoever is asked for, once, and keeps their window.
export class People {
  private readonly windows = new Map<string, Page>();

  constructor(
    private readonly browser: Browser,
    readonly url: string,
    readonly lang: Lang,
  ) {}

  async as(who: string): Promise<Page> {
    const there = this.windows.get(who);
    if (there) return there;
    const context = await this.browser.newContext({
      baseURL: this.url,
      locale: this.lang === "ja" ? "ja-JP" : "en-US",
      viewport: { width: 1440, height: 900 },
    });
    const { email, password } = account(who);
    const answer = await context.request.post("/signin", { form: { email, password } });
    expect(answer.url(), `${who} signs in`).not.toContain("/signin");
    const page = await context.newPage();
    await page.goto("/");
    await setLanguage(page, this.lang);
    this.windows.set(who, page);
    return page;
  }

  async close() {
    for (const page of this.windows.values()) await page.context().close();
    this.windows.clear();
  }
}

// house finds the address of an organisation's or portal's pages by name.
export async function house(page: Page, kind: "crm" | "portal", name: string): Promise<string> {
  await page.goto("/");
  const href = await page.locator(`a[href^="/${kind}/"]`, { hasText: name }).first().getAttribute("href");
  return href!.match(new RegExp(`/${kind}/\\d+`))![0];
}

// serviceKey reveals the key of whoever looks at a portal's settings.
export async function serviceKey(page: Page, portal: string, password: string): Promise<string> {
  await page.goto(`${portal}/settings/service-key`);
  await page.locator("main input[name=password]").fill(password);
  await page.locator("main form button").first().click();
  return found(page, /msk_[\w-]+/);
}

// record opens a record by its name and gives its address.
export async function record(page: Page, crm: string, module: string, name: string): Promise<string> {
  await page.goto(`${crm}/${module}?q=${encodeURIComponent(name)}`);
  await page.locator("main tbody").getByRole("link", { name }).first().click();
  await settle(page);
  return new URL(page.url()).pathname;
}

// integrate sets the integration up as an administrator would: a portal of one's own,
// every tick of the grid unless ticks says which, and the association answered or left open.
export async function integrate(page: Page, crm: string, lang: Lang, portal: RegExp, options: { answer?: "yes" | "no"; ticks?: (box: string) => boolean } = {}) {
  const t = words(lang);
  const setup = `${crm}/setup/integration`;
  const press = (key: string) => page.getByRole("button", { name: t(key), exact: true }).click();
  await page.goto(setup);
  await press("integrationpages.get_started");
  await page.getByRole("radio", { name: portal }).check();
  await press("integrationpages.next");
  for (const box of await every(page.locator("#grid input:enabled"))) {
    if (options.ticks?.((await box.getAttribute("aria-label")) ?? "") ?? true) await box.check();
  }
  await press("integrationpages.save");
  await expect(page).toHaveURL(/\/association$/);
  await expect(page.locator("#provisioning[aria-busy]")).toHaveCount(0, { timeout: 30_000 });
  if (options.answer) await press(`integrationpages.ask.${options.answer}`);
  if (options.answer === "yes") await expect(page.getByText(t("integrationpages.association.done"))).toBeVisible({ timeout: 30_000 });
}
