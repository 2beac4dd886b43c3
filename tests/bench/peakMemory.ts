/** Loaded before a program by `node --import`: as the program ends, says on stderr how much memory it had at most. */
process.on("exit", () => {
  process.stderr.write(`peak ${process.resourceUsage().maxRSS * 1024}\n`);
});
