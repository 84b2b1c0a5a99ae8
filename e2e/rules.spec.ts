// A won deal becomes a project by itself: the rule is written, rehearsed, refused and
// mended; the ledger tells. In Japanese on SQLite, in English on PostgreSQL.
import { house, integrate, People, record } from "./lib/house";
import { expect, inEveryLook, pick, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("a won deal becomes a project, once", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "rules");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const rules = `${crm}/setup/integration/rules`;
  const press = (key: string) => admin.getByRole("button", { name: t(key), exact: true }).click();
  await integrate(admin, crm, lang, /みなとデリバリー/, { answer: "no" });

  await admin.goto(rules);
  await inEveryLook(admin, "rules-none");
  await admin.getByRole("link", { name: t("integrationpages.rules.new"), exact: true }).first().click();
  await expect(admin.locator("select[name=op0]")).toHaveValue("won");
  await expect(admin.locator("input[name=value0]")).toBeHidden(); // won is won, whatever it is called
  await expect(admin.locator("input[name=value1]")).toBeVisible();
  // What cannot be is said where it stands, and what was typed stays.
  await admin.locator("input[name=pattern]").fill("{Account_Name} {Nonsense}");
  await admin.locator("select[name=field1]").selectOption("Amount");
  await admin.locator("select[name=op1]").selectOption("at_least");
  await admin.locator("input[name=value1]").fill("たくさん");
  await press("integrationpages.save");
  await expect(admin.getByText(t("integration.rule.pattern", { Field: "Nonsense" })).first()).toBeVisible();
  await expect(admin.getByText(t("integration.rule.condition_value", { Value: "たくさん" })).first()).toBeVisible();
  await expect(admin.locator("input[name=value1]")).toHaveValue("たくさん");
  await inEveryLook(admin, "rule-refused");
  await admin.locator("input[name=pattern]").fill("{Deal_Name} <b>納品</b>");
  await admin.locator("select[name=field1]").selectOption("");
  await admin.locator("select[name=template]").selectOption({ label: "標準プロジェクト" });
  await admin.locator("select[name=reopen]").selectOption("hold");
  await press("integrationpages.save");
  await expect(admin.locator("main tbody tr")).toHaveCount(1);
  await inEveryLook(admin, "rules");

  // A deal is won in its form, and the project stands on it.
  await admin.goto(`${crm}/Deals?Stage=Qualification`);
  await admin.locator("main tbody").getByRole("link").first().click();
  const name = await admin.getByRole("heading", { level: 1 }).innerText();
  const deal = new URL(admin.url()).pathname;
  const stage = async (to: string, at = deal) => {
    await admin.goto(`${at}/edit`);
    await admin.locator("select[name=Stage]").selectOption(to);
    await admin.locator("main form button[type=submit]").first().click();
    await expect(admin).not.toHaveURL(/edit/);
  };
  await admin.locator("#files").getByText(t("crmpages.file.add"), { exact: true }).click();
  await admin.locator("#files input[type=file]").setInputFiles([{ name: "見積書.txt", mimeType: "text/plain", buffer: Buffer.from("見積") }]);
  await press("crmpages.file.upload");
  await expect(admin.locator("#files li.pinned")).toHaveCount(1);
  await stage("Closed Won");
  const made = admin.locator("#projects tbody tr", { hasText: `${name} <b>納品</b>` });
  await expect(async () => {
    await admin.goto(deal);
    await expect(made).toHaveCount(1, { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await expect(made).toContainText(t("work.status.project.active"));
  // The deal's files went along, for the team's eyes.
  const project = (await made.getByRole("link").first().getAttribute("href"))!;
  await expect(async () => {
    await admin.goto(`${project}/documents`);
    await expect(admin.locator("main tbody tr", { hasText: "見積書.txt" })).toContainText(t("projectviews.internal"), { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  // Reopened, the project waits; won again, there is no second one.
  await stage("Negotiation/Review");
  await expect(async () => {
    await admin.goto(deal);
    await expect(made).toContainText(t("work.status.project.on_hold"), { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await stage("Closed Won");
  await expect(async () => {
    await admin.goto(deal);
    await expect(made).toContainText(t("work.status.project.active"), { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await admin.goto(`${rules}/ledger`);
  await expect(admin.locator("main tbody tr")).toHaveCount(1);
  await expect(admin.locator("main tbody tr")).toContainText(t("integrationpages.firing.done"));
  await inEveryLook(admin, "rules-ledger");

  // Deals won before the rule are offered, and run by hand; those it met are not offered.
  await admin.goto(rules);
  await admin.getByRole("link", { name: t("integrationpages.rules.rehearse"), exact: true }).click();
  await inEveryLook(admin, "rule-rehearsal");
  await press("integrationpages.rules.run");
  await expect(admin.getByText(t("integration.rule.choose_records"))).toBeVisible();
  await expect(admin.getByRole("checkbox", { name, exact: true })).toHaveCount(0);
  await admin.locator("main input[name=record]").first().check();
  await press("integrationpages.rules.run");
  await expect(admin.locator("main tbody tr")).toHaveCount(2);
  await record(admin, crm, "Deals", name);
  await expect(made).toHaveCount(1);
  // The account above that of the deal shows the project, and by which way it belongs.
  await admin.goto(`${crm}/Accounts/new`);
  await admin.locator("input[name=Account_Name]").fill("結び持株会社");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText("結び持株会社");
  const holding = new URL(admin.url()).pathname;
  await admin.goto(deal);
  const account = (await admin.locator('main a[href*="/Accounts/"]').first().getAttribute("href"))!;
  await admin.goto(`${account}/edit`);
  await pick(admin, "Parent_Account", "結び持株会社");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin).not.toHaveURL(/edit/);
  await admin.goto(holding);
  await expect(made).toContainText(t("integrationpages.why.member"));
  await inEveryLook(admin, "account-roll-up");
  // The health page: the portal answers, nothing waits, and a failed rule is pointed at.
  await admin.goto(`${crm}/setup/integration`);
  await admin.getByRole("link", { name: t("integrationpages.health.title"), exact: true }).click();
  await admin.getByRole("button", { name: t("integrationpages.health.check") }).click();
  await expect(admin.locator("main")).not.toContainText(t("integrationpages.health.never"));
  // A deal without an account has no client to work for: it says so, tries in vain as long
  // as that is so, and then makes its project.
  const poor = await record(admin, crm, "Deals", "大和建設 データ分析基盤");
  await stage("Closed Won", poor);
  const failed = admin.locator("main tbody tr", { hasText: "大和建設 データ分析基盤" });
  const fails = () =>
    expect(async () => {
      await admin.goto(`${rules}/ledger?state=failed`);
      await expect(failed).toContainText(t("integration.fault.needs_account"), { timeout: 1_500 });
    }).toPass({ timeout: 20_000 });
  await fails();
  await failed.getByRole("button", { name: t("integrationpages.firing.retry"), exact: true }).click();
  await fails();
  await admin.goto(`${crm}/setup/integration/health`);
  await inEveryLook(admin, "health");
  await admin.locator("main a[href$='/rules/ledger?state=failed']").click();
  await expect(failed).toHaveCount(1);
  const retry = (await failed.locator("form").getAttribute("action"))!;
  await admin.goto(`${poor}/edit`);
  await pick(admin, "Account_Name", "結び持株会社");
  await admin.locator("main form button[type=submit]").first().click();
  await expect(admin).not.toHaveURL(/edit/);
  await admin.goto(`${rules}/ledger?state=failed`);
  await failed.getByRole("button", { name: t("integrationpages.firing.retry"), exact: true }).click();
  await expect(async () => {
    await admin.goto(poor);
    await expect(admin.locator("#projects tbody tr", { hasText: "納品" })).toHaveCount(1, { timeout: 1_500 });
  }).toPass({ timeout: 20_000 });
  await admin.goto(`${crm}/setup/integration/health`);
  await expect(admin.getByText(t("integrationpages.health.fine"))).toBeVisible();
  // Nobody else writes rules.
  const suzuki = await people.as("suzuki");
  expect((await suzuki.request.get(`${crm}/setup/integration/health`)).status()).toBe(403);
  for (const at of ["", "/new", "/ledger"]) expect((await suzuki.request.get(rules + at)).status()).toBe(403);
  for (const at of [retry, `${crm}/setup/integration/health/check`]) expect((await suzuki.request.post(at)).status(), at).toBe(403);
  await people.close();
  await own.stop();
});
