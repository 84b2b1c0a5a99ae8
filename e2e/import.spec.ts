// A visitor's own data: accounts from a file as spreadsheets save it in Japan, contacts
// that bring their accounts along, clients and their users. In Japanese on SQLite, in
// English on PostgreSQL.
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { house, People, record } from "./lib/house";
import { expect, inEveryLook, settle, test, type Lang } from "./lib/test";
import { start, type Engine, type Server } from "./lib/server";
import { words } from "./lib/words";

const speaks = (engine: Engine): Lang => (engine === "sqlite" ? "ja" : "en");

// CP932, which has letters that plain Shift_JIS has not (髙 and ①):
// 会社名,電話番号,業界,住所,備考
// 株式会社つばき髙木①,03-1111-2222,小売,"東京都, 千代田区1","=HYPERLINK(""x"")"
// 株式会社青空製作所,,,,
// ,03,,,名前なし
// <b>太字</b>商店,03-3,宇宙,,
const shiftJIS = Buffer.from(
  "89ef8ed096bc2c9364986294d48d862c8bc68a452c8f5a8f8a2c94f58d6c0d0a8a948eae89ef8ed082c282ce82abeee096d887402c30332d313131312d323232322c8fac94842c22938c8b" +
  "9e93732c2090e791e393638be631222c223d48595045524c494e4b28222278222229220d0a8a948eae89ef8ed090c28bf390bb8dec8f8a2c2c2c2c0d0a2c30332c2c2c96bc914f82c882b5" +
  "0d0a3c623e91be8e9a3c2f623e8fa493582c30332d332c894692882c2c0d0a",
  "hex",
);

test.describe("import", () => {
  test.describe.configure({ mode: "serial", timeout: 60_000 });
  let own: Server;
  let people: People;
  let admin: Page;
  let t: ReturnType<typeof words>;
  let crm = "";

  test.beforeAll(async ({ browser, engine }) => {
    own = await start(engine, "import");
    people = new People(browser, own.url, speaks(engine));
    t = words(speaks(engine));
    admin = await people.as("admin");
    crm = await house(admin, "crm", "みなと");
  });
  test.afterAll(async () => {
    await people.close();
    await own.stop();
  });

  const press = (page: Page, key: string) => page.getByRole("button", { name: t(key), exact: true }).click();
  const choose = async (page: Page, name: string, buffer: Buffer | string) => {
    await page.setInputFiles("input[type=file]", { name, mimeType: "text/csv", buffer: Buffer.from(buffer) });
    await press(page, "importpages.next");
  };
  // begin presses the button that says how many rows come in, and waits for the end.
  const begin = async (page: Page, rows: number) => {
    await page.getByRole("button", { name: t("importpages.start", { Count: rows }), exact: true }).click();
    await expect(page.getByText(t("importpages.done"))).toBeVisible({ timeout: 30_000 });
    await settle(page);
  };
  const counts = (page: Page) => page.locator("main dd").allInnerTexts();
  const takeBack = async (file: string, kind = "accounts") => {
    await admin.goto(`${crm}/import/${kind}`);
    await admin.getByRole("link", { name: file, exact: true }).first().click();
    await admin.getByRole("link", { name: t("importpages.undo"), exact: true }).click();
    await expect(admin.getByRole("heading", { name: t("importpages.undo.ask", { File: file }) })).toBeVisible();
    await press(admin, "importpages.undo");
  };

  test("accounts come in from a file of a Japanese spreadsheet", async () => {
    await admin.goto(`${crm}/Accounts`);
    await admin.getByRole("link", { name: t("importpages.import"), exact: true }).click();
    await inEveryLook(admin, "import-choose");
    for (const [name, bytes, says] of [
      ["a.csv", "PK\u0003\u0004x", "csvfile.spreadsheet"],
      ["b.csv", Buffer.from("89504e470d0a1a0a0000", "hex"), "csvfile.encoding"],
      ["c.csv", "会社名\n", "importer.fault.no_rows"],
      ["d.csv", "会社名,電話\n\"x,1\n", "csvfile.quotes"],
    ] as const) {
      await choose(admin, name, bytes);
      await expect(admin.getByText(t(says, { Line: 2 })).first()).toBeVisible();
    }
    await choose(admin, "顧客一覧.csv", shiftJIS);
    await expect(admin.getByText("株式会社つばき髙木①")).toBeVisible();
    await expect(admin.locator("select[name=column0]")).toHaveValue("Account_Name");
    await expect(admin.locator("select[name=column2]")).toHaveValue("Industry");
    await inEveryLook(admin, "import-columns");
    // What cannot be is said beside the column, and what was chosen stays.
    await admin.locator("select[name=column0]").selectOption("Phone");
    await admin.getByRole("button", { name: t("importpages.start", { Count: 4 }), exact: true }).click();
    await expect(admin.getByText(t("importer.fault.field_twice")).first()).toBeVisible();
    await expect(admin.locator("select[name=column0]")).toHaveValue("Phone");
    await admin.locator("select[name=column0]").selectOption("Account_Name");
    await begin(admin, 4);
    expect(await counts(admin)).toEqual(["1", "0", "1", "2"]);
    await expect(admin.locator("main tbody tr", { hasText: "名前なし" })).toContainText(t("crm.field.required"));
    await expect(admin.locator("main tbody tr", { hasText: "<b>太字</b>商店" })).toContainText(t("crm.field.picklist"));
    await inEveryLook(admin, "import-done");
    const [file] = await Promise.all([admin.waitForEvent("download"), admin.getByRole("link", { name: t("importpages.rejects.download"), exact: true }).click()]);
    const left = readFileSync(await file.path(), "utf8");
    expect(left.split("\n").filter((l) => l !== "")).toHaveLength(3);
    expect(left).toContain("会社名,電話番号");
    await record(admin, crm, "Accounts", "つばき髙木");
    for (const text of ["03-1111-2222", "東京都, 千代田区1", '=HYPERLINK("x")']) await expect(admin.locator("main")).toContainText(text);
    // A mended file comes in again without doubling what is there.
    await admin.goto(`${crm}/import/accounts`);
    await expect(admin.getByRole("link", { name: "顧客一覧.csv" })).toBeVisible();
    await choose(admin, "顧客一覧.csv", shiftJIS);
    await begin(admin, 4);
    expect(await counts(admin)).toEqual(["0", "0", "2", "2"]);
    // What goes out is read again.
    await admin.goto(`${crm}/Accounts?q=${encodeURIComponent("つばき")}`);
    await admin.locator("main summary", { hasText: t("crmpages.export") }).click();
    const [out] = await Promise.all([admin.waitForEvent("download"), admin.getByRole("link", { name: t("crmpages.export.every"), exact: true }).click()]);
    const taken = readFileSync(await out.path());
    expect(taken.toString("utf8")).toContain("'=HYPERLINK");
    await admin.goto(`${crm}/import/accounts`);
    await choose(admin, "again.csv", taken);
    await begin(admin, 1);
    expect(await counts(admin)).toEqual(["0", "0", "1", "0"]);
    // Asked to, it changes what is there: filled cells only.
    await admin.goto(`${crm}/import/accounts`);
    await choose(admin, "newer.csv", "会社名,電話番号,業界\n株式会社つばき髙木①,03-9999-8888,\n");
    await admin.getByRole("checkbox", { name: t("bulk.update_existing") }).check();
    await begin(admin, 1);
    expect(await counts(admin)).toEqual(["0", "1", "0", "0"]);
    await record(admin, crm, "Accounts", "つばき髙木");
    for (const text of ["03-9999-8888", "東京都, 千代田区1"]) await expect(admin.locator("main")).toContainText(text);
  });

  test("an import is taken back, and what somebody changed since stays", async () => {
    await takeBack("newer.csv");
    await expect(admin.getByText(t("importpages.undo.done", { Undone: 1, Kept: 0 }))).toBeVisible({ timeout: 30_000 });
    // What was taken back is not asked about again; nobody takes back what another brought.
    const run = new URL(admin.url()).pathname;
    await admin.goto(`${run}/undo`);
    await expect(admin).toHaveURL(run);
    const suzuki = await people.as("suzuki");
    for (const way of ["get", "post"] as const) expect((await suzuki.request[way](`${run}/undo`)).status(), way).toBe(403);
    await record(admin, crm, "Accounts", "つばき髙木");
    await expect(admin.locator("main")).toContainText("03-1111-2222");
    await admin.goto(`${crm}/import/accounts`);
    await choose(admin, "moved.csv", "会社名,電話番号\n株式会社つばき髙木①,03-1\n株式会社ひなげし,03-2\n");
    await admin.getByRole("checkbox", { name: t("bulk.update_existing") }).check();
    await begin(admin, 2);
    await inEveryLook(admin, "import-undoable");
    await admin.goto(`${crm}/import/accounts`);
    await choose(admin, "later.csv", "会社名,電話番号\n株式会社つばき髙木①,03-3\n");
    await admin.getByRole("checkbox", { name: t("bulk.update_existing") }).check();
    await begin(admin, 1);
    await takeBack("moved.csv");
    await expect(admin.getByText(t("importpages.undo.done", { Undone: 1, Kept: 1 }))).toBeVisible({ timeout: 30_000 });
    await expect(admin.locator("main tbody tr", { hasText: "つばき髙木" })).toContainText(t("crm.fault.changed_since"));
    await inEveryLook(admin, "import-undone");
    const [list] = await Promise.all([admin.waitForEvent("download"), admin.getByRole("link", { name: t("importpages.effects.download") }).click()]);
    expect(readFileSync(await list.path(), "utf8")).toContain("株式会社ひなげし");
    await admin.goto(`${crm}/bin`);
    const row = admin.locator("main tbody tr", { hasText: "ひなげし" });
    await expect(row).toBeVisible();
    await inEveryLook(admin, "bin");
    // Deleted for good it is gone; the bin as a whole is for administrators to empty.
    await row.getByRole("link", { name: t("crmpages.purge"), exact: true }).click();
    const gone = new URL(admin.url()).pathname;
    await press(admin, "crmpages.purge");
    await expect(admin.getByText(t("crmpages.purged"))).toBeVisible();
    await expect(row).toHaveCount(0);
    for (const at of [gone, gone.replace("purge", "restore")]) expect((await admin.request.post(at)).status(), at).toBe(404);
    await admin.goto(`${crm}/bin?module=Contacts`);
    await expect(admin.getByText(t("crmpages.bin.empty"), { exact: true })).toBeVisible();
  });

  test("contacts bring the accounts nobody knows", async () => {
    await admin.goto(`${crm}/Contacts`);
    await admin.getByRole("link", { name: t("importpages.import"), exact: true }).click();
    await choose(admin, "contacts.csv", "氏名,会社名,メール\n高梨 美緒,株式会社ひいらぎ,mio@hiiragi.example\nMary Ann Lee,株式会社青空製作所,lee@sora.example\n誰か,株式会社ひいらぎ,壊れた\n");
    await expect(admin.getByRole("checkbox", { name: t("bulk.make_accounts") })).toBeChecked();
    await begin(admin, 3);
    expect(await counts(admin)).toEqual(["2", "0", "0", "1"]);
    await record(admin, crm, "Accounts", "株式会社ひいらぎ");
    await expect(admin.locator("main")).toContainText("高梨 美緒");
    // Taken back, they go with the account they brought; one comes back out of the bin.
    await takeBack("contacts.csv", "contacts");
    await expect(admin.getByText(t("importpages.undo.done", { Undone: 3, Kept: 0 }))).toBeVisible({ timeout: 30_000 });
    await admin.goto(`${crm}/bin`);
    const binned = (name: string) => admin.locator("main tbody tr", { hasText: name });
    await binned("Lee").getByRole("button", { name: t("crmpages.restore"), exact: true }).click();
    await expect(admin.getByText(t("crmpages.restored"))).toBeVisible();
    await expect(admin.getByRole("heading", { level: 1 })).toContainText("Lee");
    // Emptying all of it is for administrators.
    const suzuki = await people.as("suzuki");
    await suzuki.goto(`${crm}/bin`);
    await expect(suzuki.getByRole("link", { name: t("crmpages.bin.clear"), exact: true })).toHaveCount(0);
    for (const way of ["get", "post"] as const) expect((await suzuki.request[way](`${crm}/bin/empty`)).status(), way).toBe(403);
    await admin.goto(`${crm}/bin`);
    await expect(binned("株式会社ひいらぎ")).toHaveCount(1);
    await expect(binned("高梨 美緒")).toHaveCount(1);
    await admin.getByRole("link", { name: t("crmpages.bin.clear"), exact: true }).click();
    await press(admin, "crmpages.bin.clear");
    await expect(admin.getByText(t("crmpages.bin.clearing"))).toBeVisible();
    await expect(async () => {
      await admin.goto(`${crm}/bin`);
      await expect(admin.getByText(t("crmpages.bin.empty"), { exact: true })).toBeVisible({ timeout: 1_500 });
    }).toPass({ timeout: 20_000 });
  });

  test("clients and their users come in where they are managed, and nobody else may", async () => {
    const portal = await house(admin, "portal", "みなと");
    await admin.goto(`${portal}/clients`);
    await admin.getByRole("link", { name: t("importpages.import"), exact: true }).first().click();
    await choose(admin, "clients.csv", "会社名,電話番号\n株式会社ひいらぎ,03-4\n");
    await begin(admin, 1);
    expect(await counts(admin)).toEqual(["1", "0", "0", "0"]);
    await expect(admin.getByText(t("bulk.no_undo"))).toBeVisible();
    for (const way of ["get", "post"] as const) {
      const refused = await admin.request[way](`${new URL(admin.url()).pathname}/undo`);
      expect(refused.status(), way).toBe(409);
      expect(await refused.text(), way).toContain(t("bulk.no_undo"));
    }
    await admin.goto(`${portal}/clients?q=${encodeURIComponent("ひいらぎ")}`);
    await expect(admin.locator("main tbody tr")).toHaveCount(1);
    await admin.goto(`${portal}/import/client-users`);
    await choose(admin, "users.csv", "メール,氏名,会社名\nmio@hiiragi.example,高梨 美緒,株式会社ひいらぎ\nadmin@minato.example,,株式会社ひいらぎ\n");
    await begin(admin, 2);
    expect(await counts(admin)).toEqual(["1", "0", "0", "1"]);
    await expect(admin.locator("main tbody tr")).toContainText(t("bulk.problem.already_member"));
    await inEveryLook(admin, "import-client-users");
    const suzuki = await people.as("suzuki");
    for (const at of [`${portal}/import/clients`, `${crm}/import/clients`, `${crm}/import/nothing`]) {
      expect([403, 404]).toContain((await suzuki.request.get(at)).status());
    }
    // Out of the CRM goes nothing either without the right to.
    for (const at of [`${crm}/import/accounts`, `${crm}/Accounts/export.csv`]) expect((await suzuki.request.get(at)).status(), at).toBe(403);
    await suzuki.goto(`${crm}/Accounts`);
    await expect(suzuki.locator("main summary", { hasText: t("crmpages.export") })).toHaveCount(0);
    const kaede = await people.as("kaede");
    for (const at of [`${portal}/import/clients`, `${crm}/import/accounts`]) expect((await kaede.request.get(at)).status()).toBe(404);
  });
});
