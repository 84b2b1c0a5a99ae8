// Why a person sees a project, or does not: every layer says its word. In Japanese on
// SQLite, in English on PostgreSQL.
import { house, integrate, People } from "./lib/house";
import { every, expect, inEveryLook, pick, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("the layer that stops somebody is named, and mending it there lets them through", async ({ browser, engine }) => {
  test.setTimeout(90_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "explain");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });
  await admin.goto(`${crm}/setup/integration/users`);
  await admin.getByRole("link", { name: t("integrationpages.explain.title"), exact: true }).click();
  await inEveryLook(admin, "explain");
  const ask = async () => {
    await pick(admin, "user", "Emily");
    await pick(admin, "project", "青空製作所");
    await admin.getByRole("button", { name: t("integrationpages.explain.ask"), exact: true }).click();
  };
  await ask();
  await expect(admin.getByText(t("integrationpages.explain.hidden", { User: "Emily Carter" }))).toBeVisible();
  const last = admin.locator("main tbody tr").last();
  await expect(last).toContainText(t("integrationpages.explain.no"));
  await expect(last).toContainText(t("integrationpages.role.employee"));
  await inEveryLook(admin, "explain-no");
  const emily = await people.as("emily");
  const portal = await house(admin, "portal", "みなと");
  await admin.goto(`${portal}/projects?q=${encodeURIComponent("青空製作所")}`);
  const project = (await admin.locator("main tbody").getByRole("link").first().getAttribute("href"))!.split("/").pop()!;
  const seen = () => emily.request.get(`${crm}/projects/${project}`).then((r) => r.status());
  expect(await seen()).toBe(404);
  await admin.goto(`${portal}/projects/${project}/users`);
  await admin.locator("summary", { hasText: t("projectpages.users.add") }).click();
  await admin.getByRole("checkbox", { name: /Emily Carter/ }).check();
  await admin.getByRole("button", { name: t("projectpages.add"), exact: true }).click();
  await admin.goto(`${crm}/setup/integration/explain`);
  await ask();
  await expect(admin.getByText(t("integrationpages.explain.shown", { User: "Emily Carter" }))).toBeVisible();
  // Of the project's tasks: the layers inside it are asked too.
  await pick(admin, "item", (await (await admin.request.get(`${crm}/setup/integration/explain/items?project=${project}`)).json())[0].label);
  await admin.getByRole("button", { name: t("integrationpages.explain.ask"), exact: true }).click();
  await expect(admin.locator("main tbody tr")).toHaveCount(8);
  await expect(admin.locator("main tbody tr").last()).toContainText(t("integrationpages.explain.yes"));
  await inEveryLook(admin, "explain-yes");
  expect(await seen()).toBe(200);
  // Inside a project: without the tasks of the second level she keeps the project alone.
  const tasks = () => emily.request.get(`${crm}/projects/${project}/tasks`).then((r) => r.status());
  expect(await tasks()).toBe(200);
  await admin.goto(`${crm}/setup/integration/permissions`);
  await admin.getByRole("button", { name: t("integrationpages.plan"), exact: true }).click();
  await expect(admin.locator("#plan")).toContainText("Emily Carter");
  const level = admin.locator("details", { has: admin.locator("summary", { hasText: /標準|Standard/ }) });
  await level.locator("summary").click();
  await level.locator("input[name^=own]").check();
  await level.locator('input[name$=".tasks.view"]').uncheck();
  await inEveryLook(admin, "grid-inside");
  await admin.getByRole("button", { name: t("integrationpages.save"), exact: true }).click();
  await expect(admin).not.toHaveURL(/permissions/);
  expect(await tasks()).toBe(403);
  expect(await seen()).toBe(200);
  expect((await emily.request.post(`${crm}/projects/${project}/tasks`, { form: { once: "e1", title: "越権" } })).status()).toBe(403);
  await admin.goto(`${portal}/projects/${project}/tasks`);
  await expect(admin.locator("main")).not.toContainText("越権");
  // The pairs of clients and accounts, before and after: chosen ones are tied by hand, the
  // run is undone as a whole.
  const setup = `${crm}/setup/integration`;
  await admin.goto(`${setup}/association/rehearsal`);
  await expect(admin.locator("main")).toContainText(t("integrationpages.match.legal"));
  await inEveryLook(admin, "association-rehearsal");
  // What is only alike stands there with score and reason, unticked until it is asked for.
  const alike = admin.locator("main tbody tr", { hasText: t("integrationpages.alike.site") }).first();
  await expect(alike.locator("input[name=pair]")).not.toBeChecked();
  const ticked = admin.locator("input[name=pair]:checked");
  const exact = await ticked.count();
  await admin.getByLabel(t("integrationpages.rehearsal.least")).selectOption("50");
  await admin.getByRole("button", { name: t("integrationpages.rehearsal.tick"), exact: true }).click();
  await expect(alike.locator("input[name=pair]")).toBeChecked();
  expect(await ticked.count()).toBeGreaterThan(exact);
  await alike.getByRole("link", { name: t("integrationpages.rehearsal.choose"), exact: true }).click();
  await expect(admin.locator("[name='client.text']")).not.toHaveValue("");
  await admin.goBack();
  for (const box of await every(admin.locator("input[name=pair]"))) await box.uncheck();
  await admin.getByRole("button", { name: t("integrationpages.rehearsal.link"), exact: true }).click();
  await expect(admin.getByText(t("integration.rehearsal.choose")).first()).toBeVisible();
  await admin.locator("input[name=pair]").first().check();
  await admin.getByRole("button", { name: t("integrationpages.rehearsal.link"), exact: true }).click();
  await expect(admin).toHaveURL(/\/clients$/);
  await expect(admin.locator("main tbody tr")).toHaveCount(1);
  await admin.goto(`${setup}/association`);
  expect((await emily.request.get(`${setup}/association/rehearsal`)).status()).toBe(403);
  // Only administrators ask; a name that is nobody's is said beside its input.
  expect((await emily.request.get(`${crm}/setup/integration/explain`)).status()).toBe(403);
  expect((await emily.request.get(`${crm}/setup/integration/explain/projects?q=x`)).status()).toBe(403);
  await admin.goto(`${crm}/setup/integration/explain?user=&user.text=nobody`);
  await expect(admin.getByText(t("integrationpages.explain.choose_user")).first()).toBeVisible();
  await people.close();
  await own.stop();
});
