// How fitness rose, generation by generation.

function drawFitness() {
  const box = body("fitness");
  const { generations } = data;
  if (generations.length === 0) return box.append(nothing("No generation was finished."));
  const least = data.run.min_fitness;
  const known = generations.some((one) => isNumber(one.best));
  if (known) {
    plot(box, {
      x: generations.map((one) => one.number), height: 260, xIncrements: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      label: "Best and median fitness by generation",
      marks: isNumber(least) ? [{ y: least, colour: "--hold" }] : [],
      xFormat: (v) => count(v),
      series: [
        { label: "median", colour: "--median", values: generations.map((one) => one.median), spanGaps: true, points: { show: generations.length < 60, size: 5 } },
        { label: "best", colour: "--champion", values: generations.map((one) => one.best), width: 2, spanGaps: true, points: { show: generations.length < 60, size: 6 } },
      ],
      read: (at) => [entry(null, `generation ${generations[at].number}`, null), entry("--champion", "best", number(generations[at].best)), entry("--median", "median", number(generations[at].median)),
        ...(isNumber(least) ? [entry("--hold", "wanted", number(least), "dashed")] : [])],
    });
  } else box.append(nothing("No generation had a candidate with a fitness."));
  box.append(el("details", { open: !known },
    el("summary", {}, "Generations as a table"),
    table(["Generation", "Best", "Median", "Evaluated", "From memo", "Failed", "Diversity"].map((name) => ({ name })),
      generations.map((one) => [String(one.number), number(one.best), number(one.median), count(one.evaluated), count(one.cached), count(one.failed), fixed(one.diversity)]),
      { label: "Generations" })));
}
