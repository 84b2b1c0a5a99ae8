// The program under test: built once by make, started once per worker with the
// demo data on a fresh database, stopped when the worker ends.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const program = process.env.MUSUBI ?? path.join(root, "bin/musubi");

const pgtemp = process.env.PGTEMP ?? path.join(root, "bin/pgtemp");

export type Engine = "sqlite" | "postgres";
export type Server = { url: string; stop: () => Promise<void>; log: () => string };

// Options say what a program is started with besides a fresh database: its flags,
// another program than the usual one, variables of its environment.
export type Options = { program?: string; env?: Record<string, string> };

export async function start(engine: Engine, name: string, flags: string[] = ["--demo"], options: Options = {}): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), `musubi-${name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  const serve = [options.program ?? program, "serve", "--listen", `127.0.0.1:${port}`, ...flags];
  // pgtemp runs a command with an empty PostgreSQL database in MUSUBI_DATABASE_URL.
  const [command, ...args] =
    engine === "sqlite" ? [...serve, "--database", `sqlite:${path.join(dir, "musubi.db")}`] : [pgtemp, "--", ...serve];
  const child = spawn(command, args, {
    cwd: dir,
    env: { ...process.env, ...options.env, MUSUBI_SECRET: "e2e-secret-e2e-secret-e2e-secret-32" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const keep = (b: Buffer) => {
    output = (output + b.toString()).slice(-200_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  await healthy(url, child, () => output);
  return {
    url,
    log: () => output,
    stop: async () => {
      await ended(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const s = createServer();
    s.once("error", reject);
    s.listen(0, "127.0.0.1", () => {
      const { port } = s.address() as { port: number };
      s.close(() => resolve(port));
    });
  });
}

async function healthy(url: string, child: ChildProcess, log: () => string) {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`musubi ended with ${child.exitCode}:\n${log()}`);
    try {
      if ((await fetch(`${url}/healthz`)).ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((r) => setTimeout(r, 50));
  }
  child.kill("SIGKILL");
  throw new Error(`musubi did not become healthy:\n${log()}`);
}

async function ended(child: ChildProcess) {
  if (child.exitCode !== null) return;
  const done = new Promise<void>((r) => child.once("exit", () => r()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await done;
  clearTimeout(timer);
}
