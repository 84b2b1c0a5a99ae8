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

// Options say what a program is started with: another program than the usual one,
// variables of its environment, a database that outlives it instead of a fresh one.
export type Options = { program?: string; env?: Record<string, string>; database?: string };

export const secret = "e2e-secret-e2e-secret-e2e-secret-32";

export type Database = { url: string; drop: () => Promise<void> };

// database makes an empty one that lasts until it is dropped, whoever opens it.
export async function database(engine: Engine, name: string): Promise<Database> {
  const dir = mkdtempSync(path.join(tmpdir(), `musubi-${name}-`));
  const gone = () => rmSync(dir, { recursive: true, force: true });
  if (engine === "sqlite") return { url: `sqlite:${path.join(dir, "musubi.db")}`, drop: async () => gone() };
  // pgtemp drops its database when the command ends, which is when nothing more comes in.
  const child = spawn(pgtemp, ["--", "sh", "-c", 'echo "$MUSUBI_DATABASE_URL"; exec cat'], { cwd: dir, stdio: ["pipe", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`pgtemp ended with ${code}`)));
    child.stdout!.once("data", (b: Buffer) => resolve(b.toString().trim()));
  });
  return {
    url,
    drop: async () => {
      const done = new Promise<void>((r) => child.once("exit", () => r()));
      child.stdin!.end();
      await done;
      gone();
    },
  };
}

export async function start(engine: Engine, name: string, flags: string[] = ["--demo"], options: Options = {}): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), `musubi-${name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  const serve = [options.program ?? program, "serve", "--listen", `127.0.0.1:${port}`, ...flags];
  // pgtemp runs a command with an empty PostgreSQL database in MUSUBI_DATABASE_URL.
  const [command, ...args] =
    options.database ? [...serve, "--database", options.database] : engine === "sqlite" ? [...serve, "--database", `sqlite:${path.join(dir, "musubi.db")}`] : [pgtemp, "--", ...serve];
  const child = spawn(command, args, {
    cwd: dir,
    env: { ...process.env, ...options.env, MUSUBI_SECRET: secret },
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
