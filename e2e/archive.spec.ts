// Leaving without loss: what a disabled integration had tied is taken home, brought
// back into the same portal, and let go. In Japanese on SQLite, in English on PostgreSQL.
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { house, integrate, People, record } from "./lib/house";
import { expect, inEveryLook, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("what was tied is kept, and comes back", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "archive");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const setup = `${crm}/setup/integration`;
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "yes" });
  await admin.goto(`${setup}/archives`);
  await expect(admin.getByText(t("integrationpages.archives.none"))).toBeVisible();
  await inEveryLook(admin, "archives-none");
  // A run is repeated for new data; undoing it asks what becomes of the contacts it made.
  await admin.goto(`${setup}/association`);
  await press("integrationpages.association.repeat");
  await expect(admin.getByText(t("integrationpages.association.done"))).toBeVisible({ timeout: 20_000 });
  await admin.getByRole("link", { name: t("integrationpages.undo"), exact: true }).click();
  await expect(admin.locator("#modal input[name=bin]")).not.toBeChecked();
  await inEveryLook(admin, "association-undo");
  const version = await admin.locator("#modal input[name=version]").inputValue();
  const suzuki = await people.as("suzuki");
  expect((await suzuki.request.post(`${setup}/association/undo`, { form: { version } })).status()).toBe(403);
  await admin.locator("#modal input[name=bin]").check();
  await admin.locator("#modal").getByRole("button", { name: t("integrationpages.undo"), exact: true }).click();
  await expect(admin.getByText(t("integrationpages.undo.done"))).toBeVisible();
  // Undone once, it is not undone again, nor repeated; the question is open as before.
  for (const act of ["undo", "repeat"]) {
    expect((await admin.request.post(`${setup}/association/${act}`, { form: { version } })).status(), act).toBe(409);
  }
  await admin.goto(`${setup}/clients`);
  await expect(admin.getByText(t("integrationpages.clients.none"), { exact: true })).toBeVisible();
  await admin.goto(`${setup}/association`);
  await expect(admin.locator("#discarding [role=status]")).toHaveText(t("integrationpages.discard.done", { Count: 3 }), { timeout: 20_000 });
  await inEveryLook(admin, "association-undone");
  await press("integrationpages.ask.yes");
  await expect(admin.getByText(t("integrationpages.association.done"))).toBeVisible({ timeout: 30_000 });
  const account = await record(admin, crm, "Accounts", "青空製作所");
  const rows = admin.locator("#projects tbody tr");
  await expect(rows.first()).toBeVisible();
  const before = await rows.count();

  // In Projects, whose customer it is stands beside the project and the client, for who
  // sees that in CRM; for who is nobody there, nothing does.
  const portal = await house(admin, "portal", "みなと");
  await admin.goto(`${portal}/projects?q=${encodeURIComponent("青空製作所")}`);
  await admin.locator("main tbody").getByRole("link").first().click();
  const project = new URL(admin.url()).pathname;
  const card = (page: Page) => page.locator("#customer");
  await expect(card(admin).getByRole("link", { name: "株式会社青空製作所" })).toHaveAttribute("href", account);
  await expect(card(admin).locator("tbody tr").first()).toBeVisible();
  await inEveryLook(admin, "project-customer");
  await admin.goto(`${portal}/clients`);
  await admin.locator("main tbody").getByRole("link", { name: /青空製作所/ }).click();
  await expect(card(admin).getByRole("link", { name: "株式会社青空製作所" })).toBeVisible();
  const mori = await people.as("mori");
  await mori.goto(project);
  await expect(mori.locator("#customer[aria-busy=true]")).toHaveCount(0);
  await expect(card(mori)).toHaveText("");

  await admin.goto(`${setup}/disable`);
  await admin.locator("main").getByRole("button", { name: t("integrationpages.disable"), exact: true }).click();
  await expect(admin.getByText(t("integrationpages.disabled"))).toBeVisible();
  await admin.goto(`${setup}/archives`);
  await expect(admin.locator("main tbody tr")).toHaveCount(1);
  await expect(admin.getByRole("button", { name: t("integrationpages.archives.restore") })).toHaveCount(0); // no portal is joined
  const taken: Record<string, string> = {};
  for (const [name, holds] of [["CSV", "kind,module,record_id"], ["JSON", '"ties":[']]) {
    const [file] = await Promise.all([admin.waitForEvent("download"), admin.getByRole("link", { name, exact: true }).click()]);
    const text = readFileSync(await file.path(), "utf8");
    expect(text).toContain(holds);
    expect(text).toContain("青空製作所");
    taken[name] = text;
  }

  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });
  await admin.goto(account);
  await expect(admin.locator("#projects")).toBeVisible();
  await expect(admin.locator("#projects .lazy[aria-busy=true]")).toHaveCount(0);
  await expect(rows).toHaveCount(0);
  await admin.goto(`${setup}/archives`);
  await inEveryLook(admin, "archives");
  await press("integrationpages.archives.restore");
  await expect(admin.locator("#restoring").getByRole("link", { name: t("integrationpages.archives.result") })).toBeVisible({ timeout: 20_000 });
  await inEveryLook(admin, "archives-restored");
  await admin.goto(account);
  await expect(rows).toHaveCount(before);
  // Only administrators, and no archive that is not theirs.
  expect((await suzuki.request.get(`${setup}/archives`)).status()).toBe(403);
  expect((await admin.request.get(`${setup}/archives/99.csv`)).status()).toBe(404);
  await admin.goto(`${setup}/archives`);
  await admin.locator("main tbody").getByRole("link", { name: t("integrationpages.archives.delete"), exact: true }).click();
  await admin.locator("#modal").getByRole("button", { name: t("integrationpages.archives.delete"), exact: true }).click();
  await expect(admin.getByText(t("integrationpages.archives.none"))).toBeVisible();
  // A file that was taken home comes back; what is none is refused, and ties nothing.
  const give = async (name: string, text: string) => {
    await admin.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await press("integrationpages.archives.load");
  };
  await give("x.json", taken.JSON.replace('"kind":"client"', '"kind":"owner"'));
  await expect(admin.getByText(t("integration.archive.bad_line", { Line: 1 })).first()).toBeVisible();
  await give("x.csv", "<script>alert(1)</script>");
  await expect(admin.getByText(t("integration.archive.unreadable")).first()).toBeVisible();
  await inEveryLook(admin, "archives-refused");
  for (const [at, name] of ["CSV", "JSON"].entries()) {
    await give(`kept.${name.toLowerCase()}`, taken[name]);
    await expect(admin.locator("main tbody tr").filter({ has: admin.getByRole("button", { name: t("integrationpages.archives.restore") }) })).toHaveCount(at + 1);
  }
  expect((await suzuki.request.post(`${setup}/archives`, { multipart: { file: { name: "x.json", mimeType: "application/json", buffer: Buffer.from(taken.JSON) } } })).status()).toBe(403);
  await people.close();
  await own.stop();
});
