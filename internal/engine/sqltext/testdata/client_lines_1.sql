SELECT l.batch, l.line, o.client_id, l.day, l.amount
FROM "line" l
JOIN "account" a ON a.account = l.account
JOIN "account" o ON o.account = l.account
WHERE a.client_id = ?
ORDER BY CASE WHEN l.amount < 0 THEN l.amount ELSE -l.amount END ASC NULLS LAST, l.batch ASC NULLS LAST, l.line ASC NULLS LAST
-- parameter 1: "a"
