// The set-up of CRM: profiles, roles, users, the organisation and its edition. In
// Japanese on SQLite, in English on PostgreSQL.
import type { Page } from "@playwright/test";
import { account, expect, inEveryLook, settle, test, type Lang } from "./lib/test";
import { house, People, record } from "./lib/house";
import { start, type Engine, type Server } from "./lib/server";
import { words } from "./lib/words";

const speaks = (engine: Engine): Lang => (engine === "sqlite" ? "ja" : "en");

test.describe("set-up", () => {
  test.describe.configure({ mode: "serial" });
  let own: Server;
  let people: People;
  let admin: Page;
  let t: ReturnType<typeof words>;
  let crm = "";
  let setup = "";

  test.beforeAll(async ({ browser, engine }) => {
    own = await start(engine, "setup");
    people = new People(browser, own.url, speaks(engine));
    t = words(speaks(engine));
    admin = await people.as("admin");
    crm = await house(admin, "crm", "みなと");
    setup = `${crm}/setup`;
  });
  test.afterAll(async () => {
    await people.close();
    await own.stop();
  });

  const press = (page: Page, key: string) => page.getByRole("button", { name: t(key), exact: true }).click();
  const row = (page: Page, text: string | RegExp) => page.locator("main tbody tr", { hasText: text });
  const tick = (page: Page, name: string) => page.locator(`#rights input[name="${name}"]`);
  // clashed finds one line of what a stale save shows, by what was typed and what is saved.
  const clashed = (page: Page, mine: string, theirs: string) => row(page, mine).filter({ hasText: theirs });
  const open = async (page: Page, list: string, name: string) => {
    await page.goto(`${setup}/${list}`);
    await page.locator("main").getByRole("link", { name, exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  };
  // choose picks an option of a select by its words, whatever stands before them.
  const choose = async (page: Page, select: string, label: string) => {
    await expect(page.locator(select)).toBeVisible();
    const all = page.locator(`${select} option`);
    const at = (await all.allInnerTexts()).findIndex((x) => x.trim() === label);
    expect(at, `${label} in ${select}`).toBeGreaterThanOrEqual(0);
    await page.locator(select).selectOption({ index: at });
  };

  test("the search finds every page, and each passes in every look", async () => {
    await admin.goto(setup);
    for (const [word, page] of [["権限", "profiles"], ["clone", "profiles"], ["役職", "roles"], ["hierarchy", "roles"], ["通貨", "organisation"], ["監査", "audit"]]) {
      await admin.locator("main input[name=q]").fill(word);
      await expect(admin.locator(`#settings a[href="${setup}/${page}"]`)).toBeVisible();
      await expect(admin.locator(`#settings a[href="${setup}/outbox"]`)).toHaveCount(0);
    }
    for (const page of ["profiles", "roles", "users", "organisation", "organisation/edition"]) {
      await admin.goto(`${setup}/${page}`);
      await inEveryLook(admin, `setup-${page.replace("/", "-")}`);
    }
  });

  test("a clone starts from its source; every tick needs that to view", async () => {
    await admin.goto(`${setup}/profiles`);
    await row(admin, "標準").getByRole("link", { name: t("orgpages.profile.clone_this") }).click();
    await press(admin, "orgpages.profile.clone_do");
    await expect(admin.getByText(t("access.fault.name_required")).first()).toBeVisible();
    await inEveryLook(admin, "profile-clone");
    await admin.locator("main input[name=name]").fill("見積担当");
    await admin.getByRole("button", { name: t("orgpages.profile.clone_do"), exact: true }).dblclick();
    await expect(admin.getByRole("heading", { level: 1, name: "見積担当" })).toBeVisible();
    await expect(tick(admin, "Deals.delete")).toBeChecked();
    await tick(admin, "Contacts.view").uncheck();
    for (const right of ["create", "edit", "delete"]) await expect(tick(admin, `Contacts.${right}`)).not.toBeChecked();
    for (const right of ["create", "edit", "delete"]) await tick(admin, `Accounts.${right}`).uncheck();
    await tick(admin, "Deals.view").uncheck();
    await tick(admin, "Deals.create").check();
    await expect(tick(admin, "Deals.view")).toBeChecked();
    await admin.getByRole("checkbox", { name: t("orgpages.permission.export") }).check();
    await inEveryLook(admin, "profile");
    await press(admin, "orgpages.save");
    await expect(admin).toHaveURL(/\/profiles$/);
    await expect(row(admin, "見積担当")).toHaveCount(1);
    await expect(row(admin, "見積担当")).toContainText(t("orgpages.users.count", { Count: 0 }));
  });

  test("the system's profiles stay: one fixed, both without a way to delete them", async () => {
    await admin.goto(`${setup}/profiles`);
    for (const name of ["管理者", "標準"]) await expect(row(admin, name).getByRole("link", { name: t("orgpages.delete") })).toHaveCount(0);
    await open(admin, "profiles", "管理者");
    await expect(admin.getByText(t("orgpages.profile.locked"))).toBeVisible();
    await expect(admin.locator("#rights input:enabled")).toHaveCount(0);
    await inEveryLook(admin, "profile-locked");
    const at = new URL(admin.url()).pathname;
    expect((await admin.request.post(at, { form: { version: "1", name: "x" } })).status()).toBe(409);
    expect((await admin.request.post(`${at}/delete`, { form: { version: "1", move_to: "1" } })).status()).toBe(409);
  });

  test("a stale profile shows both versions, and neither is lost", async () => {
    await open(admin, "profiles", "見積担当");
    const other = await admin.context().newPage();
    await other.goto(admin.url());
    await other.locator("main input[name=name]").fill("見積作成担当");
    await tick(other, "Notes.delete").uncheck();
    await press(other, "orgpages.save");
    await expect(other).toHaveURL(/\/profiles$/);
    await other.close();
    await tick(admin, "Deals.edit").check();
    await press(admin, "orgpages.save");
    await expect(clashed(admin, "見積担当", "見積作成担当")).toHaveCount(1);
    await expect(row(admin, `${t("web.nav.deals")} – ${t("orgpages.right.edit")}`)).toContainText(t("orgpages.on"));
    await expect(row(admin, `${t("orgpages.tab.notes")} – ${t("orgpages.right.delete")}`)).toHaveCount(1);
    await expect(tick(admin, "Deals.edit")).toBeChecked();
    await inEveryLook(admin, "profile-stale");
    await admin.locator("main input[name=name]").fill("見積作成担当");
    await press(admin, "orgpages.save_anyway");
    await expect(row(admin, "見積作成担当")).toHaveCount(1);
  });

  test("who gets the profile may that and no more, at once", async () => {
    const tanaka = account("tanaka").name;
    await open(admin, "users", tanaka);
    await inEveryLook(admin, "user");
    await choose(admin, "select[name=profile]", "見積作成担当");
    await press(admin, "orgpages.save");
    await expect(admin).toHaveURL(/\/setup\/users$/);
    await expect(row(admin, tanaka)).toContainText("見積作成担当");
    const page = await people.as("tanaka");
    await page.goto(crm);
    await expect(page.getByRole("link", { name: t("web.nav.accounts"), exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: t("web.nav.contacts"), exact: true })).toHaveCount(0);
    expect((await page.request.get(`${crm}/Contacts`)).status()).toBe(403);
    expect((await page.request.get(`${crm}/Accounts`)).status()).toBe(200);
    expect((await page.request.post(`${crm}/Accounts`, { form: { Account_Name: "越権" } })).status()).toBe(403);
    expect((await page.request.get(`${crm}/Deals/new`)).status()).toBe(200);
    for (const list of ["", "/profiles", "/roles", "/users", "/organisation", "/organisation/edition", "/audit"]) {
      expect((await page.request.get(`${setup}${list}`)).status(), list).toBe(403);
    }
    expect((await page.request.post(`${setup}/profiles`, { form: { source: "1", name: "越権" } })).status()).toBe(403);
    for (const way of ["get", "post"] as const) expect((await page.request[way](`${crm}/Contacts/columns`)).status(), way).toBe(403);
    // Called by name at a record she does not see, she hears nothing of it; who sees it does.
    await record(admin, crm, "Contacts", "高橋 陽子");
    await admin.locator("#notes summary").first().click();
    await admin.locator("#notes textarea[name=body]").fill("@佐藤 健 さん、@田中 翔 さん、来週の打ち合わせをお願いします");
    await press(admin, "crmpages.note.save");
    const sato = await people.as("sato");
    await expect(async () => {
      await sato.goto("/notices");
      await expect(sato.locator("main")).toContainText("高橋 陽子", { timeout: 1_500 });
    }).toPass({ timeout: 20_000 });
    await sato.locator("main").getByRole("link", { name: /高橋 陽子/ }).click();
    await expect(sato.locator("#notes")).toContainText("来週の打ち合わせ");
    await page.goto("/notices");
    await expect(page.locator("main")).toContainText(t("notice.none"));
  });

  test("a deleted profile hands its users on", async () => {
    await admin.goto(`${setup}/profiles`);
    await row(admin, "見積作成担当").getByRole("link", { name: t("orgpages.delete") }).click();
    const ask = admin.locator("#modal");
    await expect(ask).toContainText("見積作成担当");
    await inEveryLook(admin, "profile-delete");
    await ask.getByRole("link", { name: t("web.ui.cancel") }).click();
    await expect(ask).toBeHidden();
    await expect(row(admin, "見積作成担当")).toHaveCount(1);
    await row(admin, "見積作成担当").getByRole("link", { name: t("orgpages.delete") }).click();
    await choose(admin, "#modal select[name=move_to]", "営業アシスタント");
    await ask.getByRole("button", { name: t("orgpages.delete"), exact: true }).click();
    await expect(row(admin, "営業アシスタント")).toHaveCount(1);
    await expect(row(admin, "見積作成担当")).toHaveCount(0);
    await row(admin, "営業アシスタント").getByRole("link", { name: t("orgpages.users.count.one", { Count: 1 }), exact: true }).click();
    await expect(row(admin, account("tanaka").name)).toHaveCount(1);
    await expect(admin.locator("main tbody tr")).toHaveCount(1);
  });

  test("a role is added, renamed, moved with what hangs on it, and deleted", async () => {
    await open(admin, "roles", "マネージャー");
    await admin.getByRole("link", { name: t("orgpages.role.new_below") }).click();
    await admin.locator("main input[name=name]").fill("西日本営業");
    await admin.getByRole("button", { name: t("orgpages.role.create"), exact: true }).dblclick();
    const branch = (name: string) => admin.locator("main li", { has: admin.getByRole("link", { name, exact: true }) }).last();
    await expect(admin.locator("main").getByRole("link", { name: "西日本営業", exact: true })).toHaveCount(1);
    await admin.goto(`${setup}/roles`);
    await admin.locator("main summary").first().click();
    await admin.locator("main input[name=name]").fill("大阪支店");
    await choose(admin, "main select[name=parent]", "西日本営業");
    await press(admin, "orgpages.role.create");
    await expect(branch("大阪支店")).toBeVisible();
    await inEveryLook(admin, "roles-tree");

    await open(admin, "roles", "西日本営業");
    await inEveryLook(admin, "role");
    const other = await admin.context().newPage();
    await other.goto(admin.url());
    await other.locator("main input[name=name]").fill("関西営業");
    await press(other, "orgpages.save");
    await expect(other).toHaveURL(/\/roles$/);
    await other.close();
    await admin.locator("main input[name=name]").fill("近畿営業");
    await press(admin, "orgpages.save");
    await expect(clashed(admin, "近畿営業", "関西営業")).toHaveCount(1);
    await inEveryLook(admin, "role-stale");
    await press(admin, "orgpages.save_anyway");
    await expect(branch("近畿営業")).toBeVisible();

    await open(admin, "roles", "近畿営業");
    // Nothing goes under itself: what hangs on it is not offered.
    expect((await admin.locator("select[name=parent] option").allInnerTexts()).map((x) => x.trim())).not.toContain("大阪支店");
    await choose(admin, "select[name=parent]", "代表取締役");
    await press(admin, "orgpages.role.move_do");
    await expect(admin).toHaveURL(/\/roles$/);
    await expect(branch("近畿営業").getByRole("link", { name: "大阪支店" })).toBeVisible();
    await expect(branch("マネージャー").getByRole("link", { name: "大阪支店" })).toHaveCount(0);

    await open(admin, "users", account("sato").name);
    await choose(admin, "select[name=role]", "近畿営業");
    await press(admin, "orgpages.save");
    await expect(row(admin, account("sato").name)).toContainText("近畿営業");
    await open(admin, "roles", "近畿営業");
    await admin.getByRole("link", { name: t("orgpages.delete"), exact: true }).click();
    await inEveryLook(admin, "role-delete");
    await choose(admin, "#modal select[name=move_to]", "営業担当");
    await admin.locator("#modal").getByRole("button", { name: t("orgpages.delete"), exact: true }).click();
    await expect(admin).toHaveURL(/\/roles$/);
    await expect(branch("営業担当").getByRole("link", { name: "大阪支店" })).toBeVisible();
    await expect(admin.locator("main").getByRole("link", { name: "近畿営業" })).toHaveCount(0);
    await admin.goto(`${setup}/users`);
    await expect(row(admin, account("sato").name)).toContainText("営業担当");
    // The top stays where it is.
    await open(admin, "roles", "代表取締役");
    await expect(admin.getByRole("link", { name: t("orgpages.delete"), exact: true })).toHaveCount(0);
    await expect(admin.locator("select[name=parent]")).toHaveCount(0);
  });

  test("the edition changes only after what follows was read", async () => {
    await admin.goto(`${setup}/organisation`);
    const card = admin.locator("main .card").last();
    await expect(card).toContainText(t("orgpages.edition.paid"));
    await admin.getByRole("link", { name: t("orgpages.edition.to_free") }).click();
    await expect(admin.locator("#modal")).toContainText(t("orgpages.edition.to_free.text"));
    await inEveryLook(admin, "edition-asked");
    await admin.keyboard.press("Escape");
    await admin.reload();
    await expect(card).toContainText(t("orgpages.edition.paid"));
    await admin.getByRole("link", { name: t("orgpages.edition.to_free") }).click();
    await admin.locator("#modal").getByRole("button", { name: t("orgpages.edition.to_free"), exact: true }).click();
    await expect(card).toContainText(t("orgpages.edition.free"));
    await expect(admin.getByRole("link", { name: t("orgpages.edition.to_paid") })).toBeVisible();
  });

  test("a stale organisation shows what was saved beside what was typed", async () => {
    await admin.goto(`${setup}/organisation`);
    const other = await admin.context().newPage();
    await other.goto(`${setup}/organisation`);
    await other.locator("main input[name=name]").fill("みなと商会");
    await press(other, "orgpages.save");
    await settle(other);
    await other.close();
    await admin.locator("main input[name=name]").fill("みなと物産");
    await press(admin, "orgpages.save");
    await expect(clashed(admin, "みなと物産", "みなと商会")).toHaveCount(1);
    await expect(row(admin, t("orgpages.currency"))).toHaveCount(0);
    await inEveryLook(admin, "organisation-stale");
    await press(admin, "orgpages.save_anyway");
    await expect(admin.locator("main input[name=name]")).toHaveValue("みなと物産");
  });

  test("an invitation nobody carried is shown where it lies", async () => {
    await admin.goto(`${setup}/users`);
    await admin.locator("main summary").first().click();
    await expect(admin.locator("select[name=profile] option:checked")).toHaveText("標準");
    await admin.locator("main input[name=email]").fill("arai@minato.example");
    await admin.locator("main details input[name=name]").fill("新井 光");
    await press(admin, "orgpages.invite_do");
    await expect(admin.locator("#kept")).toContainText("arai@minato.example");
    await inEveryLook(admin, "users-invited");
    await admin.getByRole("link", { name: t("orgpages.kept.open") }).click();
    await expect(admin.locator("main")).toContainText("/invitations/");
    await admin.goto(`${setup}/users`);
    await expect(admin.locator("#kept")).toHaveCount(0);
  });

  test("the audit log tells it all in words", async () => {
    await admin.goto(`${setup}/audit`);
    for (const act of ["profile.created", "profile.changed", "profile.deleted", "user.assigned", "role.created", "role.renamed", "role.moved", "role.deleted",
      "organisation.edition", "organisation.updated", "user.invited"]) {
      await expect(row(admin, t(`auditviews.act.access.${act}`)).first(), act).toBeVisible();
    }
    await expect(row(admin, /(access|integration|portal)\.\w/)).toHaveCount(0);
    await inEveryLook(admin, "audit");
  });
});
