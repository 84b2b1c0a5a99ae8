// A task goes from Projects to the CRM and back: added to a deal, said something about,
// closed in the CRM and so closed in Projects. In Japanese on SQLite, in English on
// PostgreSQL.
import { house, integrate, People, record } from "./lib/house";
import { account, expect, inEveryLook, settle, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("a task is the same in the CRM and in Projects", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "tasks");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const portal = await house(admin, "portal", "みなとデリバリー");
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });

  // A project that has no customer in the CRM offers nothing.
  await admin.goto(`${portal}/projects`);
  await admin.locator("main tbody").getByRole("link").first().click();
  await settle(admin);
  await admin.goto(`${new URL(admin.url()).pathname}/tasks/new`);
  await expect(admin.locator("input[name=title]")).toBeVisible();
  await expect(admin.getByRole("button", { name: t("projectpages.save_crm") })).toHaveCount(0);

  // A project of a deal does.
  await admin.goto(`${crm}/Deals?Stage=Qualification`);
  await admin.locator("main tbody").getByRole("link").first().click();
  await settle(admin);
  const deal = new URL(admin.url()).pathname;
  const name = await admin.getByRole("heading", { level: 1 }).innerText();
  await admin.goto(`${deal}/projects/new`);
  await admin.locator("input[name=name]").fill("岸壁工事");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin.locator("#projects tbody tr", { hasText: "岸壁工事" })).toHaveCount(1);
  await admin.goto(`${portal}/projects?q=${encodeURIComponent("岸壁工事")}`);
  await admin.locator("main tbody").getByRole("link", { name: "岸壁工事" }).click();
  await settle(admin);
  const project = new URL(admin.url()).pathname;
  await admin.goto(`${project}/users`);
  await admin.locator("summary", { hasText: t("projectpages.users.add") }).click();
  await admin.getByRole("checkbox", { name: /佐藤 健/ }).check();
  await press("projectpages.add");
  await admin.goto(`${project}/tasks/new`);
  await admin.locator("input[name=title]").fill("見積書を<送る>");
  await admin.locator("input[name=due_date]").fill("2027-01-20");
  await press("projectpages.save_crm");
  await expect(admin).toHaveURL(/\/crm$/);
  await inEveryLook(admin, "task-add-to-crm");
  const choice = admin.locator("select[name^='record.']");
  await choice.selectOption({ label: name });
  await press("integrationpages.task.add_crm");
  await expect(admin.locator("#crm-task")).toContainText(t("integrationpages.task_state.synced"));
  const item = new URL(admin.url()).pathname;
  await admin.locator("textarea[name=comment]").fill("先方は金曜まで不在です");
  await press("projectviews.comment.save");
  await expect(admin.locator("#comments")).toContainText("先方は金曜まで不在です");
  await inEveryLook(admin, "project-task");

  // Who is called by name hears of it, and gets there from the bell.
  await admin.locator("textarea[name=comment]").fill("@佐藤 健 さん、確認をお願いします");
  await press("projectviews.comment.save");
  await expect(admin.locator("#comments")).toContainText("確認をお願いします");
  const sato = await people.as("sato");
  await expect(async () => {
    await sato.goto("/notices");
    await expect(sato.locator("main")).toContainText("見積書を<送る>", { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await expect(sato.locator(".bell")).toHaveAttribute("aria-label", t("web.shell.notices_unread", { Count: "1" }));
  await inEveryLook(sato, "notices");
  await sato.locator("main").getByRole("link", { name: /見積書を/ }).click();
  await expect(sato.locator("#comments")).toContainText("確認をお願いします");
  await expect(sato.locator(".bell")).toHaveAttribute("aria-label", t("web.shell.notices"));

  // It is an open activity of the deal, with what was said about it.
  await admin.goto(deal);
  await admin.locator("#open-tasks").getByRole("link", { name: "見積書を<送る>" }).click();
  await settle(admin);
  const task = new URL(admin.url()).pathname;
  await expect(async () => {
    await admin.goto(task);
    await expect(admin.locator("#notes")).toContainText("先方は金曜まで不在です", { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await expect(admin.locator("#project-task")).toContainText("岸壁工事");
  await inEveryLook(admin, "crm-task");
  await admin.goto(`${task}/edit`);
  await admin.locator("select[name=Status]").selectOption("Completed");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin).not.toHaveURL(/edit/);
  await admin.goto(deal);
  await expect(admin.locator("#closed-tasks")).toContainText("見積書を<送る>");
  await expect(async () => {
    await admin.goto(item);
    await expect(admin.locator("select[name=status]")).toHaveValue("closed", { timeout: 1500 });
  }).toPass({ timeout: 20_000 });

  // On the board it goes back to work, in the CRM's own view of the project as well.
  await admin.goto(`${project}/tasks?view=board`);
  await inEveryLook(admin, "board");
  const card = (page: typeof admin) => page.locator(".board-card", { hasText: "見積書を<送る>" });
  await card(admin).locator("select").selectOption("in_review");
  await card(admin).getByRole("button").click();
  await expect(admin.locator(".board-column", { has: card(admin) })).toHaveAttribute("aria-label", t("work.status.task.in_review"));
  await expect(async () => {
    await admin.goto(deal);
    await expect(admin.locator("#open-tasks")).toContainText("見積書を<送る>", { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await admin.goto(`${crm}/projects/${project.split("/").pop()}/tasks?view=board`);
  await card(admin).locator("select").selectOption("on_hold");
  await card(admin).getByRole("button").click();
  await expect(admin.locator(".board-column", { has: card(admin) })).toHaveAttribute("aria-label", t("work.status.task.on_hold"));

  // Dragging does the same; a card that somebody else changed meanwhile goes back.
  const column = (state: string) => admin.locator(`.board-column[data-status=${state}]`);
  const drag = async (state: string) => {
    await card(admin).scrollIntoViewIfNeeded();
    const a = (await card(admin).locator("p").boundingBox())!;
    const b = (await column(state).locator("h2").boundingBox())!;
    await admin.mouse.move(a.x + 4, a.y + a.height / 2);
    await admin.mouse.down();
    await admin.mouse.move(b.x + 60, b.y + 40, { steps: 12 });
    await expect(column(state).locator(".board-ghost")).toHaveCount(1);
    await Promise.all([admin.waitForResponse((r) => r.request().method() === "POST"), admin.mouse.up()]);
    await expect(admin.locator(".board-card[aria-busy=true]")).toHaveCount(0); // the board of the answer is there
  };
  await expect(column("on_hold")).toContainText("見積書を<送る>");
  await drag("in_review");
  await expect(admin.locator(".toast-note")).toContainText(t("projectviews.board.moved", { Title: "見積書を<送る>" }));
  await expect(column("in_review").locator(".board-card")).toContainText(["見積書を<送る>"]);
  await expect(card(admin).locator("select")).toHaveValue("in_review");
  await card(admin).locator("input[name=version]").evaluate((x: HTMLInputElement) => (x.value = "1"));
  await drag("in_progress");
  await expect(admin.locator(".toast-note")).toContainText(t("work.fault.stale"));
  await expect(column("in_review")).toContainText("見積書を<送る>");
  await expect(column("in_progress")).not.toContainText("見積書を<送る>");
  await drag("on_hold");
  await expect(admin.locator(".toast-note")).toContainText(t("projectviews.board.moved", { Title: "見積書を<送る>" }));
  await expect(column("on_hold")).toContainText("見積書を<送る>");

  // From the CRM: a task about the deal is added to its only project.
  await admin.goto(deal);
  await admin.locator("#open-tasks").getByRole("link", { name: t("crmpages.new", { Record: t("crm.module.task") }) }).click();
  await admin.locator("input[name=Subject]").fill("現地を見る");
  await admin.locator("main form button[type=submit]").first().click();
  await settle(admin);
  await press("integrationpages.task.add");
  await expect(admin.locator("#project-task")).toContainText(t("integrationpages.task_state.synced"));
  await admin.goto(`${project}/tasks`);
  await expect(admin.locator("main tbody")).toContainText("現地を見る");
  await admin.goto(`${crm}/setup/integration/tasks`);
  await inEveryLook(admin, "task-queue");
  await record(admin, crm, "Tasks", "現地を見る");
  await admin.getByRole("link", { name: t("integrationpages.task.untie") }).click();
  await admin.locator("dialog, main").getByRole("button", { name: t("integrationpages.task.untie") }).first().click();
  await expect(admin.locator("#project-task")).toContainText(t("integrationpages.task.offer"));
  // The queue is for administrators to look after.
  expect((await sato.request.get(`${crm}/setup/integration/tasks`)).status()).toBe(403);
  expect((await sato.request.post(`${crm}/setup/integration/tasks/retry`)).status()).toBe(403);

  // What one switched off is not told any more, neither by bell nor by mail; the rest is.
  await sato.goto("/notices");
  const told = (kind: string) => new RegExp(t(`notice.text.${kind}`, { By: ".*", Item: "見積書を<送る>", Where: "岸壁工事" }));
  await expect(sato.locator("main").getByRole("link", { name: told("mention") })).toHaveCount(1);
  for (const way of ["bell", "mail"]) await sato.locator(`input[name='${way}.mention']`).uncheck();
  await sato.getByRole("button", { name: t("notice.save"), exact: true }).click();
  await expect(sato.locator("input[name='bell.mention']")).not.toBeChecked();
  await admin.goto(item);
  await admin.locator("textarea[name=comment]").fill("@佐藤 健 さん、もう一度お願いします");
  await press("projectviews.comment.save");
  await expect(admin.locator("#comments")).toContainText("もう一度お願いします");
  await admin.getByRole("checkbox", { name: "佐藤 健" }).check();
  await press("projectviews.save");
  await expect(async () => {
    await sato.goto("/notices");
    await expect(sato.locator("main").getByRole("link", { name: told("assigned") })).toHaveCount(1, { timeout: 1_500 });
  }).toPass({ timeout: 20_000 });
  await expect(sato.locator("main").getByRole("link", { name: told("mention") })).toHaveCount(1);
  await admin.goto(`${portal}/settings/outbox`);
  const letters = admin.locator("main tbody tr", { hasText: account("sato").email }).filter({ hasText: "見積書を<送る>" });
  await expect(letters.filter({ hasText: told("assigned") })).toHaveCount(1);
  await expect(letters).toHaveCount(2); // that, and the mention from before
  await people.close();
  await own.stop();
});
