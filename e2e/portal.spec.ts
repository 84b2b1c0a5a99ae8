// A portal's people and settings: who is let in, moved, shut out and removed, and what
// a client user sees. In Japanese on SQLite, in English on PostgreSQL.
import type { Browser, Page } from "@playwright/test";
import { house, People } from "./lib/house";
import { every, expect, found, inEveryLook, pick, test, type Lang } from "./lib/test";
import { start, type Engine, type Server } from "./lib/server";
import { words } from "./lib/words";

const speaks = (engine: Engine): Lang => (engine === "sqlite" ? "ja" : "en");
const password = "a long enough phrase";

test.describe("portal", () => {
  test.describe.configure({ mode: "serial", timeout: 60_000 });
  let own: Server;
  let people: People;
  let mori: Page; // administrator of the portal
  let t: ReturnType<typeof words>;
  let portal = "";

  test.beforeAll(async ({ browser, engine }) => {
    own = await start(engine, "portal");
    people = new People(browser, own.url, speaks(engine));
    t = words(speaks(engine));
    mori = await people.as("mori");
    portal = await house(mori, "portal", "みなと");
  });
  test.afterAll(async () => {
    await people.close();
    await own.stop();
  });

  const press = (page: Page, key: string) => page.getByRole("button", { name: t(key), exact: true }).click();
  const sure = (page: Page, key: string) => page.getByRole("dialog").getByRole("button", { name: t(key), exact: true }).click();
  // accept finds the letter to somebody in the outbox and follows it as they would.
  const accept = async (browser: Browser, email: string): Promise<Page> => {
    await mori.goto(`${portal}/settings/outbox`);
    await mori.locator("main tbody tr", { hasText: email }).getByRole("link").first().click();
    const link = await found(mori, /https?:\/\/\S+/);
    const context = await browser.newContext({ baseURL: own.url, locale: people.lang === "ja" ? "ja-JP" : "en-US" });
    const page = await context.newPage();
    await page.goto(new URL(link).pathname + new URL(link).search);
    await inEveryLook(page, "accept");
    for (const box of await every(page.locator("main input[type=password]"))) await box.fill(password);
    await page.locator("main form button[type=submit]").first().click();
    return page;
  };

  test("an administrator looks at what a client user sees, and changes nothing by it", async () => {
    await mori.goto(`${portal}/clients?q=${encodeURIComponent("青空")}`);
    await mori.locator("main tbody").getByRole("link").first().click();
    await mori.getByRole("link", { name: "高橋 陽子" }).click();
    await mori.getByRole("link", { name: t("portalpages.view_as"), exact: true }).click();
    await expect(mori.getByText(t("projectpages.view_as.note", { Name: "高橋 陽子" }))).toBeVisible();
    const seen = new URL(mori.url()).pathname;
    await inEveryLook(mori, "view-as");
    await mori.locator("main tbody").getByRole("link").first().click();
    await expect(mori.getByText(t("projectpages.view_as.note", { Name: "高橋 陽子" }))).toBeVisible();
    await expect(mori.locator("main form")).toHaveCount(0);
    await expect(mori.getByRole("heading", { name: t("projectviews.document.title"), exact: true })).toBeVisible();
    await inEveryLook(mori, "view-as-project");
    const all = await mori.locator("main").innerText();
    const project = new URL(mori.url()).pathname.split("/").pop()!;
    expect((await (await people.as("sato")).request.get(seen)).status()).toBe(403);

    // Why she sees it, or does not: of an item, of its project, and of a project of others.
    const ask = (page: Page) => page.getByRole("button", { name: t("projectpages.explain.ask"), exact: true }).click();
    await mori.goto(`${portal}/projects/${project}/tasks`);
    await mori.locator("main tbody").getByRole("link").first().click();
    await mori.getByRole("link", { name: t("projectpages.explain.title"), exact: true }).click();
    const item = await mori.locator("[name='item.text']").inputValue();
    await ask(mori);
    await expect(mori.getByText(t("projectpages.explain.choose_person")).first()).toBeVisible();
    await pick(mori, "person", "高橋");
    await ask(mori);
    const word = all.includes(item) ? "shown" : "hidden";
    await expect(mori.getByText(t(`projectpages.explain.${word}`, { Name: "高橋 陽子", What: item }))).toBeVisible();
    await expect(mori.locator("main tbody tr")).toHaveCount(4);
    await expect(mori.locator("main tbody tr").nth(2)).toContainText(t("projectpages.explain.yes"));
    await inEveryLook(mori, "explain-item");
    await mori.goto(`${portal}/explain?person=${seen.split("/").pop()}`);
    await pick(mori, "project", "ヤマビコ食品");
    await ask(mori);
    await expect(mori.locator("main tbody tr").last()).toContainText(t("projectpages.explain.access.other_company"));
    expect((await (await people.as("sato")).request.get(`${portal}/explain`)).status()).toBe(403);
    expect((await (await people.as("sato")).request.get(`${portal}/explain/people?q=a`)).status()).toBe(403);
  });

  test("a member is invited, comes in, gets another role and loses access", async ({ browser }) => {
    await mori.goto(`${portal}/users`);
    await inEveryLook(mori, "portal-users");
    await mori.locator("#invite input[name=email]").fill("sato@minato.example");
    await mori.locator("#invite input[name=name]").fill("残る名前");
    await press(mori, "portalpages.invite");
    await expect(mori.getByText(t("portal.fault.already_member", { Email: "sato@minato.example" })).first()).toBeVisible();
    await expect(mori.locator("#invite input[name=name]")).toHaveValue("残る名前");
    // A portal's administrator makes no other administrator: that is the owner's.
    expect(await mori.locator("#invite select[name=role] option").evaluateAll((l) => l.map((o) => (o as HTMLOptionElement).value))).not.toContain("owner");
    await mori.locator("#invite input[name=email]").fill("neu@minato.example");
    await mori.locator("#invite input[name=name]").fill("新井 <b>花</b>");
    await mori.locator("#invite select[name=role]").selectOption("contractor");
    await mori.locator("#invite input[name=ends_on]").fill("2099-03-31");
    await press(mori, "portalpages.invite");
    await expect(mori.getByRole("heading", { level: 1 })).toHaveText("新井 <b>花</b>");
    await expect(mori.getByText(t("portalpages.letter_kept"))).toBeVisible();
    await inEveryLook(mori, "portal-user");
    const user = new URL(mori.url()).pathname;
    const neu = await accept(browser, "neu@minato.example");
    await neu.goto(`${portal}/`);
    await expect(neu.getByText(t("projectpages.projects.none"))).toBeVisible();
    await mori.goto(user);
    await mori.locator("select[name=role]").selectOption("manager");
    await mori.getByRole("button", { name: t("portalpages.save"), exact: true }).nth(1).click();
    await expect(mori.getByText(t("portal.fault.ends_on")).first()).toBeVisible();
    await mori.locator("input[name=ends_on]").fill("");
    await mori.getByRole("button", { name: t("portalpages.save"), exact: true }).nth(1).click();
    await expect(mori.locator("main")).toContainText(t("portal.role.manager"));
    await mori.getByRole("link", { name: t("portalpages.deactivate"), exact: true }).click();
    await sure(mori, "portalpages.deactivate");
    await expect(mori.locator("main")).toContainText(t("portalpages.inactive"));
    expect((await neu.request.get(`${portal}/`)).status()).toBe(403);
    await press(mori, "portalpages.activate");
    expect((await neu.request.get(`${portal}/`)).status()).toBe(200);
    await mori.getByRole("link", { name: t("portalpages.remove"), exact: true }).click();
    await sure(mori, "portalpages.remove");
    await expect(mori).toHaveURL(`${portal}/users`);
    expect((await neu.request.get(`${portal}/`)).status()).toBe(404);
    await neu.context().close();
  });

  test("a client is made, its user sees what is external, moves and leaves", async ({ browser }) => {
    await mori.goto(`${portal}/clients`);
    await inEveryLook(mori, "clients");
    await mori.getByRole("link", { name: t("portalpages.client_new"), exact: true }).click();
    await mori.locator("input[name=name]").fill("株式会社つむぎ");
    await mori.locator("input[name=email]").fill("nonsense@");
    await mori.locator("main form").evaluate((f) => ((f as HTMLFormElement).noValidate = true));
    await press(mori, "portalpages.save");
    await expect(mori.locator("#f-email[aria-invalid=true]")).toHaveCount(1);
    await expect(mori.locator("input[name=name]")).toHaveValue("株式会社つむぎ");
    await inEveryLook(mori, "client-refused");
    await mori.locator("input[name=email]").fill("info@tsumugi.example");
    await press(mori, "portalpages.save");
    await expect(mori.getByRole("heading", { level: 1 })).toHaveText("株式会社つむぎ");
    const client = new URL(mori.url()).pathname;
    await mori.locator("#invite input[name=email]").fill("ito@tsumugi.example");
    await mori.locator("#invite input[name=name]").fill("伊藤 凪");
    await press(mori, "portalpages.invite_client_user");
    const user = new URL(mori.url()).pathname;
    const ito = await accept(browser, "ito@tsumugi.example");
    await ito.goto(`${portal}/projects`);
    await expect(ito.getByText(t("projectpages.projects.none_client"))).toBeVisible();
    // Into one project of two: its external tasks are there, its internal ones are not.
    await mori.goto(`${portal}/projects?q=${encodeURIComponent("青空製作所")}`);
    const project = (await mori.locator("main tbody").getByRole("link").first().getAttribute("href"))!;
    await mori.goto(`${project}/tasks`);
    const rows = (word: string) => mori.locator("main tbody tr", { hasText: t(word) }).locator("a").first();
    const [inner, outer] = [await rows("projectviews.internal").innerText(), await rows("projectviews.external").innerText()];
    await mori.goto(`${project}/users`);
    await pick(mori, "company", "つむぎ");
    await press(mori, "projectpages.clients.add");
    await mori.locator("#client-users").getByRole("checkbox", { name: /伊藤 凪/ }).check();
    await press(mori, "projectpages.client_users.let_in");
    await ito.goto(`${project}/tasks`);
    await expect(ito.getByRole("link", { name: outer, exact: true })).toBeVisible();
    await expect(ito.getByText(inner, { exact: true })).toHaveCount(0);
    await inEveryLook(ito, "client-tasks");
    for (const at of ["/users", "/clients", "/settings", "/settings/service-key", "/settings/outbox", "/import/clients"]) {
      expect([403, 404], at).toContain((await ito.request.get(portal + at)).status());
    }
    await mori.goto(client);
    await inEveryLook(mori, "client");
    await mori.goto(user);
    await pick(mori, "company", "さくら");
    await press(mori, "portalpages.move");
    await expect(mori.locator("main dl")).toContainText("さくら");
    expect((await ito.request.get(`${project}/tasks`)).status()).toBe(404);
    await mori.getByRole("link", { name: t("portalpages.remove"), exact: true }).click();
    await sure(mori, "portalpages.remove");
    expect((await ito.request.get(`${portal}/`)).status()).toBe(404);
    await mori.goto(client);
    await mori.getByRole("link", { name: t("portalpages.client_remove"), exact: true }).click();
    await sure(mori, "portalpages.client_remove");
    await expect(mori).toHaveURL(`${portal}/clients`);
    expect((await mori.request.get(client)).status()).toBe(404);
    await ito.context().close();
  });

  test("settings: two at once, what the owner alone may, and a portal of one's own", async () => {
    await mori.goto(`${portal}/settings`);
    await inEveryLook(mori, "portal-settings");
    await expect(mori.getByRole("link", { name: t("portalpages.delete"), exact: true })).toHaveCount(0);
    expect((await mori.request.get(`${portal}/settings/audit`)).status()).toBe(403);
    expect((await mori.request.post(`${portal}/settings/owner`, { form: { owner: "1", grace: "0", password: "musubi-demo-2026" } })).status()).toBe(403);
    expect((await mori.request.post(`${portal}/settings/delete`, { form: { name: "みなとデリバリー" } })).status()).toBe(403);
    await mori.goto(`${portal}/settings/general`);
    const admin = await people.as("admin");
    await admin.goto(`${portal}/settings/general`);
    await admin.locator("input[name=user_limit]").fill("50");
    await press(admin, "portalpages.save");
    await expect(admin.locator("input[name=user_limit]")).toHaveValue("50");
    await mori.locator("input[name=name]").fill("みなとデリバリー本部");
    await press(mori, "portalpages.save");
    await expect(mori.getByText(t("portalpages.stale"))).toBeVisible();
    await expect(mori.locator("input[name=name]")).toHaveValue("みなとデリバリー本部");
    await inEveryLook(mori, "portal-stale");
    await admin.goto(`${portal}/settings/audit`);
    await expect(admin.locator("main tbody tr", { hasText: t("auditviews.act.portal.client_removed") }).first()).toBeVisible();
    await inEveryLook(admin, "portal-audit");
    await admin.goto("/portals/new");
    await admin.locator("input[name=name]").fill("短命");
    await admin.getByRole("button", { name: t("portalpages.new"), exact: true }).dblclick();
    await expect(admin).toHaveURL(/\/portal\/\d+\/?$/);
    const short = new URL(admin.url()).pathname.replace(/\/$/, "");
    await admin.goto("/");
    await expect(admin.getByRole("link", { name: /短命/ })).toHaveCount(1);
    await admin.goto(`${short}/settings/delete`);
    await admin.locator("input[name=name]").fill("長命");
    await press(admin, "portalpages.delete");
    await expect(admin.getByText(t("portal.fault.name_differs")).first()).toBeVisible();
    await inEveryLook(admin, "portal-delete");
    await admin.locator("input[name=name]").fill("短命");
    await press(admin, "portalpages.delete");
    await expect(admin).toHaveURL("/");
    expect((await admin.request.get(short)).status()).toBe(404);
  });
});
