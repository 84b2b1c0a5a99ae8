// A program whose clock a test moves: bin/musubi-clock, built with -tags musubi_clock.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root, start, type Engine, type Server } from "./server";

export type MovedServer = Server & { move: (to: Date) => void };

// startAt starts the program with demo data at a moment; move sets another. Time goes
// on from there. Go forward only: a browser drops cookies that ended in the past.
export async function startAt(engine: Engine, name: string, at: Date): Promise<MovedServer> {
  const dir = mkdtempSync(path.join(tmpdir(), "musubi-clock-"));
  const file = path.join(dir, "ahead");
  const move = (to: Date) => writeFileSync(file, String(Math.round((to.getTime() - Date.now()) / 1000)));
  move(at);
  const server = await start(engine, name, ["--demo"], {
    program: process.env.MUSUBI_CLOCK ?? path.join(root, "bin/musubi-clock"),
    env: { MUSUBI_CLOCK_FILE: file },
  });
  return {
    ...server,
    move,
    stop: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
