// A view of a list: its conditions, one refusal, and that it opens again; who may share
// it, and the columns everybody chooses for themselves.
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

  // It is there for everybody; who may not share changes neither it nor makes another.
  const saved = `${crm}/Deals/views/${new URL(admin.url()).searchParams.get("view")}/edit`;
  const suzuki = await people.as("suzuki");
  await suzuki.goto(admin.url());
  await expect(suzuki.locator(".view-bar summary").first()).toContainText("見込み");
  await expect(suzuki.getByRole("link", { name: t("crmpages.view.edit"), exact: true })).toHaveCount(0);
  expect((await suzuki.request.get(saved)).status()).toBe(403);
  expect((await suzuki.request.post(saved, { form: { do: "save", version: "1", name: "横取り" } })).status()).toBe(403);
  await suzuki.goto(`${crm}/Deals/views/new`);
  const shared = suzuki.locator("input[name=shared]");
  await expect(shared).toBeDisabled();
  await shared.evaluate((x: HTMLInputElement) => {
    x.disabled = false; // as a page from before the right was taken away
    x.checked = true;
  });
  await suzuki.locator("input[name=name]").fill("みんなへ");
  await suzuki.getByRole("button", { name: t("crmpages.form.save"), exact: true }).click();
  await expect(shared).toHaveAttribute("aria-invalid", "true");
  await expect(suzuki.getByText(t("crm.view.no_share")).first()).toBeVisible();
  await expect(suzuki.locator("input[name=name]")).toHaveValue("みんなへ");

  // The columns of the built-in views are one's own.
  await admin.goto(`${crm}/Deals?view=all`);
  await expect(admin.locator(".view-bar")).toContainText("見込み");
  for (const name of ["みんなへ", "横取り"]) await expect(admin.locator(".view-bar")).not.toContainText(name);
  await admin.getByRole("link", { name: t("crmpages.view.choose_columns"), exact: true }).click();
  const offered = admin.locator("select[name=add_column]");
  const step = (await offered.locator("option[value=Next_Step]").innerText()).trim();
  await offered.selectOption("Next_Step");
  await press("crmpages.view.add_column");
  await expect(admin.locator(".chosen")).toContainText(step);
  await inEveryLook(admin, "columns");
  await press("crmpages.form.save");
  await expect(admin).toHaveURL(/view=all/);
  await expect(admin.locator("main thead")).toContainText(step);
  await suzuki.goto(`${crm}/Deals?view=all`);
  await expect(suzuki.locator("main thead")).not.toContainText(step);
  // A column that stands there twice, or is none, is refused, and the list stays as it is.
  await admin.goto(`${crm}/Deals/columns`);
  await admin.locator("input[name=column][value=Next_Step]").evaluate((x) => x.after(x.cloneNode()));
  await press("crmpages.form.save");
  await expect(admin.getByText(t("crm.view.twice")).first()).toBeVisible();
  await expect(admin.locator("input[name=column][value=Next_Step]")).toHaveCount(2);
  expect((await admin.request.post(`${crm}/Deals/columns`, { form: { do: "save", column: "Secret" } })).status()).toBe(422);
  await admin.goto(`${crm}/Deals?view=all`);
  await expect(admin.locator("main thead").getByText(step, { exact: true })).toHaveCount(1);
  await people.close();
});
