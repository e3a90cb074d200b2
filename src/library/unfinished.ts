import { Ms } from "../base/units.ts";

/**
 * How long a file is waited for that may be being written: a program may pause while it does. After that it
 * is taken for what it is, and whoever asks for it is told what is wrong with it.
 */
export const UNFINISHED_FOR = Ms(10_000);
