/** What the description of the interface says besides its routes. */
export const OPENAPI = {
  openapi: "3.1.0",
  info: {
    title: "Mutoscope",
    version: "1",
    license: { name: "MIT", identifier: "MIT" },
    description:
      "Movies that are numbered pictures: single frames, and playbacks for whoever shows or keeps them. " +
      "Frame numbers are those in the files' names. Errors are `application/problem+json` with a stable " +
      "code.",
  },
  servers: [{ url: "/", description: "This server" }],
  tags: [
    { name: "movies", description: "What there is to see." },
    { name: "frames", description: "One frame." },
    { name: "playing", description: "Many frames, one after the other." },
    { name: "playbacks", description: "Who watches what." },
    { name: "server", description: "How the server is." },
  ],
  security: [],
  components: {
    securitySchemes: {
      operator: {
        type: "http" as const,
        scheme: "bearer",
        description: "The setting `operator-token`; not needed on loopback.",
      },
    },
  },
};
