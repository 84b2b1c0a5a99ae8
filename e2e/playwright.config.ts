// Browser tests. Each worker starts the built program with demo data on a
// database of its own (lib/server.ts); the project says on which engine.
import { defineConfig } from "@playwright/test";

export default defineConfig<{ engine: "sqlite" | "postgres" }>({
  testDir: ".",
  outputDir: "results",
  // A file is one worker's unless it says test.describe.configure({ mode: "parallel" }).
  fullyParallel: false,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  timeout: 120_000, // the longest take half a minute on two free cores
  expect: { timeout: 10_000 },
  forbidOnly: process.env.CI === "true",
  // On the build server a test that fails runs once more, with a server and data of its
  // own; the report then lists it as flaky, and it wants mending all the same.
  retries: process.env.CI === "true" ? 1 : 0,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    actionTimeout: 15_000,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    viewport: { width: 1440, height: 900 },
    trace: { mode: "retain-on-failure", screenshots: false }, // pictures in it cost a fifth of the time
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "sqlite", use: { engine: "sqlite" } },
    { name: "postgres", use: { engine: "postgres" } },
  ],
});
