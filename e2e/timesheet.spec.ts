// Hours worked: logged in Projects, seen and logged from the CRM, each by their right.
// In Japanese on SQLite, in English on PostgreSQL.
import { house, integrate, People, record } from "./lib/house";
import { expect, inEveryLook, pick, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("hours are logged in Projects and from the CRM, and summed up", async ({ browser, engine }) => {
  test.setTimeout(90_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "timesheet");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const press = (key: string, page = admin) => page.getByRole("button", { name: t(key), exact: true }).click();
  const portal = await house(admin, "portal", "みなと");
  await admin.goto(`${portal}/projects?q=${encodeURIComponent("青空製作所")}`);
  const project = (await admin.locator("main tbody").getByRole("link").first().getAttribute("href"))!.split("/").pop()!;
  const sheet = `${portal}/projects/${project}/timesheet`;
  await admin.goto(`${portal}/projects/${project}`);
  await admin.getByRole("link", { name: t("projectviews.time.title"), exact: true }).click();
  await inEveryLook(admin, "timesheet-empty");
  await admin.getByRole("link", { name: t("projectviews.time.log"), exact: true }).click();
  // What makes no sense is told beside its field, and what was typed stays.
  await admin.locator("input[name=hours]").fill("25:00");
  await admin.locator("[name=note]").fill("打ち合わせ");
  await press("projectviews.save");
  await expect(admin.getByText(t("work.fault.hours")).first()).toBeVisible();
  await expect(admin.locator("[name=note]")).toHaveValue("打ち合わせ");
  await inEveryLook(admin, "timesheet-refused");
  await admin.locator("input[name=hours]").fill("１：３０");
  await pick(admin, "item", "設計");
  await press("projectviews.save");
  await expect(admin.locator("main tbody tr")).toHaveCount(1);
  await expect(admin.locator("main")).toContainText(t("projectviews.time.sum", { All: "1:30", Billable: "1:30" }));
  await inEveryLook(admin, "timesheet");

  // A budget to compare with.
  await admin.goto(`${portal}/projects/${project}/edit`);
  await admin.locator("input[name=budget]").fill("many");
  await press("projectpages.save");
  await expect(admin.getByText(t("work.fault.budget")).first()).toBeVisible();
  await expect(admin.locator("input[name=budget]")).toHaveValue("many");
  await admin.locator("input[name=budget]").fill("1");
  await press("projectpages.save");
  await expect(admin.locator("main")).toContainText(t("projectviews.time.over", { Hours: "1:30", Budget: "1:00" }));
  await inEveryLook(admin, "timesheet-budget");

  const crm = await house(admin, "crm", "みなと");
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "yes" });
  await admin.goto(`${crm}/projects/${project}`);
  const there = (await admin.getByRole("link", { name: t("integrationpages.open_in_projects"), exact: true }).getAttribute("href"))!;
  expect(there).toContain(`/projects/${project}`);
  expect((await admin.request.get(there)).status()).toBe(200); // the same project, in its portal
  await admin.getByRole("link", { name: t("projectviews.time.title"), exact: true }).click();
  await expect(admin.locator("main tbody tr")).toHaveCount(1);
  await admin.getByRole("link", { name: t("projectviews.time.log"), exact: true }).click();
  await admin.locator("input[name=hours]").fill("0.5");
  await admin.locator("input[name=billable]").uncheck();
  await press("projectviews.save");
  await expect(admin.locator("main")).toContainText(t("projectviews.time.sum", { All: "2:00", Billable: "1:30" }));
  await inEveryLook(admin, "timesheet-crm");
  await admin.locator("main tbody").getByRole("link").first().click();
  await admin.getByRole("link", { name: t("projectviews.time.delete"), exact: true }).click();
  await admin.getByRole("dialog").getByRole("button", { name: t("projectviews.time.delete"), exact: true }).click();
  await expect(admin.locator("main")).toContainText(t("projectviews.time.sum", { All: "1:30", Billable: "1:30" }));
  // So are milestones and bugs written there, with the words of Projects when they cannot be.
  for (const [part, title] of [["milestones", "検収"], ["bugs", "帳票が崩れる"]] as const) {
    await admin.goto(`${crm}/projects/${project}/${part}/new`);
    await admin.locator("input[name=title]").fill(title);
    if (part === "milestones") {
      await admin.locator("input[name=start_date]").fill("2027-11-02");
      await admin.locator("input[name=due_date]").fill("2027-11-01");
      await press("projectviews.save");
      await expect(admin.locator("main [aria-invalid=true]").first()).toBeVisible();
      await expect(admin.locator("input[name=title]")).toHaveValue(title);
      await admin.locator("input[name=due_date]").fill("2027-11-30");
    }
    await press("projectviews.save");
    await expect(admin.locator("main tbody tr", { hasText: title })).toHaveCount(1);
  }
  // Who is on the project is seen and changed there too.
  await admin.goto(`${crm}/projects/${project}`);
  await admin.getByRole("link", { name: t("integrationpages.team.tab"), exact: true }).first().click();
  await admin.locator("summary", { hasText: t("integrationpages.team.add") }).click();
  await inEveryLook(admin, "project-team-crm");
  await admin.locator("input[name=member]").evaluateAll((all) => all.forEach((one) => one.removeAttribute("required")));
  await press("integrationpages.team.put");
  await expect(admin.getByText(t("integration.fault.team")).first()).toBeVisible();
  await admin.getByRole("checkbox", { name: /Emily Carter/ }).check();
  await admin.locator("select[name=role]").selectOption("manager");
  await press("integrationpages.team.put");
  const added = admin.locator("main tr", { hasText: "Emily Carter" });
  await expect(added).toContainText(t("work.role.manager"));
  await added.getByRole("button").click();
  await expect(added).toHaveCount(0);
  await admin.getByRole("link", { name: t("integrationpages.team.add_clients") }).first().click();
  await admin.getByRole("checkbox", { name: /大森 修/ }).check();
  await press("integrationpages.team.let_in");
  const omori = admin.locator("main tr", { hasText: "大森 修" });
  await expect(omori).toHaveCount(1);
  await omori.getByRole("button").click();
  await expect(omori).toHaveCount(0);
  // The hours stand beside the project in the list on the account.
  const account = await record(admin, crm, "Accounts", "青空製作所");
  await admin.goto(account);
  await expect(admin.locator("main")).toContainText(t("projectviews.time.over", { Hours: "1:30", Budget: "1:00" }));
  await inEveryLook(admin, "timesheet-account");
  // Who does not see the project sees none of its hours; whoever works on it their own.
  const emily = await people.as("emily");
  for (const part of ["timesheet", "milestones", "bugs", "documents", "users"]) expect((await emily.request.get(`${crm}/projects/${project}/${part}`)).status(), part).toBe(404);
  expect((await emily.request.post(`${crm}/projects/${project}/bugs`, { form: { once: "b1", title: "越権" } })).status()).toBe(404);
  const hori = await people.as("hori");
  const status = (await hori.request.get(sheet)).status();
  expect([200, 404]).toContain(status);
  if (status === 200) expect(await (await hori.request.get(sheet)).text()).not.toContain("打ち合わせ");
  await people.close();
  await own.stop();
});
