// Two accounts that are one are merged: the master takes the chosen value and the tie to
// Projects, and the old address leads to it. In Japanese on SQLite, in English on
// PostgreSQL.
import { house, integrate, People } from "./lib/house";
import { expect, inEveryLook, settle, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("an account entered twice becomes one, with its project", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "merge");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).first().click();
  const make = async (phone: string) => {
    await admin.goto(`${crm}/Accounts/new`);
    await admin.locator("input[name=Account_Name]").fill("重複商事");
    await admin.locator("input[name=Phone]").fill(phone);
    await press("crmpages.form.save");
    await settle(admin);
    return new URL(admin.url()).pathname;
  };
  const master = await make("03-1111-1111");
  const twin = await make("03-2222-2222");
  await admin.goto(`${twin}/projects/new`);
  await admin.locator("input[name=name]").fill("重複の案件");
  await press("integrationpages.create");
  await settle(admin);

  await admin.goto(`${master}/merge`);
  await expect(admin.locator("input[name=with]")).toHaveCount(1);
  await inEveryLook(admin, "merge-twins");
  // With nothing ticked there is nothing to compare; who may not change them merges nothing.
  await press("crmpages.merge.compare");
  await expect(admin.getByText(t("crm.fault.merge_count", { Max: 3 })).first()).toBeVisible();
  await expect(admin.locator("input[name=with]")).toHaveCount(1);
  const tanaka = await people.as("tanaka");
  const other = twin.split("/").pop()!;
  expect((await tanaka.request.get(`${master}/merge?with=${other}`)).status()).toBe(404); // nor sees them
  expect((await tanaka.request.post(`${master}/merge`, { form: { with: other } })).status()).toBe(403);
  expect((await admin.request.get(twin)).url()).toContain(twin); // both are still there
  await admin.locator("input[name=with]").check();
  await press("crmpages.merge.compare");
  await inEveryLook(admin, "merge-compare");
  const compare = admin.url();
  // Somebody saves meanwhile: the page says so and shows what is there now.
  const second = await admin.context().newPage();
  await second.goto(`${twin}/edit`);
  await second.locator("input[name=Phone]").fill("03-3333-3333");
  await second.getByRole("button", { name: t("crmpages.form.save"), exact: true }).click();
  await expect(second).toHaveURL(new RegExp(`${twin}$`)); // saved, and not closed on its way
  await second.close();
  await press("crmpages.merge");
  await expect(admin.getByText(t("crm.fault.stale")).first()).toBeVisible();
  await admin.goto(compare);
  await admin.getByLabel(/03-3333-3333/).check();
  await press("crmpages.merge");
  await expect(admin).toHaveURL(new RegExp(`${master}$`));
  await expect(admin.locator("main")).toContainText("03-3333-3333");
  await expect(admin.locator("#projects tbody tr", { hasText: "重複の案件" })).toHaveCount(1);
  await admin.goto(twin);
  await expect(admin).toHaveURL(new RegExp(`${master}$`));
  await people.close();
  await own.stop();
});
