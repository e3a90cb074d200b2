import { ERRORS } from "../../../src/base/errors.ts";
import { Broken, NotJudged } from "../evidence.ts";
import { type Rule, type Topic } from "../rule.ts";

/** A rule about all that has come on all connections. */
function overall(
  section: string,
  title: string,
  check: (context: Parameters<Rule["judge"]>[0]) => void,
): Rule {
  return {
    section,
    title,
    // Nothing is waited for, but a thrown error is to be a rejection as in the other rules.
    judge: async (context) => {
      await Promise.resolve();
      check(context);
    },
  };
}

const noStrays = overall(
  "4.1",
  "Not one byte came, on any of these connections, that belongs to no frame and no line",
  ({ strays, movie }) => {
    const [first] = strays;
    if (first !== undefined) {
      throw new Broken({
        sent: "",
        expected: "frames and lines only",
        came: `${strays.length} times others: ${first}`,
      });
    }
    movie();
  },
);

const errorForm = overall(
  "4.6",
  "Every ERR line has a code of section 5 and is one printable line of at most 400 characters",
  ({ errorLines }) => {
    if (errorLines.length === 0) throw new NotJudged("needs an ERR line, and none came");
    const bad = errorLines.find((line) => {
      const [, code = "", text = ""] = /^ERR (\S+) (.*)$/s.exec(line) ?? [];
      return !Object.hasOwn(ERRORS, code) || text.length > 400 || /\p{Cc}/u.test(text);
    });
    if (bad !== undefined) throw new Broken({ sent: "", expected: "a line of this form", came: bad });
  },
);

export const answers: Topic = { title: "All answers together", rules: [noStrays, errorForm] };
