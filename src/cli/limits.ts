import { Command, Option } from "commander";
import { size } from "../base/kind.ts";
import { fault } from "../base/errors.ts";
import { KiB, GiB } from "../base/units.ts";
import type { Bytes } from "../base/units.ts";
import { type Limits, limitsJson, limitsText } from "./limitsText.ts";
import { paletteFor } from "./palette.ts";
import { type SettingOptions, settingsOf, withSettings } from "./settingOptions.ts";

const EXAMPLES = `
Examples:
  mutoscope limits                                    with the defaults, or the configuration file here
  mutoscope limits --frame 14MiB --cache 2GiB         for frames of 14 MiB
  mutoscope limits --egress 1Gbit --policy weighted --floors 9=5%
  mutoscope limits --egress 1Gbit --admission 80%     and how much of it may be promised to viewers
`;

/** How large a frame may be said to be. */
const FRAME = size(KiB, 2 * GiB);

/** `mutoscope limits` */
export function limitsCommand(): Command {
  return withSettings(
    new Command("limits")
      .summary("say what the settings bound and promise")
      .description(
        "Says how much memory a server with these settings takes at most, what the kernel holds besides, " +
          "how long a more important viewer waits, and what budgets, floors and admission come to. " +
          "Starts nothing.",
      )
      .addOption(
        new Option(
          "--frame <SIZE>",
          "The largest frame there is, as a picture (default the setting frame-limit)",
        ),
      )
      .option("--json", "Write JSON, in bytes and milliseconds"),
  )
    .addHelpText("after", EXAMPLES)
    .action(tell);
}

async function tell({
  json = false,
  frame,
  ...flags
}: SettingOptions & { json?: boolean; frame?: string }): Promise<void> {
  const settings = await settingsOf(flags);
  const { allowedConnections, kernelBuffers } = await import("../main.ts");
  const limits: Limits = {
    settings,
    connections: allowedConnections(settings.maxConnections),
    frame: frame === undefined ? settings.frameLimit : frameOf(frame),
    kernel: kernelBuffers(),
  };
  process.stdout.write(json ? limitsJson(limits) : limitsText(limits, paletteFor(process.stdout)));
}

function frameOf(text: string): Bytes {
  const bytes = FRAME.parse(text);
  if (bytes === undefined)
    throw fault("SETTING_INVALID", `--frame: found "${text}", expected ${FRAME.expected}`);
  return bytes;
}
