/** Power-on to shell: the time from starting the process to the prompt, with the same kernel and initial file system. */

import { spawn } from "node:child_process";

const PROMPT = "~ # ";
const LIMIT_MS = 120_000;

/** Seconds until a command's output ends in the shell's prompt; then it is told to end. */
export function secondsToPrompt(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], env });
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    let seconds: number | undefined;
    let tail = "";
    child.stdout.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString("latin1")).slice(-200);
      if (seconds !== undefined || !tail.includes(PROMPT)) return;
      seconds = Number(process.hrtime.bigint() - start) / 1e9;
      child.kill("SIGTERM");
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      if (seconds === undefined) reject(new Error(`${command} showed no prompt: ${tail}`));
      else resolve(seconds);
    });
  });
}
