// A view of a list: its conditions, one refusal, and that it opens again.
// In Japanese on SQLite, in English on PostgreSQL.
import { house, People } from "./lib/house";
import { expect, inEveryLook, settle, test } from "./lib/test";
import { words } from "./lib/words";

test("a saved view finds what it asks for", async ({ browser, engine, url }) => {
  const lang = engine === "sqlite" ? "ja" : "en";
  const people = new People(browser, url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();

  await admin.goto(`${crm}/Deals?view=all`);
  await admin.getByRole("link", { name: t("crmpages.view.new"), exact: true }).click();
  await admin.locator("select[name=add_criterion]").selectOption("Amount");
  await press("crmpages.view.add_criterion");
  const op = admin.locator("select[name='criteria.0.op']");
  await op.selectOption("between");
  await admin.locator("input[name='criteria.0.value']").fill("9");
  await admin.locator("input[name='criteria.0.until']").fill("3");
  await admin.locator("select[name=add_criterion]").selectOption("Stage");
  await press("crmpages.view.add_criterion");
  await admin.locator("input[name='criteria.1.many'][value=Qualification]").check();
  await press("crmpages.form.save");
  await expect(admin.getByText(t("crm.query.between")).first()).toBeVisible();
  await inEveryLook(admin, "view-form");
  await op.selectOption("at_least");
  await expect(admin.locator("input[name='criteria.0.until']")).toBeHidden();
  await admin.locator("input[name='criteria.0.value']").fill("1");
  await admin.locator("input[name=name]").fill("見込み");
  await admin.locator("input[name=shared]").check();
  await press("crmpages.form.save");
  await expect(admin).toHaveURL(/Deals\?view=\d+$/);
  await settle(admin);
  await expect(admin.locator(".view-bar summary").first()).toContainText("見込み");
  await inEveryLook(admin, "view-list");
  await admin.goto(`${crm}/Deals`);
  await expect(admin).toHaveURL(/view=\d+/);
});
