// Puts jobs that do nothing into a queue and works them off with eight workers: drain.js graphile|pgboss URL JOBS.
// Prints how many seconds working took; what a queue writes after its last job has run is not counted.
import { performance } from "node:perf_hooks";

const [, , which, url, count] = process.argv;
const jobs = Number(count);
process.env.NO_LOG_SUCCESS = "1"; // a line for each job would be measured too
const WORKERS = 8;
const BATCH = 100;

async function graphile() {
  const { makeWorkerUtils, run } = await import("graphile-worker");
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  for (let put = 0; put < jobs; put += 5000) {
    await utils.addJobs(Array.from({ length: Math.min(5000, jobs - put) }, () => ({ identifier: "noop", payload: {} })));
  }
  let done = 0;
  let last;
  const all = new Promise((resolve) => (last = resolve));
  const started = performance.now();
  const runner = await run({
    preset: {
      worker: {
        connectionString: url,
        concurrentJobs: WORKERS,
        maxPoolSize: WORKERS + 2,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    parsedCronItems: [],
    taskList: {
      noop: async () => {
        if (++done === jobs) last();
      },
    },
  });
  await all;
  const seconds = (performance.now() - started) / 1000;
  await runner.stop();
  const left = await utils.withPgClient((client) => client.query("select count(*)::int as n from graphile_worker.jobs"));
  await utils.release();
  return { seconds, left: left.rows[0].n };
}

async function pgboss() {
  const { PgBoss } = await import("pg-boss");
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: WORKERS });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  const known = await boss.getQueue("noop");
  if (!known) await boss.createQueue("noop");
  for (let put = 0; put < jobs; put += 5000) {
    await boss.insert("noop", Array.from({ length: Math.min(5000, jobs - put) }, () => ({ data: {} })));
  }
  let done = 0;
  const started = performance.now();
  const worker = async () => {
    for (;;) {
      const batch = await boss.fetch("noop", { batchSize: BATCH });
      if (batch.length === 0) return;
      await boss.complete("noop", batch.map((job) => job.id));
      done += batch.length;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const seconds = (performance.now() - started) / 1000;
  await boss.stop({ graceful: false });
  return { seconds, left: jobs - done };
}

const { seconds, left } = await { graphile, pgboss }[which]();
if (left !== 0) throw new Error(`${left} of ${jobs} jobs are left`);
console.log(`\n${seconds}`);
process.exit(0);
