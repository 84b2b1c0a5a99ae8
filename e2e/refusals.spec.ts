// What the integration refuses, each once: with the words a person reads, and at the
// server for whoever goes round the page. In Japanese on SQLite, in English on PostgreSQL.
import type { Page } from "@playwright/test";
import { account, every, expect, inEveryLook, settle, test, type Lang } from "./lib/test";
import { house, People, record, serviceKey } from "./lib/house";
import { start, type Engine, type Server } from "./lib/server";
import { words } from "./lib/words";

test.describe.configure({ mode: "parallel" });

const password = "musubi-demo-2026";
const sora = "株式会社青空製作所";
const known = "青空製作所 受発注システム刷新";

const speaks = (engine: Engine): Lang => (engine === "sqlite" ? "ja" : "en");

// hidden reads what a form of the page sends along unseen.
const hidden = (page: Page, name: string) => page.locator(`main input[name=${name}]`).first().inputValue();

// plain undoes what HTML does to an apostrophe.
const plain = (html: string) => html.replaceAll("&#39;", "'");

test.describe("refusals", () => {
  test.describe.configure({ mode: "serial", timeout: 60_000 });
  let own: Server;
  let people: People;
  let admin: Page;
  let t: ReturnType<typeof words>;
  let crm = "";
  let setup = "";

  test.beforeAll(async ({ browser, engine }) => {
    own = await start(engine, "refusals");
    people = new People(browser, own.url, speaks(engine));
    t = words(speaks(engine));
    admin = await people.as("admin");
    crm = await house(admin, "crm", "みなと");
    setup = `${crm}/setup/integration`;
  });
  test.afterAll(async () => {
    await people.close();
    await own.stop();
  });

  const press = (page: Page, key: string) => page.getByRole("button", { name: t(key), exact: true }).click();
  const tab = (page: Page) => page.getByRole("link", { name: t("web.nav.projects"), exact: true });
  const projects = (page: Page) => page.locator("#projects");
  // tickOf finds one tick of the grid by the profile's name.
  const tickOf = (page: Page, profile: RegExp, right: string) => page.locator("#grid tr", { has: page.getByRole("rowheader", { name: profile }) }).locator(`input[name$=".${right}"]`);
  const standard = /^(標準|Standard)/;

  test("who is no administrator gets nothing of the set-up, by link or address", async () => {
    const emily = await people.as("emily");
    await emily.goto(crm);
    await expect(emily.getByRole("link", { name: t("web.nav.setup"), exact: true })).toHaveCount(0);
    for (const part of ["", "/portal", "/permissions", "/association", "/association/progress", "/association/report", "/association/report.xlsx",
      "/clients", "/clients/find?q=x", "/clients/accounts?q=x", "/key", "/change", "/disable", "/users", "/users/progress"]) {
      expect((await emily.request.get(setup + part)).status(), `GET ${part}`).toBe(403);
    }
    for (const part of ["/start", "/portal", "/portal/key", "/portal/new", "/permissions", "/association", "/clients", "/clients/unlink", "/key", "/change", "/disable", "/users/provision"]) {
      expect((await emily.request.post(setup + part, { form: { version: "0", portal: "1", name: "x", answer: "yes" } })).status(), `POST ${part}`).toBe(403);
    }
    await emily.goto(setup);
    await inEveryLook(emily, "forbidden");
  });

  test("the wizard goes on where it was left, and a double click does nothing twice", async () => {
    await admin.goto(setup);
    await admin.getByRole("button", { name: t("integrationpages.get_started"), exact: true }).dblclick();
    await expect(admin).toHaveURL(/\/portal$/);
    await admin.goto(`${setup}/portal?new`);
    await admin.locator("input[name=name]").fill("結び目");
    await admin.getByRole("button", { name: t("integrationpages.portal.create"), exact: true }).dblclick();
    await expect(admin.getByRole("radio", { name: /結び目/ })).toHaveCount(1);
    await admin.getByRole("radio", { name: /みなとデリバリー/ }).check();
    await press(admin, "integrationpages.next");
    await expect(admin).toHaveURL(/\/permissions$/);
    await admin.reload();
    await expect(admin.locator("#grid")).toBeVisible();
    await admin.goBack();
    await admin.reload();
    await expect(admin.getByRole("radio", { name: /みなとデリバリー/ })).toBeChecked();
    await admin.goto(setup); // somebody who comes back later
    await expect(admin).toHaveURL(/\/portal$/);
    await admin.getByRole("link", { name: t("integrationpages.step.permissions") }).click();
    for (const box of await every(admin.locator("#grid input:enabled"))) await box.check();
    const sent = { grid: await hidden(admin, "grid"), version: await hidden(admin, "version") };
    await admin.getByRole("button", { name: t("integrationpages.save"), exact: true }).dblclick();
    await expect(admin).toHaveURL(/\/association$/);
    await expect(admin.locator("#provisioning[aria-busy]")).toHaveCount(0, { timeout: 30_000 });
    await admin.goto(`${setup}/users`);
    await expect(admin.getByRole("row", { name: /emily@minato.example/ })).toHaveCount(1);
    // A second portal is refused at the server too, not added to the first.
    await admin.goto(`${setup}/change`);
    const other = await admin.getByRole("radio", { name: /結び目/ }).inputValue();
    const second = await admin.request.post(`${setup}/permissions`, { form: { ...sent, version: await hidden(admin, "version"), portal: other, choice: "0" } });
    expect(second.status()).toBe(409);
    expect(await second.text()).toContain(t("integration.fault.second_portal", { Portal: "みなとデリバリー" }));
    await admin.goto(setup);
    await expect(admin.locator("main header, main").first()).toContainText("みなとデリバリー");
  });

  test("no is an answer: it is not asked again, and a second one is refused", async () => {
    await admin.goto(setup);
    await expect(admin.getByRole("link", { name: t("integrationpages.ask.open"), exact: true })).toBeVisible();
    await admin.goto(`${setup}/association`);
    const old = await hidden(admin, "version");
    await press(admin, "integrationpages.ask.no");
    await expect(admin).toHaveURL(new RegExp(`${setup}$`));
    await expect(admin.getByText(t("integrationpages.ask.reminder"))).toHaveCount(0);
    await admin.goto(`${setup}/association`);
    await expect(admin.getByText(t("integrationpages.association.skipped_text"))).toBeVisible();
    await expect(admin.getByRole("button", { name: t("integrationpages.ask.yes") })).toHaveCount(0);
    await admin.goto(`${setup}/key`);
    for (const version of [old, await hidden(admin, "version")]) {
      const answer = await admin.request.post(`${setup}/association`, { form: { answer: "yes", version } });
      expect(answer.status()).toBe(409);
    }
    const answer = await admin.request.post(`${setup}/association`, { form: { answer: "yes", version: await hidden(admin, "version") } });
    expect(await answer.text()).toContain(t("integration.fault.already_answered"));
    await admin.goto(`${setup}/clients`);
    await expect(admin.getByText(t("integrationpages.clients.none"), { exact: true })).toBeVisible();
  });

  test("a stale grid shows both administrators' ticks side by side", async () => {
    await admin.goto(`${crm}/setup/users`);
    await admin.locator("tbody").getByRole("link", { name: account("admin").name }).click();
    const top = await admin.locator("select[name=profile]").inputValue();
    await admin.goto(`${crm}/setup/users`);
    await admin.locator("tbody").getByRole("link", { name: account("suzuki").name }).click();
    await admin.locator("select[name=profile]").selectOption(top);
    await press(admin, "orgpages.save");
    await expect(admin).toHaveURL(/\/setup\/users$/);
    const suzuki = await people.as("suzuki");
    await Promise.all([admin.goto(`${setup}/permissions`), suzuki.goto(`${setup}/permissions`)]);
    await tickOf(admin, standard, "delete").uncheck();
    await press(admin, "integrationpages.save");
    await expect(admin).toHaveURL(new RegExp(`${setup}$`));
    for (const right of ["create", "edit", "delete"]) await tickOf(suzuki, /営業アシスタント/, right).uncheck();
    await press(suzuki, "integrationpages.save");
    await expect(suzuki.getByText(t("integrationpages.differ.title"))).toBeVisible();
    const line = (profile: RegExp, right: string, mine: boolean) => {
      const word = (on: boolean) => t(on ? "integrationpages.ticked" : "integrationpages.unticked");
      const text = t("integrationpages.differ.line", { Profile: "\u0000", Right: t(`integrationpages.right.${right}`), Yours: word(mine), Theirs: word(!mine) });
      return suzuki.locator("main li", { hasText: profile }).filter({ hasText: text.split("\u0000")[1] });
    };
    await expect(line(/標準|Standard/, "delete", true)).toHaveCount(1);
    await expect(line(/営業アシスタント/, "create", false)).toHaveCount(1);
    await inEveryLook(suzuki, "grid-stale");
    // Neither is lost: what was typed still stands, what was saved is still saved.
    await expect(tickOf(suzuki, /営業アシスタント/, "create")).not.toBeChecked();
    await admin.goto(`${setup}/permissions`);
    await expect(tickOf(admin, standard, "delete")).not.toBeChecked();
    await expect(tickOf(admin, /営業アシスタント/, "create")).toBeChecked();
    // Having seen it, she takes over the other's tick and saves both.
    await tickOf(suzuki, standard, "delete").uncheck();
    await press(suzuki, "integrationpages.save");
    await expect(suzuki).toHaveURL(new RegExp(`${setup}$`));
    await admin.goto(`${setup}/permissions`);
    await expect(tickOf(admin, standard, "delete")).not.toBeChecked();
    await expect(tickOf(admin, /営業アシスタント/, "create")).not.toBeChecked();
    await expect(tickOf(admin, /営業アシスタント/, "view")).toBeChecked();
  });

  test("without the right to create there is no button, and the server says which gate refused", async () => {
    // CRM's gate: the profile only reads.
    const tanaka = await people.as("tanaka");
    await tanaka.goto(`${crm}/projects`);
    await expect(tanaka.getByRole("link", { name: "さくら商店 予約サイト" })).toBeVisible();
    await expect(tanaka.getByRole("link", { name: t("integrationpages.new_project") })).toHaveCount(0);
    await record(tanaka, crm, "Accounts", "みどり不動産株式会社");
    await expect(projects(tanaka)).toBeVisible();
    await expect(tanaka.getByRole("link", { name: t("integrationpages.new_project") })).toHaveCount(0);
    const made = await tanaka.request.post(`${crm}/projects`, { form: { once: "x1", name: "越権" } });
    expect(made.status()).toBe(403);
    expect(await made.text()).toContain(t("integration.fault.grid_create"));
    // Projects' gate: the button is there, since the profile may; a contractor may not.
    await admin.goto(`${crm}/setup/users`);
    await admin.locator("summary", { hasText: t("orgpages.invite") }).click();
    await admin.locator("input[name=email]").fill("hori@minato.example");
    await admin.locator("input[name=name]").fill(account("hori").name);
    const profile = admin.locator("select[name=profile]").last();
    await profile.selectOption({ label: (await profile.locator("option").allInnerTexts()).find((x) => standard.test(x))! });
    await press(admin, "orgpages.invite_do");
    await admin.goto(`${crm}/setup/outbox`);
    await admin.locator("main tbody tr", { hasText: "hori@minato.example" }).first().getByRole("link").first().click();
    const invitation = (await admin.locator("main").innerHTML()).match(/\/invitations\/[\w-]+/)![0];
    const hori = await people.as("hori");
    await hori.goto(invitation);
    await hori.locator("main form button[type=submit]").first().click();
    await expect(hori).not.toHaveURL(/invitations/);
    await admin.goto(`${setup}/users`);
    await expect(async () => {
      await admin.reload();
      await expect(admin.getByRole("row", { name: /hori@minato.example/ })).toContainText(t("integrationpages.role.contractor"), { timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await hori.goto(`${crm}/projects`);
    await hori.getByRole("link", { name: t("integrationpages.new_project") }).first().click();
    await expect(hori.getByText(t("integration.fault.no_create_project"))).toBeVisible();
    await expect(hori.getByText(t("integrationpages.refused.who", { Owner: account("admin").name }))).toBeVisible();
    await inEveryLook(hori, "refused-create");
    // From a record, somebody who may can be asked for it.
    const wanted = await record(hori, crm, "Accounts", "みどり不動産株式会社");
    await hori.goto(`${wanted}/projects/new`);
    await press(hori, "integrationpages.refused.ask");
    await expect(hori.getByText(t("integrationpages.refused.asked")).first()).toBeVisible();
    const tried = await hori.request.post(`${crm}/projects`, { form: { once: "x2", name: "越権" } });
    expect(tried.status()).toBe(403);
    expect(await tried.text()).toContain(t("integration.fault.no_create_project"));
    await admin.goto(`${crm}/projects?q=${encodeURIComponent("越権")}`);
    await expect(admin.getByText(t("integrationpages.tab.nothing"), { exact: true })).toBeVisible();
  });

  test("a contact without e-mail and a deal without account say what they need, and take it there", async () => {
    // At the account the contact is offered greyed, with the reason.
    await admin.goto(`${await record(admin, crm, "Accounts", "山田商事株式会社")}/projects/new`);
    const silent = admin.locator("label", { hasText: "松本 由美" }).filter({ hasText: t("integrationpages.contact.no_email") });
    await expect(silent.locator("input[name=contact]")).toBeDisabled();
    for (const [module, name, next] of [
      ["Contacts", "松本 由美", "add_email"],
      ["Deals", "大和建設 データ分析基盤", "choose_account"],
    ] as const) {
      // Two people have the contact's name; the one without address works at 山田商事.
      await admin.goto(`${crm}/${module}?q=${encodeURIComponent(name.split(" ")[0])}`);
      const row = admin.locator("main tbody tr", { hasText: module === "Contacts" ? "山田商事" : name }).filter({ hasText: name.split(" ")[1] });
      await row.getByRole("link").first().click();
      await settle(admin);
      const at = new URL(admin.url()).pathname;
      await expect(projects(admin)).toContainText(t(`integrationpages.blocked.${next}`));
      for (const way of ["new", "associate"]) {
        await admin.goto(`${at}/projects/${way}`);
        await expect(admin.getByText(t(`integrationpages.blocked.${next}`))).toBeVisible();
        await expect(admin.getByRole("button", { name: t("integrationpages.repair"), exact: true })).toBeVisible();
      }
      await inEveryLook(admin, `blocked-${module}`);
      const made = await admin.request.post(`${at}/projects`, { form: { once: `b-${module}`, name: "越権" } });
      expect(made.status()).toBeGreaterThanOrEqual(400);
      expect(plain(await made.text())).toContain(t(`integrationpages.blocked.${next}`));
      await admin.goto(`${crm}/projects`);
      const project = (await admin.getByRole("link", { name: known }).getAttribute("href"))!.split("/").pop()!;
      const put = await admin.request.post(`${at}/projects/associate`, { form: { once: `c-${module}`, project } });
      expect(put.status()).toBeGreaterThanOrEqual(400);
      expect(plain(await put.text())).toContain(t(`integrationpages.blocked.${next}`));
      await admin.goto(at);
      await settle(admin);
      await expect(projects(admin)).not.toContainText(known);
      // It is mended where it was missed, and the way goes on from there.
      await admin.goto(`${at}/projects/new`);
      await press(admin, "integrationpages.repair");
      await expect(admin.getByText(t(module === "Contacts" ? "integration.repair.email" : "integration.repair.account")).first()).toBeVisible();
      if (module === "Contacts") {
        await admin.locator("input[name=email]").fill("nowhere");
        await press(admin, "integrationpages.repair");
        await expect(admin.locator("input[name=email]")).toHaveAttribute("aria-invalid", "true");
        await expect(admin.locator("input[name=email]")).toHaveValue("nowhere");
        await inEveryLook(admin, "repair-refused");
        await admin.locator("input[name=email]").fill("matsumoto@yamada-shoji.example");
      } else {
        await admin.locator("input[name=new_account]").fill("大和データ株式会社");
      }
      await press(admin, "integrationpages.repair");
      await expect(admin).toHaveURL(`${at}/projects/new`);
      await expect(admin.locator("main input[name=name]")).toBeVisible();
      if (module === "Deals") await expect(admin.locator("main")).toContainText("大和データ株式会社");
    }
  });

  test("a double click makes one project and one association", async () => {
    const at = await record(admin, crm, "Accounts", sora);
    await admin.goto(`${at}/projects/new`);
    await admin.locator("input[name=name]").fill("二度押し");
    await admin.getByRole("button", { name: t("integrationpages.create"), exact: true }).dblclick();
    await settle(admin);
    await expect(projects(admin).getByRole("link", { name: "二度押し" })).toHaveCount(1);
    await admin.goto(`${crm}/projects?q=${encodeURIComponent("二度押し")}`);
    await expect(admin.locator("main tbody tr")).toHaveCount(1);
    await admin.goto(`${at}/projects/associate`);
    await admin.getByRole("checkbox", { name: /社内研修 2026/ }).check();
    await admin.getByRole("button", { name: t("integrationpages.associate"), exact: true }).dblclick();
    await expect(admin).toHaveURL(at);
    await settle(admin);
    await expect(projects(admin).getByRole("link", { name: "社内研修 2026" })).toHaveCount(1);
    // Making the project tied the account to its client, whose other projects came along.
    await expect(projects(admin).getByRole("link", { name: known })).toHaveCount(1);
  });

  test("who loses the tab loses it by address too, and keeps Projects", async () => {
    const sato = await people.as("sato");
    await sato.goto(`${crm}/projects`);
    const project = (await sato.getByRole("link", { name: "社内研修 2026" }).getAttribute("href"))!;
    const portal = await house(sato, "portal", "みなと");
    const at = await record(sato, crm, "Accounts", sora);
    await expect(projects(sato)).toBeVisible();
    await admin.goto(`${setup}/permissions`);
    await tickOf(admin, standard, "view").uncheck();
    for (const right of ["create", "edit", "delete"]) await expect(tickOf(admin, standard, right)).not.toBeChecked();
    await press(admin, "integrationpages.save");
    await expect(admin).toHaveURL(new RegExp(`${setup}$`));
    await sato.goto(at);
    await settle(sato);
    await expect(tab(sato)).toHaveCount(0);
    await expect(projects(sato)).toHaveCount(0);
    for (const address of [`${crm}/projects`, `${crm}/projects/new`, project, `${project}/edit`, `${project}/tasks`, `${project}/milestones`, `${project}/bugs`, `${project}/users`,
      `${at}/projects`, `${at}/projects/new`, `${at}/projects/associate`, `${at}/projects/overview`, `${at}/projects/${project.split("/").pop()}/disassociate`]) {
      const answer = await sato.request.get(address);
      expect([403, 404], `GET ${address}`).toContain(answer.status());
      expect(await answer.text(), address).not.toContain("社内研修");
    }
    const fragment = await sato.request.get(`${at}/projects`, { headers: { "HX-Request": "true" } });
    expect((await fragment.text()).trim()).toBe("");
    for (const address of [`${crm}/projects`, `${project}/edit`, `${project}/trash`, `${at}/projects`, `${at}/projects/associate`, `${at}/projects/${project.split("/").pop()}/disassociate`]) {
      expect((await sato.request.post(address, { form: { once: "y1", name: "越権", project: project.split("/").pop()! } })).status(), `POST ${address}`).toBe(403);
    }
    await sato.goto(`${portal}/projects`);
    await expect(sato.getByRole("link", { name: "社内研修 2026" })).toBeVisible();
    await admin.goto(`${setup}/permissions`);
    for (const right of ["view", "create", "edit"]) await tickOf(admin, standard, right).check();
    await press(admin, "integrationpages.save");
    await expect(admin).toHaveURL(new RegExp(`${setup}$`));
    await sato.goto(at);
    await settle(sato);
    await expect(projects(sato).getByText(t("integrationpages.related.empty")).or(projects(sato).getByRole("table"))).toBeVisible();
  });

  test("another owner stops it for everybody; only the new owner's key brings it back", async () => {
    const sato = await people.as("sato");
    const mori = await people.as("mori");
    const portal = await house(admin, "portal", "みなと");
    // Whatever an administrator switches off, letters about the key come.
    await admin.goto("/notices");
    for (const box of await every(admin.locator("#preferences input"))) await box.uncheck();
    await press(admin, "notice.save");
    await expect(admin.locator("#preferences input:checked")).toHaveCount(0);
    const old = await serviceKey(admin, portal, password);
    await admin.goto(`${portal}/settings/owner`);
    await expect(admin.locator("main li", { hasText: "みなとソリューションズ" })).toHaveCount(1); // who loses what
    await admin.getByRole("radio", { name: new RegExp(account("mori").name) }).check();
    await admin.locator("select[name=grace]").selectOption("7");
    await inEveryLook(admin, "owner");
    await press(admin, "portalpages.owner_change");
    await expect(admin).toHaveURL(/\/settings$/);
    // For the days that were given it goes on, and says until when; the new owner ends them.
    await record(sato, crm, "Accounts", sora);
    await expect(projects(sato).getByRole("link", { name: known })).toBeVisible();
    const ends = new RegExp(t("integrationpages.key_ends", { When: "\u0000" }).split("\u0000")[0]);
    await expect(async () => {
      await admin.goto(setup);
      await expect(admin.locator("main").getByText(ends)).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
    const warning = new RegExp(t("integration.mail.key_ends.subject", { Day: "#" }).split("#").join(".+"));
    await expect(async () => {
      await admin.goto(`${crm}/setup/outbox`);
      await expect(admin.locator("main tbody tr", { hasText: account("admin").email }).filter({ hasText: warning })).toHaveCount(1, { timeout: 1_500 });
    }).toPass({ timeout: 20_000 });
    await admin.goto("/notices");
    await expect(admin.locator("main")).not.toContainText(warning);
    const suzuki = await people.as("suzuki"); // an administrator too by now
    await suzuki.goto("/notices");
    await expect(suzuki.locator("main").getByRole("link", { name: warning })).toHaveCount(1);
    await mori.goto(`${portal}/settings/service-key`);
    await inEveryLook(mori, "key-grace");
    await press(mori, "portalpages.key.end_now");
    await expect(mori.getByText(t("portalpages.key.grace_ended"))).toBeVisible();
    for (const page of [admin, sato]) {
      await page.goto(`${crm}/projects`);
      await expect(page.getByText(t("integrationpages.state.key_invalid"))).toBeVisible();
      await expect(page.locator("main tbody tr")).toHaveCount(0);
      await record(page, crm, "Accounts", sora);
      await expect(projects(page)).toContainText(t("integrationpages.state.key_invalid"));
      await expect(projects(page)).not.toContainText(known);
      // Only whoever can mend it is led there.
      await expect(projects(page).getByRole("link", { name: t("integrationpages.key.update") })).toHaveCount(page === admin ? 1 : 0);
    }
    await inEveryLook(admin, "account-broken");
    const give = async (key: string, email: string) => {
      await admin.goto(`${setup}/key`);
      await admin.locator("input[name=key]").fill(key);
      await admin.locator("input[name=email]").fill(email);
      await press(admin, "integrationpages.save");
    };
    // The former owner's key is good, and owns another portal.
    await give(old, account("admin").email);
    await expect(admin.getByText(t("integration.fault.other_portal", { Portal: "みなとデリバリー" }))).toBeVisible();
    await inEveryLook(admin, "key-other-portal");
    const fresh = await serviceKey(mori, portal, password);
    await give(fresh, account("admin").email);
    const mismatch = await admin.getByRole("alert").last().innerText();
    await give("msk_wrong", account("mori").email);
    expect(await admin.getByRole("alert").last().innerText()).toBe(mismatch);
    await give(fresh, account("mori").email);
    await expect(admin).toHaveURL(new RegExp(`${setup}$`));
    await record(admin, crm, "Accounts", sora);
    for (const name of [known, "二度押し", "社内研修 2026"]) await expect(projects(admin).getByRole("link", { name })).toHaveCount(1);
  });

  test("to another portal in one act: counted, and the old associations are gone", async () => {
    await admin.goto(`${setup}/change`);
    await admin.getByRole("radio", { name: /結び目/ }).check();
    await press(admin, "integrationpages.next");
    await expect(admin.locator("main")).toContainText(t("integrationpages.change.text", { From: "みなとデリバリー", To: "結び目" }));
    await expect(admin.locator("main")).toContainText(t("integrationpages.loss.explicit", { Links: 2, Records: 1 }));
    await inEveryLook(admin, "change");
    await admin.getByRole("button", { name: t("integrationpages.change_portal"), exact: true }).dblclick();
    await expect(admin).toHaveURL(/\/association$/);
    // The question is asked again for the new portal.
    await expect(admin.getByRole("button", { name: t("integrationpages.ask.no") })).toBeVisible();
    await admin.goto(`${crm}/projects`);
    await expect(tab(admin)).toHaveCount(1);
    await expect(admin.locator("main")).toContainText("結び目");
    await expect(admin.getByRole("link", { name: known })).toHaveCount(0);
    await record(admin, crm, "Accounts", sora);
    await expect(projects(admin)).not.toContainText(known);
    // The old portal goes on without CRM.
    const mori = await people.as("mori");
    await mori.goto(`${await house(mori, "portal", "みなと")}/projects`);
    await expect(mori.getByRole("link", { name: known })).toBeVisible();
  });
});

test("ten wrong keys slow down whoever tries them, and the right key waits too", async ({ browser, engine }) => {
  const own = await start(engine, "keys");
  const people = new People(browser, own.url, speaks(engine));
  const t = words(speaks(engine));
  const admin = await people.as("admin");
  const setup = `${await house(admin, "crm", "みなと")}/setup/integration`;
  const kaede = await people.as("kaede");
  const right = await serviceKey(kaede, await house(kaede, "portal", "Kaede"), password);
  await admin.goto(setup);
  await admin.getByRole("button", { name: t("integrationpages.get_started"), exact: true }).click();
  const give = async (key: string, email: string) => {
    await admin.goto(`${setup}/portal?key`);
    await admin.locator("input[name=key]").fill(key);
    await admin.locator("input[name=email]").fill(email);
    await admin.getByRole("button", { name: t("integrationpages.portal.show"), exact: true }).click();
  };
  const wrong = t("integration.fault.key_wrong");
  await give("msk_wrong", "kaede@kaede.example");
  await expect(admin.getByText(wrong).first()).toBeVisible();
  const version = await hidden(admin, "version");
  for (let i = 2; i <= 10; i++) {
    const tried = await admin.request.post(`${setup}/portal/key`, { form: { key: `msk_wrong${i}`, email: "kaede@kaede.example", version } });
    expect(await tried.text(), `the ${i}th`).toContain(wrong);
  }
  const slow = new RegExp(t("servicekey.fault.slow_down", { Seconds: "#" }).replace("#", "\\d+"));
  for (const key of ["msk_wrong", right]) {
    await give(key, "kaede@kaede.example");
    await expect(admin.getByText(slow).first()).toBeVisible();
    await expect(admin.locator("input[name=email]")).toHaveValue("kaede@kaede.example");
  }
  await inEveryLook(admin, "key-slow");
  await expect(admin.getByRole("radio", { name: /Kaede Studio/ }).and(admin.locator(":enabled"))).toHaveCount(0);
  await people.close();
  await own.stop();
});
