export type { Raster } from "./raster/raster.ts";
