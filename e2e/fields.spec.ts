// A portal's own field is filled from the deal a project is made of, once; live fields
// go on to follow. In Japanese
// on SQLite, in English on PostgreSQL.
import { house, integrate, People } from "./lib/house";
import { account, expect, inEveryLook, pick, settle, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("a project's own fields are filled from the deal", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "fields");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const portal = await house(admin, "portal", "みなとデリバリー");
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });

  await admin.goto(`${portal}/settings/fields`);
  await admin.locator("input[name=name]").fill("契約額");
  await admin.locator("select[name=kind]").selectOption("choice");
  await press("projectpages.add");
  await expect(admin.getByText(t("work.fault.options")).first()).toBeVisible();
  await expect(admin.locator("input[name=name]")).toHaveValue("契約額");
  await admin.locator("select[name=kind]").selectOption("number");
  await press("projectpages.add");
  await expect(admin.locator("main tbody tr", { hasText: "契約額" })).toHaveCount(1);
  await inEveryLook(admin, "project-fields");

  await admin.goto(`${crm}/setup/integration/mapping`);
  const map = (label: string) => admin.getByLabel(label, { exact: true });
  await map("契約額").selectOption("Amount");
  await map(t("integrationpages.mapping.target.end_date")).selectOption("Closing_Date");
  await inEveryLook(admin, "field-mapping");
  await press("integrationpages.save");
  await expect(map("契約額")).toHaveValue("Amount");

  await admin.goto(`${crm}/Deals?Stage=Qualification`);
  await admin.locator("main tbody").getByRole("link").first().click();
  await settle(admin);
  const deal = new URL(admin.url()).pathname;
  await admin.goto(`${deal}/projects/new`);
  const value = map("契約額");
  await expect(value).not.toHaveValue("");
  await expect(admin.locator("input[name=end_date]")).not.toHaveValue("");
  await admin.locator("input[name=name]").fill("岸壁の工事");
  // Who works on it, who of the customer gets in, and who only belongs to it.
  const contacts = admin.locator("input[name=contact]");
  await contacts.first().check();
  const client = await contacts.first().evaluate((x) => x.closest("label")!.querySelector(".form-check-label")!.firstChild!.textContent!.trim());
  await admin.locator("summary", { hasText: t("integrationpages.known") }).click();
  await admin.locator("input[name=known]").last().check();
  await admin.locator("summary", { hasText: t("integrationpages.team") }).click();
  await admin.locator("select[name=team0]").selectOption({ label: account("sato").name });
  await admin.locator("select[name=team_role0]").selectOption("manager");
  await value.fill("百万");
  await press("integrationpages.create");
  await expect(admin.getByText(t("work.fault.number")).first()).toBeVisible();
  await expect(value).toHaveValue("百万");
  await expect(contacts.first()).toBeChecked();
  await expect(admin.locator("input[name=known]").last()).toBeChecked();
  await expect(admin.locator("select[name=team_role0]")).toHaveValue("manager");
  await value.fill("1234567.5");
  await press("integrationpages.create");
  await settle(admin);
  await admin.locator("#projects tbody").getByRole("link").first().click();
  await expect(admin.locator("main")).toContainText("1,234,567.5");
  await inEveryLook(admin, "project-with-fields");

  // A status of the portal's own: the CRM offers and shows it, and while a project has
  // it, it goes only with another in its place.
  const project = new URL(admin.url()).pathname;
  await admin.goto(`${project}/users`);
  await expect(admin.locator("main tr", { hasText: account("sato").name })).toContainText(t("work.role.manager"));
  await expect(admin.locator("main tr", { hasText: client })).toHaveCount(1);
  await admin.goto(`${portal}/settings/statuses`);
  const add = async (name: string, colour: string) => {
    await admin.locator("input[name=name]").fill(name);
    await admin.locator("select[name=colour]").selectOption(colour);
    await press("projectpages.add");
  };
  await add("検収待ち", "teal");
  await expect(admin.locator("main tbody tr", { hasText: "検収待ち" })).toHaveCount(1);
  await add("検収待ち", "violet");
  await expect(admin.getByText(t("work.fault.status_exists")).first()).toBeVisible();
  await admin.locator("main tbody tr").last().locator("form[action$=move] button").click();
  await expect(admin.locator("main tbody tr").nth(9)).toContainText("検収待ち");
  await inEveryLook(admin, "project-statuses");
  await admin.goto(`${project}/edit`);
  await admin.locator("select[name=status]").selectOption({ label: "検収待ち" });
  await press("integrationpages.save");
  await expect(admin.locator("main .chip-teal").first()).toHaveText("検収待ち");
  await admin.goto(`${portal}/settings/statuses`);
  await admin.locator("main tbody tr", { hasText: "検収待ち" }).getByRole("link").click();
  const removal = new URL(admin.url()).pathname + "/delete";
  await admin.goto(removal);
  await admin.locator("select[name=replacement]").evaluate((x: HTMLSelectElement) => (x.required = false));
  await press("projectpages.statuses.delete");
  await expect(admin.getByText(t("work.fault.status_used")).first()).toBeVisible();
  await admin.locator("select[name=replacement]").selectOption("on_hold");
  await press("projectpages.statuses.delete");
  await expect(admin.locator("main tbody tr", { hasText: "検収待ち" })).toHaveCount(0);
  await admin.goto(project);
  await expect(admin.locator("main .chip").first()).toHaveText(t("work.status.project.on_hold"));

  // One project, many records: it is put on another deal from its own page, which needs
  // an account; what is not chosen is said.
  await admin.getByRole("link", { name: t("integrationpages.add_record") }).click();
  await admin.locator("#f-record").fill("nothing there");
  await expect(admin.locator("#f-record-list .lookup-none")).toBeVisible();
  await admin.keyboard.press("Escape"); // it lies over the button
  await press("integrationpages.add_record");
  await expect(admin.getByText(t("integrationpages.add_record.choose")).first()).toBeVisible();
  await pick(admin, "record", "青空精機");
  await inEveryLook(admin, "add-record");
  await press("integrationpages.add_record");
  await expect(admin).toHaveURL(new RegExp(`${project}$`));
  await admin.locator("main").getByRole("link", { name: /青空精機 データ/ }).click();
  await settle(admin);
  await expect(admin.locator("#projects tbody tr")).toHaveCount(1);
  await admin.locator("#projects tbody tr .drop summary").first().click();
  await admin.getByRole("link", { name: t("integrationpages.disassociate"), exact: true }).first().click();
  await admin.getByRole("button", { name: t("integrationpages.disassociate"), exact: true }).first().click();
  await settle(admin);
  await expect(admin.locator("#projects tbody tr")).toHaveCount(0);

  // A live field follows the deal; one the deal cannot hold is refused, and a module can
  // be left without its projects.
  await admin.goto(`${crm}/setup/integration/mapping`);
  await admin.locator('select[name="map.name"]').selectOption("Stage");
  await admin.locator('select[name="flow.name"]').selectOption("both");
  await press("integrationpages.save");
  await expect(admin.getByText(t("integration.mapping.cannot_write")).first()).toBeVisible();
  await expect(admin.locator('select[name="map.name"]')).toHaveValue("Stage");
  await admin.locator('select[name="map.name"]').selectOption("Deal_Name");
  await admin.locator('select[name="flow.name"]').selectOption("to_project");
  await admin.locator('select[name="map.next_milestone"]').selectOption("Next_Step");
  await press("integrationpages.save");
  await settle(admin);
  await admin.goto(`${deal}/edit`);
  await admin.locator("input[name=Deal_Name]").fill("港の改修");
  await admin.getByRole("button", { name: t("crmpages.form.save"), exact: true }).first().click();
  await settle(admin);
  await expect(async () => {
    await admin.goto(project);
    await expect(admin.locator("main h1")).toHaveText("港の改修", { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await admin.goto(`${crm}/setup/integration/mirrors`);
  await expect(admin.locator("main tbody tr", { hasText: "岸壁の工事" }).first()).toBeVisible();
  await inEveryLook(admin, "live-fields");
  await admin.goto(`${crm}/setup/integration/mirrors?state=failed`);
  await expect(admin.getByText(t("integrationpages.mirror.none_failed"))).toBeVisible();
  // Taken off the deal, the project stays, without the client user it brought if one says so.
  await admin.goto(`${deal}/projects/${project.split("/").pop()}/disassociate`);
  await admin.locator("input[name=users]").check();
  await admin.locator("main").getByRole("button", { name: t("integrationpages.disassociate"), exact: true }).click();
  await expect(admin).toHaveURL(new RegExp(`${deal}$`));
  await admin.goto(`${project}/users`);
  await expect(admin.locator("main tr", { hasText: account("sato").name })).toHaveCount(1);
  await expect(admin.locator("main tr", { hasText: client })).toHaveCount(0);
  const suzuki = await people.as("suzuki");
  for (const at of ["mapping", "mirrors"]) expect((await suzuki.request.get(`${crm}/setup/integration/${at}`)).status(), at).toBe(403);
  for (const at of ["mapping", "mapping/list", "mirrors/retry"]) expect((await suzuki.request.post(`${crm}/setup/integration/${at}`)).status(), at).toBe(403);
  await admin.goto(`${crm}/setup/integration/mapping`);
  await press("integrationpages.mapping.list_hide");
  await settle(admin);
  await inEveryLook(admin, "module-off");
  await admin.goto(deal);
  await settle(admin);
  await expect(admin.locator("#projects tbody")).toHaveCount(0);
  await admin.goto(`${deal}/projects/new`);
  await expect(admin.getByText(t("integration.fault.module_off"))).toBeVisible();
  await people.close();
  await own.stop();
});
