// A day inside Projects: a project is made, staffed, worked on, shared with its client
// and put away. In Japanese on SQLite, in English on PostgreSQL.
import type { Page } from "@playwright/test";
import { house, People } from "./lib/house";
import { expect, inEveryLook, pick, test, type Lang } from "./lib/test";
import { start, type Engine, type Server } from "./lib/server";
import { words } from "./lib/words";

const speaks = (engine: Engine): Lang => (engine === "sqlite" ? "ja" : "en");

test.describe("projects", () => {
  test.describe.configure({ mode: "serial", timeout: 60_000 });
  let own: Server;
  let people: People;
  let mori: Page; // administrator of the portal, in no organisation of the CRM
  let t: ReturnType<typeof words>;
  let portal = "";
  let project = "";

  test.beforeAll(async ({ browser, engine }) => {
    own = await start(engine, "projects");
    people = new People(browser, own.url, speaks(engine));
    t = words(speaks(engine));
    mori = await people.as("mori");
    portal = await house(mori, "portal", "みなと");
  });
  test.afterAll(async () => {
    await people.close();
    await own.stop();
  });

  const press = (page: Page, key: string, args?: Record<string, unknown>) => page.getByRole("button", { name: t(key, args), exact: true }).click();
  const follow = (page: Page, key: string) => page.locator("main").getByRole("link", { name: t(key), exact: true }).first().click();

  test("a project is made, corrected and saved against somebody else's change", async () => {
    await mori.goto(portal);
    await inEveryLook(mori, "portal-home");
    await mori.goto(`${portal}/projects`);
    await follow(mori, "projectpages.new_project");
    // The end before the start: everything typed stays, and the date says what is wrong.
    await mori.locator("input[name=name]").fill("秋の展示会 <b>2027</b>");
    await mori.locator("input[name=start_date]").fill("2027-10-01");
    await mori.locator("input[name=end_date]").fill("2027-09-01");
    await mori.locator("textarea[name=overview]").fill("会場と\n配布物");
    await press(mori, "projectviews.save");
    await expect(mori.locator("#f-end_date[aria-invalid=true]")).toHaveCount(1);
    await expect(mori.locator("textarea[name=overview]")).toHaveValue("会場と\n配布物");
    await inEveryLook(mori, "project-refused");
    await mori.locator("input[name=end_date]").fill("2027-11-30");
    await mori.getByRole("button", { name: t("projectviews.save"), exact: true }).dblclick();
    await expect(mori.getByRole("heading", { level: 1 })).toHaveText("秋の展示会 <b>2027</b>");
    project = new URL(mori.url()).pathname;
    await mori.goto(`${portal}/projects?q=${encodeURIComponent("秋の展示会")}`);
    await expect(mori.locator("main tbody tr")).toHaveCount(1);
    // Two windows: the second to save sees both.
    await mori.goto(`${project}/edit`);
    const other = await mori.context().newPage();
    await other.goto(`${project}/edit`);
    await other.locator("input[name=name]").fill("秋の展示会");
    await press(other, "projectviews.save");
    await expect(other).toHaveURL(project);
    await other.close();
    await mori.locator("input[name=end_date]").fill("2027-12-15");
    await press(mori, "projectviews.save");
    await expect(mori.getByText(t("projectpages.stale"))).toBeVisible();
    await expect(mori.locator("input[name=end_date]")).toHaveValue("2027-12-15");
    await inEveryLook(mori, "project-stale");
    await press(mori, "projectviews.save");
    await expect(mori).toHaveURL(project);
    await inEveryLook(mori, "project");
  });

  test("it is staffed, and its client looks in", async () => {
    await mori.goto(`${project}/users`);
    await mori.locator("summary", { hasText: t("projectpages.users.add") }).click();
    await mori.getByRole("checkbox", { name: /鈴木 由紀/ }).check();
    await press(mori, "projectpages.add");
    await expect(mori.locator("main tbody tr", { hasText: "鈴木 由紀" })).toHaveCount(1);
    await pick(mori, "company", "青空");
    await press(mori, "projectpages.clients.add");
    await expect(mori.locator("#client-users")).toBeVisible();
    await mori.locator("#client-users").getByRole("checkbox").first().check();
    await press(mori, "projectpages.client_users.let_in");
    await inEveryLook(mori, "project-users");
    const suzuki = await people.as("suzuki");
    await suzuki.goto(`${portal}/projects`);
    await expect(suzuki.getByRole("link", { name: "秋の展示会 <b>2027</b>", exact: true })).toBeVisible();
  });

  test("tasks, milestones and bugs are written, done and deleted", async () => {
    await mori.goto(`${project}/task-lists`);
    await mori.locator("input[name=name]").fill("お客様と");
    await mori.getByRole("checkbox", { name: t("projectviews.external") }).check();
    await press(mori, "projectpages.add");
    await inEveryLook(mori, "task-lists");
    await mori.goto(`${project}/tasks`);
    for (const title of ["会場を決める", "案内状を送る"]) {
      await mori.getByRole("textbox", { name: t("projectpages.quick_task") }).fill(title);
      await press(mori, "projectpages.add");
      await expect(mori.getByRole("link", { name: title })).toBeVisible();
    }
    await inEveryLook(mori, "tasks");
    await mori.getByRole("link", { name: "案内状を送る" }).click();
    await mori.locator("select[name=list]").selectOption({ label: "お客様と" });
    await mori.locator("input[name=due_date]").fill("2027-10-20");
    await mori.getByRole("checkbox", { name: "鈴木 由紀" }).check();
    await mori.locator("input[name=percent]").fill("150");
    await press(mori, "projectviews.save");
    await expect(mori.locator("#f-percent:invalid, #f-percent[aria-invalid=true]")).toHaveCount(1);
    await mori.locator("input[name=percent]").fill("40");
    await press(mori, "projectviews.save");
    const row = (name: string) => mori.locator("main tbody tr", { hasText: name });
    await expect(row("案内状を送る")).toContainText("鈴木 由紀");
    await row("会場を決める").getByRole("button").click();
    await expect(mori.getByText(t("projectpages.task_closed", { Title: "会場を決める" }))).toBeVisible();
    for (const [part, field, title] of [["milestones", "title", "開幕"], ["bugs", "title", "地図が古い"]] as const) {
      await mori.goto(`${project}/${part}/new`);
      await mori.locator(`input[name=${field}]`).fill(title);
      if (part === "milestones") {
        await mori.locator("input[name=start_date]").fill("2027-11-01");
        await mori.locator("input[name=due_date]").fill("2027-11-02");
      }
      await press(mori, "projectviews.save");
      await expect(row(title)).toHaveCount(1);
      await inEveryLook(mori, part);
    }
    // Called by name at it, who is on the project hears of it, and who is not does not.
    await row("地図が古い").getByRole("link").first().click();
    await mori.locator("textarea[name=comment]").fill("@鈴木 由紀 さん、@堀 直人 さん、新しい地図はありますか");
    await press(mori, "projectviews.comment.save");
    const [suzuki, hori] = [await people.as("suzuki"), await people.as("hori")];
    await expect(async () => {
      await suzuki.goto("/notices");
      await expect(suzuki.locator("main")).toContainText("地図が古い", { timeout: 1_500 });
    }).toPass({ timeout: 20_000 });
    await hori.goto("/notices");
    await expect(hori.locator("main")).not.toContainText("地図が古い");
    await mori.goto(`${project}/bugs`);
    // Deleting asks first.
    await row("地図が古い").getByRole("link").first().click();
    await mori.getByRole("link", { name: t("projectviews.delete"), exact: true }).click();
    await expect(mori.getByText(t("projectviews.delete_text", { Name: "地図が古い" }))).toBeVisible();
    await mori.getByRole("dialog").getByRole("button", { name: t("projectviews.delete"), exact: true }).click();
    await expect(row("地図が古い")).toHaveCount(0);
  });

  test("who may not, may not, by page or by address", async () => {
    const suzuki = await people.as("suzuki");
    await suzuki.goto(`${project}/tasks`);
    await expect(suzuki.getByRole("link", { name: "案内状を送る" })).toBeVisible();
    await suzuki.goto(project);
    await expect(suzuki.getByRole("link", { name: t("projectpages.trash") })).toHaveCount(0);
    expect((await suzuki.request.post(`${project}/trash`)).status()).toBe(403);
    // hori is a contractor, who is not on it: it is not there at all.
    const hori = await people.as("hori");
    for (const at of ["", "/tasks", "/edit", "/users"]) expect((await hori.request.get(project + at)).status(), at).toBe(404);
    expect((await hori.request.post(`${portal}/projects`, { form: { once: "h1", name: "越権" } })).status()).toBe(403);
    // What all projects of the portal share is not for everybody to change.
    for (const list of ["groups", "statuses", "fields", "templates"]) {
      const made = await suzuki.request.post(`${portal}/settings/${list}`, { form: { once: `s-${list}`, name: "越権", kind: "text", colour: "teal", category: "open" } });
      expect(made.status(), list).toBe(403);
      await mori.goto(`${portal}/settings/${list}`);
      await expect(mori.locator("main"), list).not.toContainText("越権");
    }
    const kaede = await people.as("kaede");
    expect((await kaede.request.get(project)).status()).toBe(404);
  });

  test("groups shelve it, the bin takes it and gives it back", async () => {
    await mori.goto(`${portal}/settings/groups`);
    await mori.locator("#f-name").fill("展示会");
    await press(mori, "projectpages.add");
    await expect(mori.getByRole("button", { name: t("projectpages.groups.delete") }).first()).toBeVisible();
    await inEveryLook(mori, "groups");
    // A name that is taken is refused, beside what was typed: for a new group and an old one.
    await mori.locator("#f-name").fill("展示会");
    await press(mori, "projectpages.add");
    await expect(mori.getByText(t("work.fault.group_exists")).first()).toBeVisible();
    await expect(mori.locator("#f-name")).toHaveValue("展示会");
    await mori.locator("#f-name").fill("合同説明会");
    await press(mori, "projectpages.add");
    const second = mori.getByRole("textbox", { name: t("projectpages.groups.name_of", { Name: "合同説明会" }) });
    await second.fill("展示会");
    await second.press("Enter");
    await expect(mori.getByText(t("work.fault.group_exists")).first()).toBeVisible();
    await expect(second).toHaveValue("展示会");
    await expect(second).toHaveAttribute("aria-invalid", "true");
    await mori.goto(`${portal}/settings/groups`);
    await expect(second).toHaveValue("合同説明会");
    const name = mori.getByRole("textbox", { name: t("projectpages.groups.name_of", { Name: "展示会" }) });
    await name.fill("展示会とセミナー");
    await name.press("Enter");
    await expect(mori.getByRole("textbox", { name: t("projectpages.groups.name_of", { Name: "展示会とセミナー" }) })).toHaveValue("展示会とセミナー");
    await mori.goto(`${project}/edit`);
    await mori.locator("select[name=group]").selectOption({ label: "展示会とセミナー" });
    await press(mori, "projectviews.save");
    await expect(mori.locator("main")).toContainText("展示会");
    await mori.getByRole("link", { name: t("projectpages.trash"), exact: true }).click();
    await mori.getByRole("dialog").getByRole("button", { name: t("projectpages.trash"), exact: true }).click();
    await expect(mori).toHaveURL(`${portal}/projects`);
    expect((await mori.request.get(project)).status()).toBe(404);
    await mori.goto(`${portal}/projects/bin`);
    await inEveryLook(mori, "project-bin");
    await mori.locator("main tbody tr", { hasText: "秋の展示会" }).getByRole("button", { name: t("projectpages.restore") }).click();
    await expect(mori).toHaveURL(project);
    await mori.goto(`${project}/tasks`);
    await expect(mori.getByRole("link", { name: "案内状を送る" })).toBeVisible();
    // From the bin it goes for good, which is not for everybody to do.
    await mori.goto(`${project}/trash`);
    await press(mori, "projectpages.trash");
    await mori.goto(`${portal}/projects/bin`);
    await mori.locator("main tbody tr", { hasText: "秋の展示会" }).getByRole("link", { name: t("projectpages.purge") }).click();
    await press(mori, "projectpages.purge");
    await expect(mori.getByText(t("projectpages.purged"))).toBeVisible();
    await expect(mori.locator("main tbody tr", { hasText: "秋の展示会" })).toHaveCount(0);
    for (const act of ["purge", "restore"]) expect((await mori.request.post(`${project}/${act}`)).status(), act).toBe(404);
    // All that lies in it goes at once, by who may restore it.
    await mori.goto(`${portal}/projects?q=${encodeURIComponent("社内研修 2026")}`);
    const training = (await mori.locator("main tbody").getByRole("link").first().getAttribute("href"))!;
    await mori.goto(`${training}/trash`);
    await press(mori, "projectpages.trash");
    const suzuki = await people.as("suzuki");
    for (const way of ["get", "post"] as const) expect((await suzuki.request[way](`${portal}/projects/bin/empty`)).status(), way).toBe(403);
    await mori.goto(`${portal}/projects/bin`);
    await expect(mori.locator("main tbody tr", { hasText: "社内研修 2026" })).toHaveCount(1);
    await mori.getByRole("link", { name: t("projectpages.bin.clear"), exact: true }).click();
    await press(mori, "projectpages.bin.clear");
    await expect(async () => {
      await mori.goto(`${portal}/projects/bin`);
      await expect(mori.getByText(t("projectpages.bin.none"), { exact: true })).toBeVisible({ timeout: 1_500 });
    }).toPass({ timeout: 20_000 });
    expect((await mori.request.post(`${training}/restore`)).status()).toBe(404);
  });
});
