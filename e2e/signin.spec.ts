import { accounts, expect, inEveryLook, setLanguage, signIn, test } from "./lib/test";

for (const lang of ["ja", "en"] as const) {
  test(`signing in and out, ${lang}`, async ({ page }) => {
    const who = accounts()[0];
    await page.goto("/");
    await expect(page).toHaveURL(/\/signin/);
    await setLanguage(page, lang);
    await inEveryLook(page, `signin-${lang}`);

    await page.locator("input[name=email]").fill(who.email);
    await page.locator("input[name=password]").fill("not the password");
    await page.locator("main form button[type=submit]").first().click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.locator("input[name=email]")).toHaveValue(who.email);

    await signIn(page, who.email, lang);
    await page.goto("/me");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await inEveryLook(page, `me-${lang}`);

    await page.locator("summary.person").click();
    await page.locator("form[action='/signout'] button").first().click();
    await page.goto("/me");
    await expect(page).toHaveURL(/\/signin\?next=/);
  });

  test(`a forgotten password, ${lang}`, async ({ page }) => {
    await page.goto("/password");
    await setLanguage(page, lang);
    await inEveryLook(page, `password-${lang}`);
    await page.locator("input[name=email]").fill("nobody@example.com");
    await page.locator("main form button[type=submit]").first().click();
    await expect(page.getByRole("status").first()).toBeVisible();
  });
}

test("the choice of theme and language stays", async ({ page }) => {
  await page.goto("/signin");
  await page.locator(".theme-choice[value=dark]").click();
  await expect(page.locator("html")).toHaveAttribute("data-bs-theme", "dark");
  await setLanguage(page, "en");
  await page.goto("/password");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("html")).toHaveAttribute("data-bs-theme", "dark");
});

test("an address that leads nowhere says so", async ({ page }) => {
  const answer = await page.goto("/nowhere");
  expect(answer?.status()).toBe(404);
  await inEveryLook(page, "not-found");
});
