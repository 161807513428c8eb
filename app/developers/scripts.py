"""What one pastes into a terminal to speak with the hook; in this order they are one run. A test runs them all."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from app.delivery.signatures import SIGNATURE_HEADER, sign
from app.developers.examples import CENTRE, EIDO, FENCE
from app.referrals.eido import MEDIA_TYPE as EIDO_TYPE

EXAMPLE_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the standard's own example
EXAMPLE_ID, EXAMPLE_SECONDS, EXAMPLE_BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
_MADE = sign(EXAMPLE_SECRET, EXAMPLE_ID, datetime.fromtimestamp(EXAMPLE_SECONDS, UTC), EXAMPLE_BODY.encode())
EXAMPLE_SIGNATURE = _MADE[SIGNATURE_HEADER].removeprefix("v1,")


@dataclass(frozen=True)
class Script:
    """Some lines of shell, what they show, and the statuses that they print, in order."""

    id: str
    about: str
    lines: str
    answers: tuple[str, ...] = ()


_CALL = json.dumps(
    FENCE | {"incident_id": "THE_NUMBER", "kind": "callback", "location": {"lat": 33.94, "lon": -118.25}}
)
_CALL_IN_SHELL = _CALL.replace("THE_NUMBER", "'$INCIDENT'")
_EIDO_IN_SHELL = (
    json.dumps(EIDO)
    .replace(EIDO["$id"], f"urn:emergency:uid:incidentid:'$NUMBER':{CENTRE}")
    .replace(EIDO["lastUpdateTimeStamp"], "'$NOW'")
)

_ALL = (
    Script(
        "key",
        "A key. Beside a running demo this makes one; else set HOOK, CLIENT and SECRET as our operators gave them.",
        """\
HOOK=${HOOK:-http://localhost:5000}
if [ -z "${CLIENT:-}" ]; then
    made=$(IS_DEMO=1 .venv/bin/flask --app app:create_app accounts create-client --agency cad.example.gov --purpose dispatch)
    CLIENT=$(printf %s "$made" | sed -E 's/.*"client_id": "([^"]+)".*/\\1/')
    SECRET=$(printf %s "$made" | sed -E 's/.*"secret": "([^"]+)".*/\\1/')
fi""",
    ),
    Script(
        "sign",
        "Signing and sending. ID names the message (a new one each time when not set), TYPE its media type.",
        """\
sign() {  # sign ID SECONDS < body
    local key
    key=$(printf %s "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
    { printf '%s.%s.' "$1" "$2"; cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A
}
send() {  # send METHOD PATH [BODY]: the body of the answer, then its status
    local id=${ID:-msg_$(openssl rand -hex 12)} at signature
    at=$(date +%s)
    signature=$(printf %s "${3:-}" | sign "$id" "$at")
    curl -sS -X "$1" "$HOOK$2" -w '\\n%{http_code}\\n' \\
        -H "webhook-id: $id" -H "webhook-timestamp: $at" -H "webhook-signature: v1,$signature" \\
        -H "webhook-client: $CLIENT" ${3:+-H "content-type: ${TYPE:-application/json}" --data-raw "$3"}
}""",
    ),
    Script(
        "health",
        "Can a call be taken now?",
        "send GET /api/v1/intake-health",
        ("200 or 503",),
    ),
    Script(
        "offer",
        "Offer a call. 201 says stored, and custody is still yours.",
        f"""\
INCIDENT="26-$(date +%s)-$RANDOM"
CALL='{_CALL_IN_SHELL}'
answer=$(ID="offer-$INCIDENT" send POST /api/v1/referrals "$CALL")
echo "$answer"
REFERRAL=$(printf %s "$answer" | sed -nE 's/.*[{{,]"id":"([0-9a-z]+)".*/\\1/p')""",
        ("201",),
    ),
    Script(
        "again",
        "No answer came? The same id and the same bytes again: the first answer. Other bytes under one id: refused.",
        """\
ID="offer-$INCIDENT" send POST /api/v1/referrals "$CALL"
ID="offer-$INCIDENT" send POST /api/v1/referrals "$CALL "
""".rstrip(),
        ("200", "422"),
    ),
    Script(
        "more",
        "Look how it stands, and tell more. Risk can rise by it, never fall.",
        """\
send GET "/api/v1/referrals/$REFERRAL"
send POST "/api/v1/referrals/$REFERRAL/updates" '{"version": 2, "narrative": "Both still calm.", "answers": {"weapons": "no"}}'""",
        ("200", "200"),
    ),
    Script(
        "confirm",
        "Wait for a person's yes (a callback tells you; here we look), record it, confirm. Now it is ours.",
        """\
for second in $(seq 120); do
    case "$(send GET "/api/v1/referrals/$REFERRAL")" in *'"state":"accept_pending"'*) break ;; esac
    sleep 1
done
send POST "/api/v1/referrals/$REFERRAL/confirm" '{}'""",
        ("200",),
    ),
    Script(
        "cancel",
        "You want it back after our yes: both own it until a person here has made sure that nobody is in danger.",
        """send POST "/api/v1/referrals/$REFERRAL/cancel" '{}'""",
        ("202",),
    ),
    Script(
        "early",
        "Messages may overtake their call: an update waits for it, a cancel is remembered, the call comes cancelled.",
        f"""\
INCIDENT="$INCIDENT-b"
send POST "/api/v1/incidents/$INCIDENT/updates" '{{"version": 2, "narrative": "A third person has come."}}'
send POST "/api/v1/incidents/$INCIDENT/cancel" '{{}}'
send POST /api/v1/referrals '{_CALL_IN_SHELL}'""",
        ("202", "200", "200"),
    ),
    Script(
        "eido",
        "The same as an EIDO. Its codes are NENA's own: a code that no registry has is for a person to read.",
        f"""\
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ) NUMBER="$(date +%s)$RANDOM"
TYPE={EIDO_TYPE} send POST /api/v1/referrals '{_EIDO_IN_SHELL}'""",
        ("201",),
    ),
    Script(
        "refused",
        "What is refused was never taken: no signature, no such call, no place and no number, not JSON, another type.",
        """\
curl -sS -X POST "$HOOK/api/v1/referrals" -d "$CALL" -H 'content-type: application/json' -w '\\n%{http_code}\\n'
send POST /api/v1/referrals/00000000000000000000000000/confirm '{}'
send POST /api/v1/referrals '{"incident_id": "26-nowhere"}'
send POST /api/v1/referrals '{"incident_id": '
TYPE=text/plain send POST /api/v1/referrals "$CALL\"""",
        ("401", "404", "422", "400", "415"),
    ),
    Script(
        "reconcile",
        "Compare both books: our digest, and the same made from the list. The two last lines are equal.",
        """\
digest=$(send GET /api/v1/referrals/digest)
echo "$digest"
since=$(printf %s "$digest" | sed -nE 's/.*"since":"([^"]+)".*/\\1/p')
last=$(printf %s "$digest" | sed -nE 's/.*"until":"([^"]+)".*/\\1/p')
changes=$(send GET "/api/v1/referrals?since=$since&limit=500")
echo "$changes" | tail -n 1
printf %s "$digest" | sed -nE 's/.*"digest":"([^"]+)".*/\\1/p'
printf %s "$changes" | tr '{' '\\n' |
    sed -nE 's/.*"cursor":"([^"]+)","custody":"([^"]+)","id":"([^"]+)".*"state":"([^"]+)".*/\\1 \\3 \\4 \\2/p' |
    awk -v last="$last" '$1 <= last' | openssl dgst -sha256 -r | cut -d ' ' -f 1""",
        ("200", "200"),
    ),
    Script(
        "vector",
        f"Check your own code by this: it prints {EXAMPLE_SIGNATURE}",
        f"""printf %s '{EXAMPLE_BODY}' | SECRET={EXAMPLE_SECRET} sign {EXAMPLE_ID} {EXAMPLE_SECONDS}; echo""",
    ),
    Script(
        "public-key",
        "The same by a key of your own, so that nothing secret is shared: whpk_ is what you give us.",
        """\
key=$(mktemp); text=$(mktemp)
openssl genpkey -algorithm ed25519 -out "$key"
echo "whpk_$(openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | openssl base64 -A)"
printf %s.%s.%s msg_1 1614265330 '{"test": 1}' > "$text"
echo "v1a,$(openssl pkeyutl -sign -inkey "$key" -rawin -in "$text" | openssl base64 -A)"
rm "$key" "$text\"""",
    ),
)

SCRIPTS = {one.id: one for one in _ALL}
