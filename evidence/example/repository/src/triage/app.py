"""HTTP endpoints of the triage assistant."""

from fastapi import FastAPI
from pydantic import BaseModel

from triage.gateway import ask
from triage.queues import MANUAL, Queue, parse
from triage.switch import assistant_is_on

app = FastAPI(title="claims-triage", version="4.2.0")


class Notification(BaseModel):
    """A first notification of loss; name, address and policy number are cut out before it comes here."""

    claim: str
    text: str
    adjuster: str


class Suggestion(BaseModel):
    """What the adjuster sees; `assisted` is False where no model was asked."""

    claim: str
    queue: Queue
    summary: str = ""
    assisted: bool


@app.post("/suggest")
def suggest(notification: Notification) -> Suggestion:
    """A queue and a summary, or the manual queue while the assistant is off or its answer cannot be read."""
    if not assistant_is_on():
        return Suggestion(claim=notification.claim, queue=MANUAL, assisted=False)
    queue = parse(ask("triage", "triage", notification.text, notification.adjuster))
    if queue is None:
        return Suggestion(claim=notification.claim, queue=MANUAL, assisted=False)
    summary = ask("claim-summary", "summary", notification.text, notification.adjuster)
    return Suggestion(claim=notification.claim, queue=queue, summary=summary, assisted=True)


@app.get("/health")
def health() -> dict[str, bool]:
    """Alive, and whether the assistant is switched on."""
    return {"alive": True, "assistant": assistant_is_on()}
