// The fifteen days of the free edition, lived through: the first day, the last, the
// day after, and the paid edition that brings everything back. In Japanese on SQLite,
// in English on PostgreSQL.
import type { Page } from "@playwright/test";
import { startAt } from "./lib/clock";
import { house, People, record } from "./lib/house";
import { expect, inEveryLook, settle, test } from "./lib/test";
import { words } from "./lib/words";

test("fifteen days, the day after, and the paid edition", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  // Noon of a day in Tokyo, where the organisation lives: days end there, not here.
  const first = new Date(`${new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)}T12:00:00+09:00`);
  const tokyo = (day: number, time: string) => new Date(`${new Date(first.getTime() + (day - 1) * 86_400_000).toISOString().slice(0, 10)}T${time}+09:00`);
  const own = await startAt(engine, "trial", first);
  const lang = engine === "sqlite" ? "ja" : "en";
  const t = words(lang);
  let people = new People(browser, own.url, lang);
  const later = async (when: Date) => {
    own.move(when);
    await people.close(); // whoever comes back weeks later signs in again
    people = new People(browser, own.url, lang);
  };
  const tab = (page: Page) => page.getByRole("link", { name: t("web.nav.projects"), exact: true });
  const left = (n: number) => t(n === 1 ? "web.banner.trial.one" : "web.banner.trial", { Count: n });

  // The first day counts whole. The demo's free organisation began today.
  let kaede = await people.as("kaede");
  const crm = await house(kaede, "crm", "Kaede");
  const setup = `${crm}/setup/integration`;
  await kaede.goto(crm);
  await expect(kaede.locator(".banner")).toContainText(left(15));
  await kaede.locator(".banner").getByRole("link").click();
  await expect(kaede).toHaveURL(new RegExp(`${setup}$`));
  await expect(kaede.locator("main")).toContainText(t("integrationpages.status.trial"));
  await inEveryLook(kaede, "trial");
  await record(kaede, crm, "Accounts", "Blue Fern Studio");
  await expect(kaede.locator("#projects").getByRole("link", { name: "Blue Fern brand film" })).toBeVisible();
  // Whoever cannot do anything about it is not told.
  const ren = await people.as("ren");
  await ren.goto(crm);
  await expect(tab(ren)).toHaveCount(1);
  await expect(ren.locator(".banner")).toHaveCount(0);

  // The last minute of the fifteenth day.
  await later(tokyo(15, "23:58:00"));
  kaede = await people.as("kaede");
  await kaede.goto(`${crm}/projects`);
  await expect(kaede.locator(".banner")).toContainText(left(1));
  await expect(kaede.getByRole("link", { name: "Blue Fern brand film" })).toBeVisible();

  // The sixteenth: tab and lists are gone for everybody, by address too.
  await later(tokyo(16, "00:00:30"));
  kaede = await people.as("kaede");
  await kaede.goto(crm);
  await expect(kaede.locator(".banner")).toContainText(t("web.banner.trial_expired"));
  for (const who of ["kaede", "ren"]) {
    const page = await people.as(who);
    await page.goto(crm);
    await expect(tab(page)).toHaveCount(0);
    expect((await page.request.get(`${crm}/projects`)).status()).toBe(403);
    expect((await page.request.post(`${crm}/projects`, { form: { once: "late", name: "late" } })).status()).toBe(403);
  }
  const account = await record(kaede, crm, "Accounts", "Blue Fern Studio");
  await expect(kaede.locator("#projects")).toHaveCount(0);
  expect((await kaede.request.get(`${account}/projects`)).status()).toBe(404);
  await kaede.goto(setup);
  await expect(kaede.getByText(t("integrationpages.expired.title"))).toBeVisible();
  await inEveryLook(kaede, "trial-expired");
  // Projects itself has no trial.
  await kaede.goto(`${await house(kaede, "portal", "Kaede")}/projects`);
  await expect(kaede.getByRole("link", { name: "Blue Fern brand film" })).toBeVisible();

  // Paid brings it back, with its associations.
  await kaede.goto(`${crm}/setup/organisation`);
  await kaede.getByRole("link", { name: t("orgpages.edition.to_paid"), exact: true }).click();
  await kaede.getByRole("button", { name: t("orgpages.edition.to_paid"), exact: true }).click();
  await expect(kaede.locator(".banner")).toHaveCount(0);
  await expect(tab(kaede)).toHaveCount(1);
  await kaede.goto(account);
  await settle(kaede);
  await expect(kaede.locator("#projects").getByRole("link", { name: "Blue Fern brand film" })).toBeVisible();

  // Free once more: the days are not given twice, not even to who begins anew.
  await kaede.goto(`${crm}/setup/organisation`);
  await kaede.getByRole("link", { name: t("orgpages.edition.to_free"), exact: true }).click();
  await kaede.getByRole("button", { name: t("orgpages.edition.to_free"), exact: true }).click();
  await expect(kaede.locator(".banner")).toContainText(t("web.banner.trial_expired"));
  await kaede.goto(`${setup}/disable`);
  const version = await kaede.locator("main input[name=version]").first().inputValue();
  await kaede.locator("main form.ask button").last().click();
  await expect(kaede.getByText(t("integrationpages.intro.trial_over"))).toBeVisible();
  await inEveryLook(kaede, "trial-over");
  await expect(kaede.getByRole("button", { name: t("integrationpages.get_started"), exact: true })).toHaveCount(0);
  await kaede.request.post(`${setup}/start`, { form: { version: String(Number(version) + 1) } });
  await kaede.goto(setup);
  await expect(kaede.getByText(t("integrationpages.intro.trial_over"))).toBeVisible();
  await kaede.getByRole("link", { name: t("integrationpages.expired.open") }).click();
  await expect(kaede.getByRole("link", { name: t("orgpages.edition.to_paid"), exact: true })).toBeVisible();
  await people.close();
  await own.stop();
});
