#!/usr/bin/env bash
# A working life by curl, one line printed for each call: status and what matters of the answer.
#   npm start            (an empty service; then, in another shell)
#   test/e2e/session.sh TOKEN [http://127.0.0.1:3000]      (TOKEN: of POST /v1/sessions)
set -euo pipefail
TOKEN=$1
U=${2:-http://127.0.0.1:3000}
RUN=$(date +%s%N)
N=0
json() { node -e "const d=JSON.parse(require('fs').readFileSync(0,'utf8'));console.log($1)"; }
HEADERS=(-H "Authorization: Bearer $TOKEN" -H 'Accept-Language: en')
# call LABEL METHOD PATH BODY HEADER...: prints the label, the status and the fields named in SHOW
call() {
  local label=$1 method=$2 path=$3 body=$4; shift 4
  N=$((N + 1))
  local extra=(); for h in "$@"; do extra+=(-H "$h"); done
  local send=(); [ -n "$body" ] && send=(-H 'Content-Type: application/json' -d "$body")
  STATUS=$(curl -s -o /tmp/hoso-session.$$ -w '%{http_code}' -X "$method" "${HEADERS[@]}" "${extra[@]}" "${send[@]}" "$U$path")
  ANSWER=$(cat /tmp/hoso-session.$$)
  printf '%-46s %s  %s\n' "$label" "$STATUS" "$(printf '%s' "$ANSWER" | json "${SHOW:-''}" 2>/dev/null || printf '%s' "$ANSWER" | head -c 120)"
}
EVENTS="(d.events??[]).map(e=>e.type).join(',')+' rev '+d.revision+' findings ['+(d.findings??[]).map(f=>f.rule)+']'"
PROBLEM="d.title+': '+(d.errors??[]).map(e=>[e.pointer??e.parameter??'',e.rule,e.en].join(' ')).join('; ')"
cmd() { SHOW=$EVENTS call "$1" POST "/v1/persons/$P/$2" "$3" "If-Match: \"$R\"" "Idempotency-Key: $RUN-$N"; R=$(printf '%s' "$ANSWER" | json 'd.revision'); E=$(printf '%s' "$ANSWER" | json 'd.events[0]?.id'); }
refused() { SHOW=$PROBLEM call "$@"; }
D='"document":{"number":"15/QĐ-SNV","signedDate":"2013-01-10","signerName":"Người Ký"}'

for code in a b; do
  SHOW="'unit '+d.id" call "open unit $code" POST /v1/units "{\"effective\":\"1997-01-01\",\"data\":{\"code\":\"$RUN-$code\",\"name\":\"Sở $code\",\"type\":\"so\",\"level\":2}}" 'If-None-Match: *' "Idempotency-Key: $RUN-u$code"
  eval "UNIT_$code=$(printf '%s' "$ANSWER" | json 'd.id')"
done
SHOW=$EVENTS call 'open a record' POST /v1/persons '{"effective":"2012-10-03","data":{"familyName":"Nguyễn Thị","givenName":"Mẫu","dateOfBirth":"1985-05-01","sex":"female"}}' 'If-None-Match: *' "Idempotency-Key: $RUN-open"
P=$(printf '%s' "$ANSWER" | json 'd.id'); R=0
cmd 'recruit' actions/recruited "{\"effective\":\"2010-01-01\",$D,\"data\":{\"unit\":\"$UNIT_a\"}}"
cmd 'appoint to a grade' actions/appointed_to_grade "{\"effective\":\"2010-01-01\",$D,\"data\":{\"grade\":\"01.003\",\"step\":1,\"coefficient\":\"2.34\"}}"
cmd 'appoint to a position' actions/appointed_to_position "{\"effective\":\"2012-01-01\",$D,\"data\":{\"position\":\"truong_phong\",\"unit\":\"$UNIT_a\"}}"
cmd 'raise a step' actions/step_raised_regular "{\"effective\":\"2013-01-01\",$D,\"data\":{\"grade\":\"01.003\",\"step\":2}}"
RAISE=$E; K=$(printf '%s' "$ANSWER" | json 'd.sequence')
cmd 'transfer' actions/transferred "{\"effective\":\"2014-03-01\",$D,\"data\":{\"toUnit\":\"$UNIT_b\"}}"
cmd 'correct the raise retroactively' corrections "{\"target\":\"$RAISE\",\"reason\":\"Ngày ghi sai\",\"content\":{\"effective\":\"2013-06-01\",$D,\"data\":{\"grade\":\"01.003\",\"step\":2}}}"
SHOW="'step '+d.grade.step" call "2013-03-01, as known before (sequence $K)" GET "/v1/persons/$P?asOf=2013-03-01&knownAt=$K" ''
SHOW="'step '+d.grade.step" call '2013-03-01, as known now' GET "/v1/persons/$P?asOf=2013-03-01" ''
cmd 'an irregular fact: a raise too early' actions/step_raised_regular "{\"effective\":\"2014-01-01\",$D,\"data\":{\"grade\":\"01.003\",\"step\":3}}"
cmd 'rescind it' rescissions "{\"target\":\"$E\",\"reason\":\"Quyết định bị hủy\"}"
cmd 'retire' actions/retired "{\"effective\":\"2040-06-01\",$D,\"data\":{}}"
cmd 'die' actions/died "{\"effective\":\"2041-02-03\",$D,\"data\":{}}"
SHOW="d.facts.length+' facts, '+d.rescinded.length+' rescinded'" call 'the whole history' GET "/v1/persons/$P/history" ''

echo; echo '# one refusal of each kind; nothing is written'
at="If-Match: \"$R\""; key() { echo "Idempotency-Key: $RUN-r$N"; }
refused 'impossible: a transfer after death' POST "/v1/persons/$P/actions/transferred" "{\"effective\":\"2042-01-01\",$D,\"data\":{\"toUnit\":\"$UNIT_a\"}}" "$at" "$(key)"
refused 'impossible: a unit that does not exist' POST "/v1/persons/$P/actions/transferred" "{\"effective\":\"2015-01-01\",$D,\"data\":{\"toUnit\":\"$P\"}}" "$at" "$(key)"
refused 'unknown field' POST "/v1/persons/$P/actions/died" "{\"effective\":\"2042-01-01\",$D,\"data\":{\"x\":1}}" "$at" "$(key)"
refused 'bad date' POST "/v1/persons/$P/actions/died" "{\"effective\":\"2042-02-30\",$D,\"data\":{}}" "$at" "$(key)"
refused 'broken JSON' POST "/v1/persons/$P/actions/died" '{"effective":' "$at" "$(key)"
TOKEN_WAS=${HEADERS[1]}; HEADERS[1]='Authorization: Bearer nobody'
refused 'no session' POST "/v1/persons/$P/actions/died" '{}' "$at" "$(key)"; HEADERS[1]=$TOKEN_WAS
refused 'no If-Match' POST "/v1/persons/$P/actions/died" "{\"effective\":\"2042-01-01\",$D,\"data\":{}}" "$(key)"
refused 'stale If-Match' POST "/v1/persons/$P/actions/died" "{\"effective\":\"2042-01-01\",$D,\"data\":{}}" 'If-Match: "0"' "$(key)"
refused 'no such record' GET "/v1/persons/00000000-0000-4000-8000-000000000000" ''
refused 'a key used for another body' POST /v1/persons '{"effective":"2012-10-03","data":{"familyName":"Khác","givenName":"Người"}}' 'If-None-Match: *' "Idempotency-Key: $RUN-open"
rm -f /tmp/hoso-session.$$
