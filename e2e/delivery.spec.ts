// What the tie is for, in one go: a won deal becomes a project from a template, with its
// client user and its mapped fields; a task of it goes to the CRM, is closed there and so
// in Projects; the customer signs in and sees it. In Japanese on SQLite, in English on
// PostgreSQL.
import { house, integrate, People, record } from "./lib/house";
import { expect, inEveryLook, settle, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("from the won deal to what the customer sees", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "delivery");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const portal = await house(admin, "portal", "みなとデリバリー");
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "yes" });

  // The portal has a field of its own, and what was sold fills it.
  await admin.goto(`${portal}/settings/fields`);
  await admin.locator("input[name=name]").fill("受注額");
  await admin.locator("select[name=kind]").selectOption("number");
  await press("projectpages.add");
  await admin.goto(`${crm}/setup/integration/mapping`);
  await admin.getByLabel("受注額", { exact: true }).selectOption("Amount");
  await press("integrationpages.save");
  await admin.goto(`${crm}/setup/integration/rules/new`);
  await admin.locator("input[name=pattern]").fill("{Deal_Name} 納品");
  await admin.locator("select[name=template]").selectOption({ label: "標準プロジェクト" });
  await admin.locator("select[name=clients]").selectOption("contact");
  await press("integrationpages.save");
  await expect(admin.locator("main tbody tr")).toHaveCount(1);

  const deal = await record(admin, crm, "Deals", "青空製作所 受発注システム刷新");
  await admin.goto(`${deal}/edit`);
  await admin.locator("select[name=Stage]").selectOption("Closed Won");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin).not.toHaveURL(/edit/);
  const made = admin.locator("#projects tbody").getByRole("link", { name: "青空製作所 受発注システム刷新 納品" });
  await expect(async () => {
    await admin.goto(deal);
    await expect(made).toHaveCount(1, { timeout: 1_500 });
  }).toPass({ timeout: 20_000 });
  await made.click();
  await expect(admin.locator("main")).toContainText("52,000,000");
  const project = `${portal}/projects/${new URL(admin.url()).pathname.split("/").pop()}`;
  await admin.getByRole("link", { name: t("integrationpages.team.tab"), exact: true }).first().click();
  await expect(admin.locator("main tr", { hasText: "高橋 陽子" })).toHaveCount(1);

  // A task of the template goes to the deal, and is closed there.
  await admin.goto(`${project}/tasks`);
  await admin.getByRole("link", { name: "現状のヒアリング" }).click();
  await settle(admin);
  const item = new URL(admin.url()).pathname;
  await admin.locator("select[name^='record.']").selectOption({ label: "青空製作所 受発注システム刷新" });
  await press("integrationpages.task.add_crm");
  await expect(admin.locator("#crm-task")).toContainText(t("integrationpages.task_state.synced"));
  await admin.locator("#crm-task").getByRole("link", { name: "現状のヒアリング" }).click();
  await settle(admin);
  await admin.goto(`${new URL(admin.url()).pathname}/edit`);
  await admin.locator("select[name=Status]").selectOption("Completed");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin).not.toHaveURL(/edit/);
  await expect(async () => {
    await admin.goto(item);
    await expect(admin.locator("select[name=status]")).toHaveValue("closed", { timeout: 1_500 });
  }).toPass({ timeout: 20_000 });

  // The customer comes in and sees it closed, and nothing that is internal.
  const client = await people.as("yoko.takahashi");
  await client.goto(`${portal}/projects`);
  await client.getByRole("link", { name: "青空製作所 受発注システム刷新 納品" }).click();
  await settle(client);
  await client.goto(`${project}/tasks`);
  await expect(client.locator("main tbody tr", { hasText: "現状のヒアリング" })).toContainText(t("work.status.task.closed"));
  await expect(client.locator("main")).not.toContainText("データベースの設計");
  await inEveryLook(client, "client-project-tasks");
  // Whoever has no right to the deal, or is a client, does not come to the CRM by this way.
  expect((await client.request.get(deal)).status()).toBe(404);
  expect((await client.request.get(`${project}/users`)).status()).toBe(403);
  await people.close();
  await own.stop();
});
