"""What is counted, from the first day. No label ever holds a shop, a session or words of people."""

from prometheus_client import Counter, Histogram

SESSIONS = Counter("flux_sessions", "Sessions by what became of them at a message or a sweep.", ["session"])
TURNS = Counter("flux_turns", "Turns by how they ended.", ["end"])
FLOW_STEPS = Counter(
    "flux_flow_steps", "Flow runs: started, finished, or abandoned at a step.", ["flow", "step", "what"]
)
TAKEOVERS = Counter("flux_job_takeovers", "Jobs taken from a process that had gone silent.", ["kind"])
REFUSALS = Counter("flux_refusals", "Requests refused, by error code.", ["code"])
FIRST_TEXT = Histogram(
    "flux_first_text_seconds",
    "From the accepted message to the first words of its reply.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
ACCEPT = Histogram(
    "flux_accept_seconds",
    "From the verified request to the durable message.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
