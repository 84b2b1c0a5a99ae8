// The story of the integration from getting started to disabling it, told in both
// languages, each on a database of its own.
import type { Page } from "@playwright/test";
import { account, every, expect, found, inEveryLook, settle, signIn, signOut, test } from "./lib/test";
import { start, type Server } from "./lib/server";
import { words } from "./lib/words";

const password = "musubi-demo-2026";

// house finds the address of an organisation's or portal's pages by name.
async function house(page: Page, kind: "crm" | "portal", name: string): Promise<string> {
  await page.goto("/");
  const href = await page.locator(`a[href^="/${kind}/"]`, { hasText: name }).first().getAttribute("href");
  return href!.match(new RegExp(`/${kind}/\\d+`))![0];
}

test.describe.configure({ mode: "parallel" });

for (const lang of ["ja", "en"] as const) {
  test.describe(`the story, ${lang}`, () => {
    test.describe.configure({ mode: "serial", timeout: 180_000 });
    const t = words(lang);
    let own: Server;
    let page: Page;
    let crm = "";
    let setup = "";

    test.beforeAll(async ({ browser, engine }) => {
      own = await start(engine, `story-${lang}`);
      const context = await browser.newContext({ baseURL: own.url, locale: lang === "ja" ? "ja-JP" : "en-US", viewport: { width: 1440, height: 900 } });
      page = await context.newPage();
    });
    test.afterAll(async () => {
      await page.context().close();
      await own.stop();
    });

    const button = (key: string) => page.getByRole("button", { name: t(key), exact: true });
    const leave = async (who: string) => {
      await signOut(page);
      await signIn(page, who, lang);
    };

    test("1 the settings search leads to the page, and getting started begins", async () => {
      await signIn(page, "admin", lang);
      crm = await house(page, "crm", "みなと");
      setup = `${crm}/setup/integration`;
      await page.goto(`${crm}/setup`);
      await inEveryLook(page, `setup-${lang}`, "whole");
      await page.goto(`${crm}/setup?q=${encodeURIComponent(lang === "ja" ? "プロジェクト" : "project")}`);
      await page.locator("main").getByRole("link", { name: t("orgpages.integration") }).click();
      await expect(page).toHaveURL(new RegExp(`${setup}$`));
      await inEveryLook(page, `intro-${lang}`, "whole");
      await page.goto(`${crm}/setup/apps/services/projects`);
      await expect(page).toHaveURL(new RegExp(`${setup}$`));
      await button("integrationpages.get_started").click();
      await expect(page).toHaveURL(/\/portal$/);
    });

    test("2 a portal is one's own, another's by its key, or new", async () => {
      await inEveryLook(page, `portal-${lang}`, "whole");
      // Case 2: a wrong key and a wrong address give the same words.
      const tryKey = async (key: string, email: string) => {
        await page.goto(`${setup}/portal?key`);
        await page.locator("input[name=key]").fill(key);
        await page.locator("input[name=email]").fill(email);
        await button("integrationpages.portal.show").click();
      };
      await tryKey("msk_wrong", "kaede@kaede.example");
      const wrongKey = await page.getByRole("alert").innerText();
      await leave("kaede");
      const portal = await house(page, "portal", "Kaede");
      await page.goto(`${portal}/settings/service-key`);
      await inEveryLook(page, `key-${lang}`, "whole");
      await page.locator("input[name=password]").fill(password);
      await page.locator("main form button").first().click();
      const secret = await found(page, /msk_[\w-]+/);
      await leave("admin");
      await tryKey(secret, "somebody@kaede.example");
      expect(await page.getByRole("alert").innerText()).toBe(wrongKey);
      await tryKey(secret, "kaede@kaede.example");
      await expect(page.getByRole("radio", { name: /Kaede Studio/ }).and(page.locator(":enabled"))).toBeVisible();
      // Case 3: a new portal is listed, and bound only when it is chosen and saved.
      await page.goto(`${setup}/portal?new`);
      await page.locator("input[name=name]").fill("結び目");
      await button("integrationpages.portal.create").click();
      await expect(page.getByRole("radio", { name: /結び目/ })).toBeVisible();
      await page.goto(crm);
      await expect(page.getByRole("link", { name: t("web.nav.projects"), exact: true })).toHaveCount(0);
      // Case 1 goes on.
      await page.goto(`${setup}/portal`);
      await page.getByRole("radio", { name: /みなとデリバリー/ }).check();
      await button("integrationpages.next").click();
      await expect(page).toHaveURL(/\/permissions$/);
    });

    test("3 the grid registers the users of ticked profiles", async () => {
      await inEveryLook(page, `grid-${lang}`, "whole");
      for (const box of await every(page.locator("#grid input:enabled"))) await box.check();
      await button("integrationpages.save").click();
      await expect(page).toHaveURL(/\/association$/);
      await expect(page.locator("#provisioning[aria-busy]")).toHaveCount(0, { timeout: 30_000 });
      await page.goto(`${setup}/users`);
      await expect(page.getByRole("row", { name: /emily@minato.example/ })).toContainText(t("integrationpages.role.employee"));
      await expect(page.getByRole("row", { name: /sato@minato.example/ })).toContainText(t("integrationpages.role.manager"));
      await expect(page.getByRole("row", { name: /kobayashi/ })).toHaveCount(0);
      await inEveryLook(page, `users-${lang}`, "whole");
    });

    test("4 the question is answered once, and the report gives reasons", async () => {
      await page.goto(`${setup}/association`);
      await inEveryLook(page, `question-${lang}`, "whole");
      await expect(page.locator("tbody tr")).toHaveCount(5);
      await button("integrationpages.ask.yes").click();
      await expect(page.getByText(t("integrationpages.association.done"))).toBeVisible({ timeout: 30_000 });
      await page.goto(`${setup}/association/report`);
      await expect(page.getByRole("row", { name: /さくら商店/ })).toContainText(t("integration.reason.ambiguous_account"));
      await expect(page.getByRole("row", { name: /大森 修/ })).toContainText(t("integration.reason.contact_created"));
      await inEveryLook(page, `report-${lang}`, "whole");
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: t("integrationpages.report.xlsx") }).click()]);
      expect(file.suggestedFilename()).toContain(".xlsx");
      await page.goto(`${crm}/setup/outbox`);
      await expect(page.getByRole("link", { name: t("integration.mail.report.subject") })).toBeVisible({ timeout: 30_000 });
      await inEveryLook(page, `outbox-${lang}`, "whole");
    });

    test("5 records show projects, by person and permission", async () => {
      await page.goto(`${crm}/Accounts?q=${encodeURIComponent("青空製作所")}`);
      await page.getByRole("link", { name: "株式会社青空製作所" }).first().click();
      await settle(page);
      await expect(page.locator("#projects").getByRole("link", { name: "青空製作所 受発注システム刷新" })).toBeVisible();
      await inEveryLook(page, `account-${lang}`, "whole");
      const account = new URL(page.url()).pathname;
      // What was sold becomes the project's name, and the project is the account's too.
      await page.goto(`${crm}/Deals?q=${encodeURIComponent("青空製作所 保守サポート契約")}`);
      await page.locator("main tbody").getByRole("link", { name: "青空製作所 保守サポート契約" }).click();
      await settle(page);
      const deal = new URL(page.url()).pathname;
      await page.goto(`${deal}/projects/new`);
      await inEveryLook(page, `deal-new-project-${lang}`, "whole");
      await expect(page.locator("input[name=name]")).toHaveValue("青空製作所 保守サポート契約");
      await button("integrationpages.create").click();
      await settle(page);
      await expect(page.locator("#projects tbody tr", { hasText: "青空製作所 保守サポート契約" })).toHaveCount(1);
      await page.goto(account);
      await settle(page);
      await expect(page.locator("#projects tbody tr", { hasText: "青空製作所 保守サポート契約" })).toHaveCount(1);
      await page.locator("#projects").getByRole("link", { name: t("integrationpages.rollup") }).click();
      await expect(page.locator("main tbody tr", { hasText: "青空製作所 保守サポート契約" })).toHaveCount(1);
      await expect(page.locator("main canvas")).toHaveCSS("display", "block"); // drawn
      await inEveryLook(page, `rollup-${lang}`, "whole");
      await page.goto(`${deal}/projects/overview`);
      await expect(page.locator("main table")).toHaveCount(0); // accounts alone
      await page.goto(`${crm}/projects`);
      await inEveryLook(page, `tab-${lang}`, "whole");
      // Emily is registered, in no project, and sees the public ones alone.
      await leave("emily");
      await page.goto(`${crm}/projects`);
      await expect(page.getByRole("link", { name: "社内研修 2026" })).toBeVisible();
      await expect(page.getByRole("link", { name: "青空製作所 受発注システム刷新" })).toHaveCount(0);
      expect((await page.goto(setup))?.status()).toBe(403);
    });

    test("6 a key made anew stops it, and the new key brings everything back", async () => {
      await leave("admin");
      const portal = await house(page, "portal", "みなと");
      await page.goto(`${portal}/settings/service-key/regenerate`);
      await expect(page.locator("main")).toContainText("みなとソリューションズ");
      await inEveryLook(page, `regenerate-${lang}`, "whole");
      // A mistyped password does not take the days back that were chosen.
      await page.locator("select[name=overlap]").selectOption("7");
      await page.locator("input[name=password]").fill(`${password}?`);
      await page.locator("main form.ask button").last().click();
      await expect(page.locator("main [role=alert]").first()).toBeVisible();
      await expect(page.locator("select[name=overlap]")).toHaveValue("7");
      await page.locator("select[name=overlap]").selectOption("0");
      await page.locator("input[name=password]").fill(password);
      await page.locator("main form.ask button").last().click();
      await page.goto(`${crm}/projects`);
      await expect(page.getByText(t("integrationpages.state.key_invalid"))).toBeVisible();
      await inEveryLook(page, `broken-${lang}`, "whole");
      await page.goto(`${portal}/settings/service-key`);
      await page.locator("input[name=password]").fill(password);
      await page.locator("main form button").first().click();
      const secret = await found(page, /msk_[\w-]+/);
      await page.goto(`${setup}/key`);
      await page.locator("input[name=key]").fill(secret);
      await page.locator("input[name=email]").fill(account("admin").email);
      await button("integrationpages.save").click();
      await page.goto(`${crm}/Accounts?q=${encodeURIComponent("青空製作所")}`);
      await page.getByRole("link", { name: "株式会社青空製作所" }).first().click();
      await settle(page);
      await expect(page.locator("#projects").getByRole("link", { name: "青空製作所 受発注システム刷新" })).toBeVisible();
    });

    test("7 disabling counts what goes, and Projects lives on", async () => {
      await page.goto(`${setup}/disable`);
      await inEveryLook(page, `disable-${lang}`, "whole");
      await expect(page.locator("main")).toContainText(t("integrationpages.loss.clients", { Count: 5 }));
      await page.locator("main form.ask button").last().click();
      await expect(page.getByRole("link", { name: t("web.nav.projects"), exact: true })).toHaveCount(0);
      const portal = await house(page, "portal", "みなと");
      await page.goto(`${portal}/projects`);
      await expect(page.getByRole("link", { name: "青空製作所 受発注システム刷新" })).toBeVisible();
      await inEveryLook(page, `portal-projects-${lang}`, "whole");
      // The client user still sees what is external, and nothing else.
      await leave("yoko.takahashi");
      const theirs = await house(page, "portal", "みなと");
      await page.goto(`${theirs}/projects`);
      await page.getByRole("link", { name: "青空製作所 受発注システム刷新" }).click();
      await page.locator("main").getByRole("link", { name: new RegExp(`^${t("projectviews.part.tasks")}`) }).first().click();
      await expect(page.locator("tbody tr").first()).toBeVisible();
      await expect(page.getByText(t("projectviews.internal"), { exact: true })).toHaveCount(0);
      expect((await page.goto(`${theirs}/settings/service-key`))?.status()).toBe(403);
    });
  });
}
