// Another user's portal by an approval: the owner is asked by mail and in the bell, opens
// one portal, and no key changes hands. In Japanese on SQLite, in English on PostgreSQL.
import { house, People } from "./lib/house";
import { account, expect, inEveryLook, test } from "./lib/test";
import { start } from "./lib/server";
import { words } from "./lib/words";

test("the owner of a portal approves by a link, and the administrator joins it", async ({ browser, engine }) => {
  test.setTimeout(90_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const own = await start(engine, "approval");
  const people = new People(browser, own.url, lang);
  const t = words(lang);
  const admin = await people.as("admin");
  const crm = await house(admin, "crm", "みなと");
  const press = (key: string, page = admin) => page.getByRole("button", { name: t(key), exact: true }).click();
  await admin.goto(`${crm}/setup/integration`);
  await press("integrationpages.get_started");
  const other = admin.locator("summary", { hasText: t("integrationpages.portal.other") });
  await other.click();
  // A word that is no address is told, and kept.
  await admin.locator("input[name=approver]").fill("kaede@");
  await admin.locator("main form[action$='/approval']").evaluate((f: HTMLFormElement) => (f.noValidate = true));
  await press("integrationpages.approval.ask");
  await expect(admin.locator("input[name=approver]")).toHaveValue("kaede@");
  await expect(admin.getByText(t("identity.email.invalid")).first()).toBeVisible();
  await inEveryLook(admin, "approval-ask");
  // Who owns no portal has none to open, and refuses; who asked is told.
  await admin.locator("input[name=approver]").fill(account("mori").email);
  await press("integrationpages.approval.ask");
  await expect(admin.getByText(t("integrationpages.approval.state.waiting"), { exact: true })).toBeVisible();
  const mori = await people.as("mori");
  await mori.goto("/notices");
  await mori.locator("main ul").first().getByRole("link").first().click();
  await expect(mori.getByText(t("integrationpages.approval.no_portal"))).toBeVisible();
  await press("integrationpages.approval.refuse", mori);
  await expect(mori.getByText(t("integrationpages.approval.refused_done"))).toBeVisible();
  await admin.goto(`${crm}/setup/integration/portal`);
  await other.click();
  await expect(admin.getByText(t("integrationpages.approval.state.refused"), { exact: true })).toBeVisible();
  await expect(admin.getByRole("radio", { name: /Kaede/ }).and(admin.locator(":enabled"))).toHaveCount(0);
  await admin.locator("input[name=approver]").fill("kaede@kaede.example");
  await press("integrationpages.approval.ask");
  await expect(admin.getByText(t("integrationpages.approval.state.waiting"), { exact: true })).toBeVisible();
  await press("integrationpages.approval.resend");
  await expect(admin.getByText(t("integrationpages.approval.resent"))).toBeVisible();
  await inEveryLook(admin, "approval-waiting");

  // Without a mail server the bell tells the owner, the outbox shows the letter.
  const kaede = await people.as("kaede");
  await kaede.goto("/notices");
  const notices = kaede.locator("main").getByRole("link", { name: t("integration.mail.approval.subject", { Org: "みなとソリューションズ株式会社" }) });
  await expect(notices).toHaveCount(2);
  await notices.first().click();
  await expect(kaede).toHaveURL(/\/approvals\/\d+-\d+$/);
  const link = kaede.url();
  await inEveryLook(kaede, "approval");
  const emily = await people.as("emily");
  await emily.goto(link);
  await expect(emily.getByText(t("integration.fault.approval_gone"))).toBeVisible(); // hers it is not
  await kaede.getByRole("radio", { name: /Kaede/ }).check();
  await press("integrationpages.approval.approve", kaede);
  await expect(kaede.getByText(t("integrationpages.approval.done"))).toBeVisible();
  await kaede.goto(link);
  await expect(kaede.getByText(t("integration.fault.approval_gone"))).toBeVisible();
  await inEveryLook(kaede, "approval-gone");

  await admin.goto(`${crm}/setup/integration/portal`);
  await expect(admin.getByRole("radio", { name: /Kaede/ })).toBeChecked();
  await inEveryLook(admin, "approval-given");
  await press("integrationpages.next");
  await press("integrationpages.save");
  await expect(admin).toHaveURL(/\/association$/);
  await people.close();
  await own.stop();
});
