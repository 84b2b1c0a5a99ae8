// A project becomes a template, and new projects begin as it: in Projects, and in CRM
// from a deal. In Japanese on SQLite, in English on PostgreSQL.
import { house, integrate, People, record } from "./lib/house";
import { expect, inEveryLook, pick, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("what was done once is the beginning of the next project", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "template");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const portal = await house(admin, "portal", "みなと");
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();

  // Days off of the company's own; a line that is no day is said to be none, and stays.
  await admin.goto(`${portal}/settings/workdays`);
  await admin.locator("textarea[name=holidays]").fill("2027-04-28 創立記念日\n来週");
  await press("portalpages.save");
  await expect(admin.getByText(t("portal.fault.holiday_line", { Line: 2 })).first()).toBeVisible();
  await expect(admin.locator("textarea[name=holidays]")).toHaveValue(/来週/);
  await inEveryLook(admin, "workdays");
  await admin.locator("textarea[name=holidays]").fill("2027-04-28 創立記念日\n2027-12-29..2028-01-03 年末年始");
  await press("portalpages.save");
  await expect(admin.locator("textarea[name=holidays]")).toHaveValue(/2027-12-29\.\.2028-01-03 年末年始/);

  // A template that begins empty gets a task, as a project would.
  await admin.goto(`${portal}/settings/templates`);
  await inEveryLook(admin, "templates");
  await admin.locator("input[name=name]").fill("研修");
  await press("projectpages.add");
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText(/研修/);
  const template = new URL(admin.url()).pathname;
  await admin.goto(`${template}/edit`);
  await admin.locator("input[name=start_date]").fill("2026-04-27");
  await press("projectpages.save");
  await admin.goto(`${template}/tasks/new`);
  await admin.locator("input[name=title]").fill("会場を決める");
  await admin.locator("input[name=due_date]").fill("2026-05-07");
  await press("projectviews.save");
  // What the task is made of goes with it into every project.
  await admin.getByRole("link", { name: "会場を決める" }).click();
  for (const words of ["候補を三つ挙げる", "見積を取る"]) {
    await admin.locator("input[name=words]").fill(words);
    await press("projectviews.checklist.add");
    await expect(admin.locator("#checklist")).toContainText(words);
  }
  await admin.locator("input[name=words]").evaluate((e: HTMLInputElement) => (e.form!.noValidate = true));
  await press("projectviews.checklist.add");
  await expect(admin.getByText(t("work.fault.required")).first()).toBeVisible();
  await admin.goto(`${template}/tasks`);
  await admin.getByRole("link", { name: "会場を決める" }).click();
  await admin.locator("#subtasks input[name=title]").fill("下見に行く");
  await press("projectviews.subtask.add");
  await expect(admin.locator("#subtasks")).toContainText("下見に行く");
  await admin.goto(`${template}/tasks/new`);
  await admin.locator("input[name=title]").fill("案内を送る");
  await admin.locator("input[name=start_date]").fill("2026-05-01");
  await press("projectviews.save");
  await admin.getByRole("link", { name: "案内を送る" }).click();
  await pick(admin, "before", "会場を決める");
  await press("projectviews.order.add");
  await expect(admin.locator("#order")).toContainText(t("projectviews.order.early_text"));
  await admin.goto(template);
  await inEveryLook(admin, "template");
  await admin.goto(`${portal}/projects?q=${encodeURIComponent("研修")}`);
  await expect(admin.locator("main tbody tr", { hasText: "研修" }).filter({ hasNotText: "2026" })).toHaveCount(0);

  // A project of it: 2026-05-07 is four working days from 4/27. From 2027-04-26 on these
  // are 4/27, 4/30, 5/6 and 5/7: on 4/28 the company is closed, the rest are holidays.
  await admin.goto(template);
  await admin.getByRole("link", { name: t("projectpages.template.use"), exact: true }).click();
  await expect(admin.locator("select[name=template] option:checked")).toHaveText("研修");
  await admin.locator("input[name=name]").fill("研修 2027");
  await admin.locator("input[name=start_date]").fill("2027-04-26");
  await inEveryLook(admin, "project-from-template");
  await press("projectpages.save");
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText(/研修 2027/);
  const project = new URL(admin.url()).pathname;
  await admin.goto(`${project}/tasks`);
  await admin.getByRole("link", { name: "会場を決める" }).click();
  await expect(admin.locator("input[name=due_date]")).toHaveValue("2027-05-07");
  await admin.getByRole("checkbox", { name: "候補を三つ挙げる" }).click();
  await expect(admin.getByRole("checkbox", { name: "候補を三つ挙げる" })).toHaveAttribute("aria-checked", "true");
  await expect(admin.locator("#checklist")).toContainText("1/2");
  // Neither is a task closed over its open subtasks without a word, nor does it wait for
  // one of them.
  await admin.locator("select[name=status]").selectOption("closed");
  await press("projectviews.save");
  await expect(admin.getByText(t("work.fault.open_subtasks", { Count: 1 })).first()).toBeVisible();
  await expect(admin.locator("#order")).toContainText("案内を送る");
  await pick(admin, "before", "下見に行く");
  await press("projectviews.order.add");
  await expect(admin.getByText(t("work.fault.link_loop")).first()).toBeVisible();
  await admin.getByRole("link", { name: t("projectviews.back_to_task") }).click();
  await inEveryLook(admin, "task-inner");
  await admin.goto(`${project}/template`);
  await admin.locator("input[name=name]").fill("");
  await admin.locator("input[name=name]").evaluate((e: HTMLInputElement) => e.form!.noValidate = true);
  await press("projectpages.save");
  await expect(admin.getByText(t("work.fault.required")).first()).toBeVisible();

  // From a deal: without the end date the count back from it is refused, then done.
  const crm = await house(admin, "crm", "みなと");
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });
  const at = await record(admin, crm, "Deals", "");
  await admin.goto(`${at}/projects/new`);
  await admin.locator("select[name=template]").selectOption({ label: "標準プロジェクト" });
  await admin.locator("select[name=anchor]").selectOption("end");
  await press("integrationpages.create");
  await expect(admin.getByText(t("work.fault.anchor_end")).first()).toBeVisible();
  await expect(admin.locator("select[name=template] option:checked")).toHaveText("標準プロジェクト");
  await inEveryLook(admin, "deal-project-template");
  await admin.locator("input[name=name]").fill("ひな形から");
  await admin.locator("input[name=end_date]").fill("2027-09-30");
  await press("integrationpages.create");
  const row = admin.locator("#projects tbody tr", { hasText: "ひな形から" });
  await expect(row).toHaveCount(1);
  await row.getByRole("link", { name: "ひな形から" }).click();
  await expect(admin.locator("main")).toContainText(/[1-9]\d* \/ [1-9]/); // open tasks of all
  // From the CRM the task's inner parts are seen and ticked too.
  await admin.goto(`${crm}/projects/${project.split("/").pop()}/tasks`);
  await admin.getByRole("link", { name: "会場を決める" }).first().click();
  await expect(admin.locator("#subtasks")).toContainText("下見に行く");
  await expect(admin.locator("#order")).toContainText("案内を送る");
  await admin.getByRole("checkbox", { name: "見積を取る" }).click();
  await expect(admin.locator("#checklist")).toContainText("2/2");
  // Who is not on a project neither sees nor trashes it; whoever may does so from the deal.
  const emily = await people.as("emily");
  await admin.goto(at);
  const target = (await row.getByRole("link", { name: "ひな形から" }).getAttribute("href"))!;
  expect((await emily.request.post(`${target}/trash`, { form: { once: "t1" } })).status()).toBe(404);
  await row.locator(".drop summary").click();
  await row.getByRole("link", { name: t("integrationpages.trash"), exact: true }).click();
  await admin.locator("#modal").getByRole("button", { name: t("integrationpages.trash"), exact: true }).click();
  await expect(admin.getByText(t("integrationpages.trashed"))).toBeVisible();
  expect((await admin.request.get(`${target}/trash`)).status()).toBe(404);
  await admin.goto(at);
  await expect(admin.locator("#projects .lazy[aria-busy=true]")).toHaveCount(0);
  await expect(row).toHaveCount(0);
  await admin.goto(`${portal}/projects/bin`);
  await expect(admin.locator("main tbody tr", { hasText: "ひな形から" })).toHaveCount(1);
  await people.close();
  await own.stop();
});
