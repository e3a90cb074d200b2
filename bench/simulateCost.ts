import { parseScenario } from "../src/cli/scenarioSettings.ts";
import { runScenario } from "../src/simulate/run.ts";
import type { Scenario } from "../src/simulate/scenario.ts";

// Simulates about so many messages, and prints how many there were and how long that took:
// node bench/simulateCost.ts longer|more MESSAGES

/** A frame of the bench's movie. */
const FRAME_BYTES = 57_654;
const FRAMES_PER_SECOND = 24;

/** Saturated, so that it is the budget that decides how many messages there are. */
const BUDGET = 1e9;

/** Four that matter and forty that take what is left, for as long as that many messages take. */
function longer(messages: number): string {
  const seconds = (messages * FRAME_BYTES * 8) / BUDGET;
  return `
duration: ${Math.ceil(seconds * 1000)}ms
server: { egress: ${BUDGET}bit }
movies: { sw: { frames: 1000, size: ${FRAME_BYTES} } }
viewers:
  - { count: 4, priority: 0, fps: ${FRAMES_PER_SECOND}, arrive: 0s }
  - { count: 40, priority: 5, fps: untimed, arrive: 0s }
`;
}

/** As many viewers as that many messages in ten seconds need. */
function more(messages: number): string {
  const seconds = 10;
  return `
duration: ${seconds}s
uplink: 1Tbit
movies: { sw: { frames: 1000, size: ${FRAME_BYTES} } }
viewers: [{ count: ${Math.ceil(messages / seconds / FRAMES_PER_SECOND)}, fps: ${FRAMES_PER_SECOND} }]
`;
}

const [way = "", messages = ""] = process.argv.slice(2);
const scenarioFor = (count: number): Scenario => {
  const text = way === "more" ? more(count) : longer(count);
  return parseScenario({ name: way, text });
};

// What is compiled while it runs needs a beginning.
const WARM_MESSAGES = 20_000;
runScenario(scenarioFor(WARM_MESSAGES));
const scenario = scenarioFor(Number(messages));
const began = performance.now();
const report = runScenario(scenario);
const ms = performance.now() - began;
process.stdout.write(`${JSON.stringify({ messages: report.messages, ms })}\n`);
