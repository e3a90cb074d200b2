import type { Topic } from "./rule.ts";
import { answers } from "./rules/answers.ts";
import { commands } from "./rules/commands.ts";
import { neighbours } from "./rules/neighbours.ts";
import { playing } from "./rules/playing.ts";
import { badInput } from "./rules/refusals.ts";
import { receipts } from "./rules/receipts.ts";
import { requests } from "./rules/requests.ts";
import { tagged } from "./rules/tagged.ts";

/** All rules, in the order in which they are judged: the last ones look back on all that came before. */
export const TOPICS: readonly Topic[] = [
  playing,
  requests,
  commands,
  tagged,
  receipts,
  badInput,
  neighbours,
  answers,
];
