import type { Bytes } from "../base/units.ts";
import { configured, type DispatcherSettings } from "../dispatch/configured.ts";
import { admissionLimits, type AdmissionSettings } from "../playback/admission.ts";
import type { ServerModel } from "./scenario.ts";

/** What a server's settings say of it, as far as a simulation has a use for them. */
export type ServerValues = DispatcherSettings &
  AdmissionSettings & { readonly workers: number; readonly cache: Bytes };

/** The stages as a server builds them from these settings. */
export function serverModel({ workers, cache, ...values }: ServerValues): ServerModel {
  return { workers, cache, dispatcher: configured(values), admission: admissionLimits(values) };
}
