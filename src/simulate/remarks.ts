import { formatDuration } from "../base/quantity.ts";
import type { Section } from "./document.ts";
import type { AudienceModel, Scenario } from "./scenario.ts";

/**
 * What a scenario says that has no effect, with line and field: allowed, as whoever tries something shortens
 * its duration, and told, as it may be a slip.
 */
export function remarksOn(
  { duration, audiences }: Pick<Scenario, "duration" | "audiences">,
  sections: readonly Section[],
): string[] {
  const end = formatDuration(duration);
  return audiences.flatMap((audience, index) => {
    const section = sections[index];
    if (section === undefined) return [];
    const link = section.section("link");
    const found: readonly (readonly [Section, string, string | undefined])[] = [
      [section, "arrive", arrivals(audience, duration)],
      [link, "lost", losses(audience, duration)],
      [link, "stalls", stalls(audience, duration)],
    ];
    return found.flatMap(([place, key, effect]) =>
      effect === undefined
        ? []
        : [`${place.place(key)}: found ${place.word(key)?.text}, with a duration of ${end}: ${effect}`],
    );
  });
}

function arrivals({ arrive }: AudienceModel, duration: number): string | undefined {
  if (arrive.from >= duration) return "nobody of them comes";
  return arrive.to > duration ? "some of them never come" : undefined;
}

function losses({ loss }: AudienceModel, duration: number): string | undefined {
  return loss !== undefined && "at" in loss && loss.at >= duration ? "none of them is lost" : undefined;
}

function stalls({ link }: AudienceModel, duration: number): string | undefined {
  const isPast = (link.stalls ?? []).some(({ from }) => from >= duration);
  return isPast ? "a stall never begins" : undefined;
}
