"""What is counted, from the first day. No label ever holds a shop, a session or words of people."""

from prometheus_client import Counter, Gauge, Histogram

SESSIONS = Counter(
    "flux_sessions",
    "Messages by their session: new, kept, restored, expired; and sessions swept.",
    ["session"],
)
ACTIVE = Gauge(
    "flux_sessions_active",
    "Sessions with a message within the idle time.",
    multiprocess_mode="mostrecent",
)
TURNS = Counter("flux_turns", "Turns by how they ended.", ["end"])
TAKEOVERS = Counter(
    "flux_job_takeovers", "Jobs taken from a process that had gone silent.", ["kind"]
)
REFUSALS = Counter("flux_refusals", "Requests refused, by error code.", ["code"])
WEBHOOKS_REFUSED = Counter(
    "flux_webhooks_refused",
    "Webhooks with a right signature that were not believed, by reason.",
    ["because"],
)
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
CATALOG_SEARCH = Histogram(
    "flux_catalog_search_seconds",
    "A search for products, from the question to what is shown.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
CATALOG_PRODUCTS = Counter(
    "flux_catalog_products", "Products written to a catalog, by how they came.", ["by"]
)
REPLACED = Counter(
    "flux_statements_held_back", "Statements of the model that were none of the facts."
)
FLOW_RUNS = Counter(
    "flux_flow_runs",
    "Runs of multi-step forms by what happened: started, finished, cancelled, abandoned.",
    ["flow", "what"],
)
NOTIFICATIONS = Counter(
    "flux_notifications",
    "Mails and webhooks by what became of an attempt: sent, failed.",
    ["kind", "what"],
)
