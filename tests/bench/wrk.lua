-- SPDX-License-Identifier: GPL-3.0-or-later
-- For wrk: says at its end, as JSON, what the bench reads. With a file of paths as argument it asks
-- for each of them in turn. No response(): that would make wrk itself slow.
local requests, threads, at = {}, 0, 0

function setup(thread)
  thread:set('number', threads)
  threads = threads + 1
end

function init(args)
  if not args[1] then return end
  for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format(nil, path) end
  at = number * 7919  -- threads ask for different ones
  request = function()
    at = at % #requests + 1
    return requests[at]
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\noctavo-bench {"requests": %d, "duration": %d, "bytes": %d, "p50": %d, "p99": %d, "most": %d, ' ..
    '"status": %d, "broken": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    latency.max, e.status, e.connect + e.read + e.write + e.timeout))
end
