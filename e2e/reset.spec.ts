// The demo is put back as on the first day, and left alone where somebody works who is
// not of it. In Japanese on SQLite, in English on PostgreSQL.
import { spawnSync } from "node:child_process";
import { house, People } from "./lib/house";
import { expect, test } from "./lib/test";
import { database, program, secret, start } from "./lib/server";
import { words } from "./lib/words";

test("the demo begins anew, but not over somebody's work", async ({ browser, engine }) => {
  test.setTimeout(120_000);
  const lang = engine === "sqlite" ? "ja" : "en";
  const t = words(lang);
  const kept = await database(engine, "reset");
  // visit serves the database while somebody does what is to be done in it.
  const visit = async (flags: string[], what: (people: People, crm: string) => Promise<void>) => {
    const own = await start(engine, "reset", flags, { database: kept.url });
    const people = new People(browser, own.url, lang);
    try {
      await what(people, await house(await people.as("admin"), "crm", "みなと"));
    } finally {
      await people.close();
      await own.stop();
    }
  };
  const reset = () =>
    spawnSync(program, ["demo", "--reset", "--database", kept.url], { encoding: "utf8", env: { ...process.env, MUSUBI_SECRET: secret, LANG: "C.UTF-8", LC_ALL: "" } });

  await visit(["--demo"], async (people, crm) => {
    const admin = await people.as("admin");
    await admin.goto(`${crm}/Accounts/new`);
    await admin.locator("input[name=Account_Name]").fill("一夜商店");
    await admin.getByRole("button", { name: t("crmpages.form.save"), exact: true }).first().click();
    await expect(admin.getByRole("heading", { level: 1 })).toHaveText("一夜商店");
  });
  const done = reset();
  expect(done.status, done.stderr).toBe(0);
  await visit([], async (people, crm) => {
    const admin = await people.as("admin");
    await admin.goto(`${crm}/Accounts?q=${encodeURIComponent("一夜商店")}`);
    await expect(admin.locator("main tbody tr")).toHaveCount(0);
    await admin.goto(`${crm}/Accounts?q=${encodeURIComponent("青空製作所")}`);
    await expect(admin.locator("main tbody tr")).toHaveCount(1);
    // Somebody with an address that could be anybody's makes it more than a demo.
    await admin.goto(`${crm}/setup/users`);
    await admin.locator("main summary").first().click();
    await admin.locator("main input[name=email]").fill("arai@minato.co.jp");
    await admin.locator("main details input[name=name]").fill("新井 光");
    await admin.getByRole("button", { name: t("orgpages.invite_do"), exact: true }).click();
    await expect(admin.locator("#kept")).toContainText("arai@minato.co.jp");
  });
  const refused = reset();
  expect(refused.status).not.toBe(0);
  expect(refused.stderr + refused.stdout).toContain("arai@minato.co.jp");
  await visit([], async (people, crm) => {
    const admin = await people.as("admin");
    await admin.goto(`${crm}/setup/users`);
    await expect(admin.locator("main tbody tr", { hasText: "新井 光" })).toHaveCount(1);
  });
  await kept.drop();
});
