// The pictures of docs/guide, made of the demo: `make pictures`. In no test run.
import { house, integrate, People } from "./lib/house";
import { expect, settle, test, type Lang } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";
import path from "node:path";
import type { Page } from "@playwright/test";

for (const lang of ["ja", "en"] as Lang[]) {
  test(`pictures, ${lang}`, async ({ browser }) => {
    test.skip(!process.env.PICTURES, "make pictures");
    test.setTimeout(180_000);
    const own = await start("sqlite", `pictures-${lang}`);
    const people = new People(browser, own.url, lang);
    const t = words(lang);
    const take = async (page: Page, name: string) => {
      await settle(page);
      await page.setViewportSize({ width: 1200, height: 760 });
      for (const toast of await page.locator("[data-toast-close]").all()) await toast.click();
      await page.screenshot({ path: path.join(import.meta.dirname, `../docs/guide/pictures/${name}.${lang}.jpg`), type: "jpeg", quality: 72 });
    };
    const admin = await people.as("admin");
    const crm = await house(admin, "crm", "みなと");
    const portal = await house(admin, "portal", "みなとデリバリー");
    const setup = `${crm}/setup/integration`;
    await admin.goto(setup);
    await take(admin, "start");
    await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "yes" });
    await admin.goto(`${setup}/permissions`);
    await take(admin, "grid");
    await admin.goto(setup);
    await take(admin, "status");
    await admin.goto(`${setup}/rules/new`);
    await take(admin, "rule");

    // A deal becomes a project from a template, with a client user.
    await admin.goto(`${crm}/Deals?Stage=Qualification`);
    await admin.locator("main tbody").getByRole("link").first().click();
    await settle(admin);
    const deal = new URL(admin.url()).pathname;
    await admin.goto(`${deal}/projects/new`);
    await admin.locator("select[name=template]").selectOption({ index: 1 });
    await admin.locator("input[name=start_date]").fill("2027-01-12");
    await admin.getByRole("checkbox", { name: /高橋 陽子/ }).check();
    await take(admin, "new-project");
    await admin.locator("main form button[type=submit]").first().click();
    await settle(admin);
    await admin.locator("#projects").scrollIntoViewIfNeeded();
    await take(admin, "related");
    await admin.locator("#projects tbody").getByRole("link").first().click();
    await settle(admin);
    const project = new URL(admin.url()).pathname.split("/").pop()!;
    await admin.goto(deal);
    await admin.locator("#open-tasks tbody").getByRole("link").first().click();
    await settle(admin);
    await admin.getByRole("button", { name: t("integrationpages.task.add"), exact: true }).click();
    await expect(admin.locator("#project-task")).toContainText(t("integrationpages.task_state.synced"));
    await admin.locator("#project-task").scrollIntoViewIfNeeded();
    await take(admin, "task");
    await admin.goto(`${portal}/projects/${project}/tasks`);
    await take(admin, "project-tasks");
    await admin.goto(`${portal}/projects/${project}`);
    await admin.locator("#customer").scrollIntoViewIfNeeded();
    await take(admin, "customer");
    const client = await people.as("yoko.takahashi");
    await client.goto(`${portal}/projects`);
    await take(client, "client");
    await people.close();
    await own.stop();
  });
}
